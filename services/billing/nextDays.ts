import type { BillingDay, Days } from '../../models/billingDay.ts';
import { addDays, type Day } from '../calendar.ts';
import type { Policy } from '../policy.ts';
import type { Account, Bill } from '../records.ts';
import type { NextPeriod } from './schedule.ts';

/** What is known of an account on a day, and what was planned for it. */
export type Known = {
  today: Day;
  account: Account;
  latest: Pick<Bill, 'billId' | 'issuedOn' | 'dueOn'> | null;
  next: NextPeriod | null;
  planned: BillingDay;
};

/**
 * The days on which something becomes due for an account, by the policy. What was planned stands until there is a new
 * bill, or the account is closed.
 * @param since the first day of this billing: no fee, notice, bill or refund is for a day before it.
 */
export function nextDays(known: Known, since: Day, policy: Pick<Policy, 'billing' | 'stop' | 'units'>): Days {
  const { account, latest, planned } = known;
  const { billing, stop } = policy;
  const { billId = null, noticeOn = null, feeOn = null, refundOn = null, closedOn = null } = planned;
  const days: Days = { billId, billOn: null, noticeOn, feeOn, refundOn, closedOn };
  const isNew = latest !== null && latest.billId !== billId;
  if (isNew) {
    const feeDay = addDays(latest.dueOn, billing.lateFee.graceDays + 1);
    days.billId = latest.billId;
    days.feeOn = feeDay < since ? null : feeDay;
    days.noticeOn = noticeDays(latest.issuedOn, billing).find((day) => day >= since) ?? null;
  }
  days.billOn = billDay(known, isNew, since, policy);
  if (account.closedOn !== closedOn) {
    days.closedOn = account.closedOn;
    const first = addDays(since, 1);
    const day = account.closedOn && addDays(account.closedOn, stop.refundAfterDays);
    days.refundOn = day !== null && day < first ? first : day;
  }
  return days;
}

function billDay(
  { today, account, next, planned }: Known,
  isNew: boolean,
  since: Day,
  { units }: Pick<Policy, 'units'>,
): Day | null {
  const { billOn = null } = planned;
  if (next === null) {
    // An account that runs and has no service is looked at again: its next one may have been entered late.
    if (account.state === 'closed') return null;
    return billOn !== null && billOn > today ? billOn : addDays(today, units.cycleDays);
  }
  // Before the first day others billed: what they left open is made up for with the first period that ends after it.
  if (next.closing) return next.end < since ? null : next.from;
  if (next.from > today) return next.from;
  if (!isNew && billOn !== null) return billOn;
  let day = next.from;
  while (day < since) day = addDays(day, units.cycleDays);
  return day;
}

/** When a bill is spoken of: on its day, and while it is not paid. */
export const noticeDays = (issuedOn: Day, { schedule }: Pick<Policy['billing'], 'schedule'>): Day[] =>
  [0, ...schedule.pastDueNoticeDays].map((count) => addDays(issuedOn, count)).sort();

/** The first of the days, or null. */
export const firstDay = ({ billOn, noticeOn, feeOn, refundOn }: Days): Day | null =>
  [billOn, noticeOn, feeOn, refundOn].flatMap((day) => (day == null ? [] : [day])).sort()[0] ?? null;
