import { CustomerModel, nameKeys } from '../../models/customer.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { CustomerAgreementModel } from '../../models/customerAgreement.ts';
import { insertMissing } from '../../models/insertMissing.ts';
import { ServiceLocationModel } from '../../models/serviceLocation.ts';
import type { ServiceOrderRecord } from '../../models/serviceOrder.ts';
import { InvariantError } from '../errors.ts';
import type { Applicant, OrderEffects } from './types.ts';

/** What a start and a stop do to the built-in District's records. Ids are the order's, so a repeat writes the same. */
export const districtEffects: OrderEffects = {
  async begin(order, applicant) {
    await ensureCustomer(order, applicant);
    await ensureAccount(order);
    const { _id, accountId, serviceLocationId, effectiveOn: startedOn, revertsTo = null } = order;
    const running = await CustomerAgreementModel.runningAt(serviceLocationId);
    for (const landlord of running.filter(({ interim }) => interim))
      await CustomerAgreementModel.end(landlord.accountId, serviceLocationId, startedOn);
    await insertMissing(CustomerAgreementModel, [
      { ...agreement(_id, accountId, serviceLocationId, startedOn), revertsTo, interim: false },
    ]);
  },

  async end({ _id, accountId, serviceLocationId, effectiveOn }) {
    const own = await CustomerAgreementModel.ofAccount(accountId);
    const here = own.filter((one) => one.serviceLocationId === serviceLocationId);
    const landlord = here.sort((a, b) => (a.startedOn < b.startedOn ? 1 : -1))[0]?.revertsTo ?? null;
    if (landlord !== null)
      await insertMissing(CustomerAgreementModel, [
        {
          ...agreement(`${_id}-back`, landlord, serviceLocationId, effectiveOn),
          revertsTo: null,
          interim: true,
        },
      ]);
    await CustomerAgreementModel.end(accountId, serviceLocationId, effectiveOn);
    const elsewhere = own.some((one) => one.serviceLocationId !== serviceLocationId && !one.endedOn);
    if (!elsewhere) await CustomerAccountModel.close(accountId, effectiveOn);
  },
};

const agreement = (name: string, accountId: string, serviceLocationId: string, startedOn: string) => ({
  _id: `agreement-${name}`,
  accountId,
  serviceLocationId,
  startedOn,
  endedOn: null,
});

async function ensureCustomer(
  { _id, accountId, customerId }: ServiceOrderRecord,
  applicant: Applicant | null,
) {
  if (customerId) return CustomerModel.addAccount(customerId, accountId);
  if (applicant === null) throw new InvariantError('records.inconsistent', 'A start is for nobody');
  const { name, language, phone, email, mailingAddress = null } = applicant;
  await insertMissing(CustomerModel, [
    {
      _id: `customer-${_id}`,
      name: name.trim(),
      ...nameKeys(name),
      language,
      phone,
      email,
      mailingAddress,
      accountIds: [accountId],
    },
  ]);
}

async function ensureAccount(order: ServiceOrderRecord): Promise<void> {
  const { accountId, serviceLocationId, accountKind, occupancy } = order;
  const accountNumber = order.accountNumber ?? '';
  const premise = await ServiceLocationModel.byId(serviceLocationId);
  if (premise === null) throw new InvariantError('records.inconsistent', 'A start is at no premise');
  await insertMissing(CustomerAccountModel, [
    {
      _id: accountId,
      accountNumber,
      zip: premise.zip,
      state: 'active',
      kind: accountKind ?? 'residential',
      occupancy: occupancy ?? 'tenant',
      serviceLocationId,
      autopay: false,
      paperless: false,
      closedOn: null,
    },
  ]);
  // Orders never share a number; an account that was imported meanwhile may have taken it.
  if ((await CustomerAccountModel.byNumber(accountNumber))?._id !== accountId)
    throw new InvariantError('serviceOrder.numberTaken', 'Another account has taken the number of a new one');
}
