import { InvariantError } from '../errors.ts';
import type { Rate } from '../policy/rates.ts';
import type { Charge } from './billLine.ts';
import type { Consumption, RatingPolicy } from './consumption.ts';
import { exact, share } from './exact.ts';
import { type Part, sharedDays } from './parts.ts';

/** What each meter's being there costs in a part of the period, whatever went through it. */
export function serviceCharges(
  part: Part<Rate>,
  { meterSize, meters, period, days, prorated }: Consumption,
  { units }: RatingPolicy,
): Charge[] {
  const { block: rate } = part;
  return (meters ?? [{ ...period, size: meterSize }]).flatMap((meter): Charge[] => {
    const shared = sharedDays(part, meter);
    if (shared === 0) return [];
    const dollars = rate.serviceCharge[meter.size];
    if (dollars === undefined)
      throw new InvariantError('policy.noRate', `No service charge for a ${meter.size}" meter`);
    const perDay = rate.serviceChargePer === 'day';
    return [
      {
        kind: 'service',
        label: 'serviceCharge',
        unit: perDay ? 'day' : 'billingPeriod',
        quantity: perDay ? exact(shared) : share(shared, prorated ? units.cycleDays : days),
        rate: exact(dollars),
        source: rate.source,
        effectiveOn: rate.effectiveOn,
        partDays: shared === days ? null : shared,
      },
    ];
  });
}
