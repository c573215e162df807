import type { BillRecord } from '../../models/bill.ts';
import { addDays, type Day, daysBetween } from '../calendar.ts';
import type { Account } from '../records.ts';
import { type BillSources, serviceOf } from './makeBill.ts';

/** The days that an account is to be billed for next. */
export type NextPeriod = {
  start: Day;
  end: Day;
  /** Service ends with it. */
  closing: boolean;
  /** The last day of service, where it is known. */
  endedOn: Day | null;
  /** The first day on which it is asked whether it can be billed. */
  from: Day;
};

/**
 * What follows an account's latest bill: a whole cycle, or what is left of it until service has ended. Null where it
 * has no service, or all of it is billed.
 */
export async function nextPeriod(
  sources: Pick<BillSources, 'agreements' | 'policy'>,
  account: Account,
  latest: BillRecord | null,
): Promise<NextPeriod | null> {
  const service = await serviceOf(sources, account, latest);
  if (service === null) return null;
  const { units, stop } = sources.policy;
  const { start, endedOn } = service;
  const end = addDays(start, units.cycleDays);
  if (endedOn === null || end < endedOn) return { start, end, closing: false, endedOn, from: end };
  if (endedOn <= start) return null;
  // Whoever ends the service bills it by then, once the meter was read; this is for what was forgotten.
  return { start, end: endedOn, closing: true, endedOn, from: addDays(endedOn, stop.finalBillDays + 1) };
}

/**
 * The day up to which an account is to be billed on a day, or null where it is not its time: the actual reading
 * nearest to the end of its cycle, and once no reader can be waited for, the end of the cycle itself.
 */
export async function dueEnd(
  sources: BillSources,
  { accountId, day }: { accountId: string; day: Day },
): Promise<{ periodEnd: Day; closing: boolean } | null> {
  const { records, bills, meters, readings, policy } = sources;
  const account = await records.accountById(accountId);
  if (account === null) return null;
  const [latest = null] = await bills.recentOf(accountId, 1);
  const next = await nextPeriod(sources, account, latest);
  if (next === null || day < next.from) return null;
  const { end: cycleEnd, closing, endedOn } = next;
  if (closing) return { periodEnd: cycleEnd, closing };
  const [first, last] = [-1, 1].map((sign) => addDays(cycleEnd, sign * policy.billing.readWithinDays)) as [
    Day,
    Day,
  ];
  const all = await Promise.all(
    (await meters.atLocation(account.serviceLocationId)).map(({ _id }) =>
      readings.between(_id, first, last < day ? last : day, 100),
    ),
  );
  const nearest = all
    .flat()
    .filter(({ kind, readOn }) => kind === 'actual' && (endedOn === null || readOn <= endedOn))
    .map(({ readOn }) => ({ readOn, apart: Math.abs(daysBetween(readOn, cycleEnd)) }))
    .sort((left, right) => left.apart - right.apart || (left.readOn < right.readOn ? -1 : 1))[0];
  const periodEnd = nearest?.readOn ?? (day >= last ? cycleEnd : null);
  return periodEnd === null ? null : { periodEnd, closing };
}
