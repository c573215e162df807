import type { Meter } from '../../models/meter.ts';
import type { Reading } from '../../models/reading.ts';
import { type Day, daysBetween } from '../calendar.ts';

/** What a meter has shown over time, in thousandths of a unit, counted on where it rolled over to zero. */
export type MeterCurve = {
  /** The last day that somebody, or the meter itself, really read; null where nobody did. */
  lastActual: Day | null;
  /**
   * On a day: read, or on the straight line between two readings. Estimates count only after the last actual
   * reading. Null before the first and after the last.
   */
  at(day: Day): number | null;
};

/** Why a meter's readings cannot be billed: somebody has to look at the meter first. */
export type ReadingProblem = {
  ok: false;
  reason: 'negativeUse' | 'readingsConflict';
  meterId: string;
  readOn: Day;
};

type Point = { day: Day; value: number };

/** The same for whatever order the readings came in. */
export function meterCurve(
  { _id: meterId, digits }: Pick<Meter, '_id' | 'digits'>,
  readings: readonly Reading[],
): { ok: true; curve: MeterCurve } | ReadingProblem {
  const byDay = new Map<Day, Reading>();
  for (const reading of [...readings].sort(inOrder)) {
    const other = byDay.get(reading.readOn);
    if (other?.kind === 'actual' && reading.kind === 'actual' && other.value !== reading.value)
      return { ok: false, reason: 'readingsConflict', meterId, readOn: reading.readOn };
    if (other === undefined) byDay.set(reading.readOn, reading);
  }
  const actual = [...byDay.values()].filter(({ kind }) => kind === 'actual');
  const lastActual = actual.at(-1)?.readOn ?? null;
  const estimates = [...byDay.values()].filter(
    ({ kind, readOn }) => kind === 'estimated' && (lastActual === null || readOn > lastActual),
  );
  const points: Point[] = [];
  const whole = 1000 * 10 ** digits;
  let turns = 0;
  for (const { readOn, value } of [...actual, ...estimates]) {
    const before = points.at(-1);
    if (before !== undefined && thousandths(value) + turns * whole < before.value) {
      // An estimate that counts on past the last digit comes back small as well.
      if (!rolledOver(before.value - turns * whole, thousandths(value), whole))
        return { ok: false, reason: 'negativeUse', meterId, readOn };
      turns += 1;
    }
    points.push({ day: readOn, value: thousandths(value) + turns * whole });
  }
  return { ok: true, curve: { lastActual, at: (day) => valueAt(points, day) } };
}

/** By day, an actual reading before an estimate of the same day; then as good as any other order. */
const inOrder = (left: Reading, right: Reading) =>
  compare(left.readOn, right.readOn) || compare(left.kind, right.kind) || compare(left._id, right._id);
const compare = (left: string, right: string) => (left < right ? -1 : Number(left > right));

const thousandths = (units: number) => Math.round(units * 1000);

/** A dial goes from its last tenth to its first; anything else that falls is a fault in a reading. */
const rolledOver = (before: number, after: number, whole: number) =>
  before >= whole * 0.9 && after < whole * 0.1;

function valueAt(points: readonly Point[], day: Day): number | null {
  const after = points.find((point) => point.day >= day);
  if (after?.day === day) return after.value;
  const before = points.findLast((point) => point.day < day);
  if (after === undefined || before === undefined) return null;
  const [part, whole] = [daysBetween(before.day, day), daysBetween(before.day, after.day)];
  // Whole numbers below 2^53, so the half goes up exactly.
  return before.value + Math.floor((2 * (after.value - before.value) * part + whole) / (2 * whole));
}
