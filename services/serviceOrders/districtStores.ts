import { BillModel } from '../../models/bill.ts';
import { CustomerModel } from '../../models/customer.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { CustomerAgreementModel } from '../../models/customerAgreement.ts';
import { MeterModel } from '../../models/meter.ts';
import { ServiceLocationModel } from '../../models/serviceLocation.ts';
import { ServiceOrderModel } from '../../models/serviceOrder.ts';
import { addDays } from '../calendar.ts';
import type { MeterSize } from '../policy.ts';
import { districtEffects } from './districtEffects.ts';
import type { ServiceOrderDeps } from './types.ts';

/** What service orders look up and change in the built-in District. */
export const serviceOrderStores: Pick<
  ServiceOrderDeps,
  'orders' | 'premises' | 'agreements' | 'customers' | 'isNumberTaken' | 'billTotals' | 'effects'
> = {
  orders: ServiceOrderModel,
  premises: {
    byId: (serviceLocationId) => ServiceLocationModel.byId(serviceLocationId),
    async meterSize(serviceLocationId) {
      const [meter] = await MeterModel.atLocation(serviceLocationId);
      return (meter?.size as MeterSize | undefined) ?? null;
    },
  },
  agreements: CustomerAgreementModel,
  customers: CustomerModel,
  isNumberTaken: async (accountNumber) => (await CustomerAccountModel.byNumber(accountNumber)) !== null,
  async billTotals(accountId, before) {
    const bills = await BillModel.issuedBetween(accountId, addDays(before, -365), before);
    return bills.map(({ total }) => total);
  },
  effects: districtEffects,
};
