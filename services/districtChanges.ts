import { CustomerModel } from '../models/customer.ts';
import { CustomerAccountModel } from '../models/customerAccount.ts';
import { LedgerEntryModel } from '../models/ledgerEntry.ts';
import type { ChangeAnswer, RecordsChange } from './records.ts';

type Change<Kind extends RecordsChange['kind']> = Extract<RecordsChange, { kind: Kind }>;
type Money = Change<'payment' | 'reversal' | 'charge' | 'credit' | 'refund'>;

/** What the built-in District does for each kind of change; each is once by its requestId or the same when repeated. */
const makers: { [Kind in RecordsChange['kind']]: (change: Change<Kind>) => Promise<ChangeAnswer> } = {
  payment: post,
  reversal: post,
  charge: post,
  credit: post,
  refund: post,
  contacts: async ({ requestId, accountId, contacts }) => {
    const { customerName, ifRevision, ...rest } = contacts;
    const set = customerName ? { name: customerName, ...rest } : rest;
    const result = await CustomerModel.change(accountId, requestId, set, ifRevision);
    return result === 'changed' ? { ok: true, reference: accountId } : { ok: false, reason: result };
  },
  enrolment: async ({ accountId, autopay, paperless }) => {
    const changed = await CustomerAccountModel.enrol(accountId, { autopay, paperless });
    return changed ? { ok: true, reference: accountId } : { ok: false, reason: 'noAccount' };
  },
  // The order and the plan are documents of our own: nothing else of the built-in records changes by them.
  serviceOrder: async ({ order }) => ({ ok: true, reference: order.orderNumber }),
  plan: async ({ plan }) => ({ ok: true, reference: plan.planNumber }),
};

/** Makes a change in our own models. */
export function submitChange(change: RecordsChange): Promise<ChangeAnswer> {
  return makers[change.kind](change as never);
}

/** Whether it is owed by or to the customer: what lowers the balance is a minus. */
const signs = { payment: -1, reversal: 1, charge: 1, credit: -1, refund: 1 } as const;

async function post(change: Money): Promise<ChangeAnswer> {
  const { kind, requestId, accountId, amount, postedOn } = change;
  const of = 'of' in change ? change.of : null;
  const label = 'label' in change ? change.label : 'code' in change ? change.code : null;
  await LedgerEntryModel.post({
    _id: requestId,
    requestId,
    accountId,
    kind,
    amount: signs[kind] * amount,
    postedOn,
    of,
    label,
  });
  return { ok: true, reference: requestId };
}
