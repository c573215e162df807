import type { Cents } from '../money.ts';
import type { Rate } from '../policy/rates.ts';
import { costOf } from '../rating/drought.ts';
import { exact, minus, over, rounded, times, toWholeCents } from '../rating/exact.ts';
import { usageCharges } from '../rating/usage.ts';
import type { Consumption, RatingPolicy } from '../rating.ts';

export type LeakCredit = {
  /** Units above the usual use. */
  excessUnits: number;
  /** Of these, how many are taken off the bill, to a hundredth; all of them where they are rated anew. */
  creditedUnits: number;
  /** What stays to be paid for the excess. */
  excessCost: Cents;
  amount: Cents;
};

/**
 * What a District gives back of the water that a leak took, by its `leakAdjustment` policy: a share of what the
 * excess cost, with its drought surcharge, or the excess at the price of the first tier.
 */
export function leakCredit(
  consumption: Consumption,
  { usualUnits, pct }: { usualUnits: number; pct: number },
  policy: RatingPolicy,
): LeakCredit {
  const excess = minus(exact(consumption.units), exact(usualUnits));
  const cost = (units: number, by = policy) => costOf(usageCharges({ ...consumption, units }, by));
  const excessUnits = rounded(excess, 3);
  const whole = minus(cost(consumption.units), cost(usualUnits));
  if (policy.billing.leakAdjustment.method === 'firstTier') {
    const cheap = cost(excessUnits, { ...policy, rates: policy.rates.map(atFirstTier) });
    return {
      excessUnits,
      creditedUnits: excessUnits,
      excessCost: toWholeCents(cheap),
      amount: Math.max(0, toWholeCents(minus(whole, cheap))),
    };
  }
  const part = over(exact(pct), exact(100));
  const amount = toWholeCents(times(whole, part));
  return {
    excessUnits,
    creditedUnits: rounded(times(excess, part), 2),
    excessCost: toWholeCents(whole) - amount,
    amount,
  };
}

function atFirstTier(rate: Rate): Rate {
  if (rate.kind === 'uniform') return rate;
  const [{ perUnit } = { perUnit: 0 }] = rate.tiers;
  return { ...rate, tiers: [{ perUnit }] };
}
