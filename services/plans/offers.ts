import { addDays, type Day } from '../calendar.ts';
import type { Cents } from '../money.ts';
import { addMonths } from '../payments/days.ts';

export type Instalment = { dueOn: Day; amount: Cents };

/** The whole amount on one day: so many days after the bill's due day, or after today where that has passed. */
export function extensionOf(
  owed: Cents,
  from: { today: Day; billDue: Day | null },
  days: number,
): Instalment[] {
  const { today, billDue } = from;
  const start = billDue !== null && billDue > today ? billDue : today;
  return [{ dueOn: addDays(start, days), amount: owed }];
}

/** Equal parts, one a month from a month on; what does not divide goes cent by cent to the first ones. */
export function arrangementOf(owed: Cents, today: Day, months: number): Instalment[] {
  const part = Math.floor(owed / months);
  const left = owed - part * months;
  return Array.from({ length: months }, (_, place) => ({
    dueOn: addMonths(today, place + 1),
    amount: part + (place < left ? 1 : 0),
  }));
}

/** What of the instalments is not due yet on a day. */
export const laterThan = (instalments: readonly Instalment[], day: Day): Cents =>
  instalments.filter(({ dueOn }) => dueOn >= day).reduce((sum, { amount }) => sum + amount, 0);
