import { BillingDayModel } from '../../models/billingDay.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { FollowUpModel } from '../../models/followUp.ts';
import { until } from './customer.ts';

export async function advance(url: string, duration: string): Promise<Date> {
  const moved = await fetch(`${url}/try/api/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: duration }),
  });
  if (!moved.ok) throw new Error(`the clock was not moved: ${moved.status}`);
  return new Date(((await moved.json()) as { now: string }).now);
}

const takenIn = () =>
  until('the accounts to be taken in', async () => (await BillingDayModel.countDocuments({})) > 300, 60_000);

/** The sample District without most of its neighbours: what happens to three hundred takes its time. */
export async function onlySomeAccounts(accountIds: string[]): Promise<void> {
  await takenIn();
  await CustomerAccountModel.deleteMany({ _id: { $nin: accountIds } });
  await BillingDayModel.deleteMany({ _id: { $nin: accountIds } });
}

/** Moves the District's clock and waits until all is billed, charged and said that came due by it. */
export async function later(url: string, duration: string): Promise<void> {
  const now = await advance(url, duration);
  await billed(now);
}

export const billed = (now: Date) =>
  until(
    'the day’s billing to end',
    async () => {
      const next = await BillingDayModel.nextDueAt();
      // What is still due by this clock's minutes is due.
      const isDone = next !== null && next.getTime() > now.getTime() + 180_000;
      return isDone && (await FollowUpModel.countDocuments({ kind: 'billing.run', status: 'waiting' })) === 1;
    },
    170_000,
  );
