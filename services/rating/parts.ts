import { type Day, daysBetween } from '../calendar.ts';

/** From the day of one reading up to the day before the next, which belongs to the period after. */
export type Period = { start: Day; end: Day };

/** The part of a period in which one dated block of the policy holds. */
export type Part<Block> = Period & { block: Block; days: number };

/** A period in parts, by the blocks in force; days before the first block are in none. */
export function partsOf<Block extends { effectiveOn: Day }>(
  blocks: readonly Block[],
  period: Period,
): Part<Block>[] {
  const dated = [...blocks].sort((a, b) => (a.effectiveOn < b.effectiveOn ? -1 : 1));
  return dated.flatMap((block, place) => {
    const until = dated[place + 1]?.effectiveOn ?? period.end;
    const part = overlap(period, { start: block.effectiveOn, end: until });
    return part === null ? [] : [{ ...part, block, days: daysBetween(part.start, part.end) }];
  });
}

/** The days that are in both, or null where none is. */
export function overlap(left: Period, right: Period): Period | null {
  const [start, end] = [laterOf(left.start, right.start), earlierOf(left.end, right.end)];
  return start < end ? { start, end } : null;
}

const earlierOf = (...days: [Day, Day]): Day => days.sort()[0] as Day;
const laterOf = (...days: [Day, Day]): Day => days.sort()[1] as Day;

export const sharedDays = (left: Period, right: Period): number => {
  const both = overlap(left, right);
  return both === null ? 0 : daysBetween(both.start, both.end);
};
