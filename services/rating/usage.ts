import { InvariantError } from '../errors.ts';
import type { Rate } from '../policy/rates.ts';
import type { Charge } from './billLine.ts';
import type { Consumption, RatingPolicy } from './consumption.ts';
import { surcharges } from './drought.ts';
import { type Part, partsOf } from './parts.ts';
import { waterCharges } from './water.ts';

/** What depends on the water alone: its price, and a drought's percentage on that. */
export function usageCharges(consumption: Consumption, policy: RatingPolicy): Charge[] {
  const water = rateParts(consumption, policy).map((part) => ({
    part,
    charges: waterCharges(part, consumption, policy),
  }));
  return [...water.flatMap(({ charges }) => charges), ...surcharges(water, consumption, policy)];
}

/** The period by the rates in force. */
export function rateParts({ period, days }: Consumption, { rates }: RatingPolicy): Part<Rate>[] {
  const parts = partsOf(rates, period);
  if (parts.reduce((sum, part) => sum + part.days, 0) !== days)
    throw new InvariantError('policy.noRate', `No rate is in force on ${period.start}`);
  return parts;
}
