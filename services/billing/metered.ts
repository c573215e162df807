import type { Meter } from '../../models/meter.ts';
import type { Reading } from '../../models/reading.ts';
import { addDays, type Day, daysBetween } from '../calendar.ts';
import { overlap, type Period } from '../rating/parts.ts';
import { type MeterCurve, meterCurve, type ReadingProblem } from './meterCurve.ts';

/** A meter and what was read of it, in any order. */
export type MeterReads = { meter: Meter; readings: Reading[] };
export type KnownMeter = { meter: Meter; curve: MeterCurve };

/** The days of a period on which a meter was there, or null. */
export const daysOf = ({ installedOn, removedOn }: Meter, period: Period): Period | null =>
  overlap(period, { start: installedOn ?? period.start, end: removedOn ?? period.end });

export function curvesOf(meters: readonly MeterReads[]): { ok: true; known: KnownMeter[] } | ReadingProblem {
  const known: KnownMeter[] = [];
  for (const { meter, readings } of meters) {
    const found = meterCurve(meter, readings);
    if (!found.ok) return found;
    known.push({ meter, curve: found.curve });
  }
  return { ok: true, known };
}

/** The water of a period through all of its meters, in units; or the meter that has no reading for it. */
export function consumedIn(
  known: readonly KnownMeter[],
  period: Period,
): { ok: true; units: number } | { ok: false; reason: 'noReading'; meterId: string; readOn: Day } {
  let sum = 0;
  for (const { meter, curve } of known) {
    const days = daysOf(meter, period);
    if (days === null) continue;
    const [from, to] = [curve.at(days.start), curve.at(days.end)];
    if (from === null || to === null)
      return {
        ok: false,
        reason: 'noReading',
        meterId: meter._id,
        readOn: from === null ? days.start : days.end,
      };
    sum += to - from;
  }
  return { ok: true, units: sum / 1000 };
}

/** Whether somebody has really read all of the meters at the end of a period, or later. */
export const isRead = (known: readonly KnownMeter[], period: Period): boolean =>
  known.every(({ meter, curve }) => {
    const days = daysOf(meter, period);
    return days === null || (curve.lastActual !== null && curve.lastActual >= days.end);
  });

/**
 * The reading that a meter would show on a day by its use in the same season a year before, else in the cycle
 * before its last reading; null where there is no such use to go by.
 */
export function estimateOf(
  { meter, readings }: MeterReads,
  on: Day,
  { cycleDays }: { cycleDays: number },
): Reading | null {
  const found = meterCurve(meter, readings);
  const last = readings
    .filter(({ readOn }) => readOn < on)
    .sort((left, right) => (left.readOn < right.readOn ? -1 : 1))
    .at(-1);
  if (!found.ok || last === undefined) return null;
  const { curve } = found;
  const days = daysBetween(last.readOn, on);
  const used =
    between(curve, addDays(last.readOn, -365), addDays(on, -365)) ??
    scaled(between(curve, addDays(last.readOn, -cycleDays), last.readOn), days, cycleDays);
  const now = curve.at(last.readOn);
  if (used === null || now === null) return null;
  // In whole units, as a reader would write it down.
  const estimated = now + Math.round(used / 1000) * 1000;
  const value = (estimated % (1000 * 10 ** meter.digits)) / 1000;
  return {
    _id: `estimate:${meter._id}:${on}`,
    meterId: meter._id,
    readOn: on,
    value,
    kind: 'estimated',
    continuousFlow: false,
  };
}

function between(curve: MeterCurve, from: Day, to: Day): number | null {
  const [first, last] = [curve.at(from), curve.at(to)];
  return first === null || last === null ? null : last - first;
}

const scaled = (used: number | null, days: number, of: number) =>
  used === null ? null : Math.round((used * days) / of);
