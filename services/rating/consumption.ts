import { daysBetween, isDay } from '../calendar.ts';
import { InvariantError } from '../errors.ts';
import type { AccountKind } from '../policy/rates.ts';
import type { MeterSize, Policy } from '../policy.ts';
import type { Period } from './parts.ts';

export type RatingPolicy = Pick<Policy, 'rates' | 'drought' | 'units' | 'billing'>;

/** A meter at the premise, and the days of the period on which it was there. */
export type MeterService = Period & { size: MeterSize };

/** An earlier bill that was estimated, and what a reading has since shown. */
export type Correction = { period: Period; billed: number; actual: number };

export type Consumption = {
  meterSize: MeterSize;
  /** Units of water (CCF) that went through the meter; may be a fraction. */
  units: number;
  days: number;
  insideDistrict: boolean;
  /** From one reading to the next. Where a rate changes within, days and units are split in proportion. */
  period: Period;
  /** Who uses it; a home where nothing is said. */
  kind?: AccountKind;
  /** An opening or a closing bill: the service charge is for its days only. */
  prorated?: boolean;
  /** The meters, where it was not one of `meterSize` all the time. */
  meters?: MeterService[];
  /** The customer is in the assistance programme. */
  assisted?: boolean;
  /** Nobody has read the meter at its end: no use above a drought's limit is told or charged by a guess. */
  estimated?: boolean;
  /** The customer has been warned of excess use in this drought. */
  warnedBefore?: boolean;
  corrections?: Correction[];
};

/** @throws InvariantError `rating.badInput` for an impossible period or quantity. */
export function refuseImpossible(consumption: Consumption): void {
  const { units, days, period, corrections = [], meters = [] } = consumption;
  const possible =
    isQuantity(units) &&
    isPeriod(period) &&
    days === daysBetween(period.start, period.end) &&
    corrections.every((one) => isQuantity(one.billed) && isQuantity(one.actual) && isPeriod(one.period)) &&
    meters.every(isPeriod);
  if (!possible)
    throw new InvariantError('rating.badInput', 'A bill needs whole days, and units of zero or more');
}

const isPeriod = ({ start, end }: Period) => isDay(start) && isDay(end) && start < end;
const isQuantity = (units: number) =>
  units >= 0 && units <= 1_000_000 && Math.abs(units * 1000 - Math.round(units * 1000)) < 1e-6; // a meter reads to a thousandth at most
