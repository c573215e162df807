import { daysBetween } from '../calendar.ts';
import type { Charge } from './billLine.ts';
import type { Consumption, Correction, RatingPolicy } from './consumption.ts';
import { minus, none } from './exact.ts';
import { usageCharges } from './usage.ts';

/**
 * What an estimated bill's water would have cost less what was billed for it, line by line, at the rates of its
 * own days. Excess use is left alone: nobody pays or is warned because an estimate was wrong.
 */
export function trueUpCharges(
  { period, billed, actual }: Correction,
  consumption: Consumption,
  policy: RatingPolicy,
): Charge[] {
  if (billed === actual) return [];
  const days = daysBetween(period.start, period.end);
  const chargesFor = (units: number) => usageCharges({ ...consumption, period, days, units }, policy);
  const differences = new Map<string, Charge>();
  for (const charge of chargesFor(actual)) differences.set(keyOf(charge), charge);
  for (const charge of chargesFor(billed)) {
    const key = keyOf(charge);
    const quantity = minus(differences.get(key)?.quantity ?? none, charge.quantity);
    differences.set(key, { ...charge, quantity });
  }
  return [...differences.values()]
    .filter(({ quantity }) => quantity.top !== 0n)
    .map((charge) => ({
      ...charge,
      kind: 'trueUp',
      label: charge.kind === 'surcharge' ? 'droughtTrueUp' : 'estimateTrueUp',
    }));
}

const keyOf = ({ label, tier, effectiveOn }: Charge) => `${label} ${tier ?? ''} ${effectiveOn}`;
