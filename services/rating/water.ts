import type { Rate } from '../policy/rates.ts';
import type { Charge } from './billLine.ts';
import type { Consumption, RatingPolicy } from './consumption.ts';
import { type Exact, exact, isAboveNone, least, minus, none, over, share, times } from './exact.ts';
import type { Part } from './parts.ts';

/** What the water of a part of the period costs: one line, or one for each tier that was reached. */
export function waterCharges(
  { block: rate, days }: Part<Rate>,
  consumption: Consumption,
  { units: { unit, gallonsPerUnit } }: RatingPolicy,
): Charge[] {
  const { insideDistrict, kind = 'residential' } = consumption;
  const units = times(exact(consumption.units), share(days, consumption.days));
  const partDays = days === consumption.days ? null : days;
  const { source, effectiveOn } = rate;
  const common = { kind: 'usage', unit, source, effectiveOn, partDays } as const;
  if (rate.kind === 'uniform') {
    const perUnit = exact(insideDistrict ? rate.perUnit.inside : rate.perUnit.outside);
    return [{ ...common, label: 'waterUsed', quantity: units, rate: perUnit }];
  }
  const dearer = exact(insideDistrict ? 1 : rate.outsideTimes);
  if (!rate.tieredKinds.includes(kind)) {
    const perUnit = times(exact(rate.otherPerUnit), dearer);
    return [{ ...common, label: 'waterUsed', quantity: units, rate: perUnit }];
  }
  const gallonsPerDay = over(exact(days), exact(gallonsPerUnit));
  let reached = none;
  return rate.tiers.flatMap(({ upToGallonsPerDay, perUnit }, place) => {
    const end = upToGallonsPerDay === undefined ? units : times(exact(upToGallonsPerDay), gallonsPerDay);
    const quantity: Exact = minus(least(units, end), reached);
    reached = end;
    // A period without water still shows its first tier.
    if (!isAboveNone(quantity) && place > 0) return [];
    return [
      { ...common, label: 'waterTier', tier: place + 1, quantity, rate: times(exact(perUnit), dearer) },
    ];
  });
}
