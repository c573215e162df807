import { ServiceOrderModel } from '../../models/serviceOrder.ts';
import type { Records } from '../records.ts';
import type { serviceOrderStores } from './districtStores.ts';

/**
 * What service orders look up where a billing system elsewhere holds the records: who has service where is its own
 * to say, and it refuses an order that cannot be. Its account stands for the customer.
 */
export const elsewhereStores = (
  records: Pick<Records, 'contacts' | 'serviceLocation'>,
): typeof serviceOrderStores => ({
  orders: ServiceOrderModel,
  premises: {
    byId: (serviceLocationId) => records.serviceLocation(serviceLocationId),
    meterSize: async () => null,
  },
  agreements: {
    runningAt: async () => [],
    latestAt: async () => [],
    ofAccount: async () => [],
    revert: async () => false,
  },
  customers: {
    async ofAccount(accountId) {
      const contacts = await records.contacts(accountId);
      return contacts && { _id: accountId, name: contacts.customerName, accountIds: [accountId] };
    },
    reachedBy: async () => [],
  },
  isNumberTaken: null,
  billTotals: async () => [],
  effects: null,
});
