import type { BillRecord } from '../../models/bill.ts';
import type { Day } from '../calendar.ts';
import type { RatingPolicy } from '../rating.ts';

/**
 * Whether one of the bills has warned of excess use, or charged it, since the drought's limits have held without
 * a break: a new drought warns anew.
 */
export function wasWarned(bills: readonly BillRecord[], { drought }: RatingPolicy, day: Day): boolean {
  const until = [...drought]
    .filter(({ effectiveOn }) => effectiveOn < day)
    .sort((left, right) => (left.effectiveOn < right.effectiveOn ? 1 : -1));
  const pause = until.findIndex(({ excess }) => excess === undefined);
  const first = (pause < 0 ? until : until.slice(0, pause)).at(-1);
  if (first === undefined) return false;
  return bills.some(
    ({ periodEnd, warnings, lines }) =>
      periodEnd > first.effectiveOn && (warnings.length > 0 || lines.some(({ kind }) => kind === 'excess')),
  );
}
