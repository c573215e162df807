import type { Policy } from '../policy.ts';
import type { Charge } from './billLine.ts';
import type { Consumption, RatingPolicy } from './consumption.ts';
import { type Exact, exact, isAboveNone, minus, none, over, plus, rounded, share, times } from './exact.ts';
import { type Part, partsOf, sharedDays } from './parts.ts';

/** Something the bill tells and does not charge. */
export type BillWarning = {
  kind: 'excessUse';
  /** Units above the limit. */
  units: number;
  source: string;
  effectiveOn: string;
};
type Stage = Policy['drought'][number];
type Water = { part: Part<unknown>; charges: Charge[] };

/** The stages' percentage on the water of their days: of its exact cost, not of the rounded lines. */
export function surcharges(
  water: Water[],
  { period, days }: Consumption,
  { drought }: RatingPolicy,
): Charge[] {
  return partsOf(drought, period).flatMap((stage): Charge[] => {
    const { surchargePct, source, effectiveOn } = stage.block;
    if (surchargePct === 0) return [];
    const dollars = water.reduce(
      (sum, { part, charges }) =>
        plus(sum, times(costOf(charges), share(sharedDays(part, stage), part.days))),
      none,
    );
    const rate = over(exact(surchargePct), exact(100));
    const partDays = stage.days === days ? null : stage.days;
    return [
      {
        kind: 'surcharge',
        label: 'droughtSurcharge',
        unit: 'USD',
        quantity: dollars,
        rate,
        source,
        effectiveOn,
        partDays,
      },
    ];
  });
}

export const costOf = (charges: readonly Charge[]): Exact =>
  charges.reduce((sum, { quantity, rate }) => plus(sum, times(quantity, rate)), none);

/** Water above a stage's limit; the first time in a drought it is a warning where the policy says so. */
export function excessUse(
  { period, days, units, warnedBefore = false, estimated = false }: Consumption,
  policy: RatingPolicy,
): { charges: Charge[]; warnings: BillWarning[] } {
  const charges: Charge[] = [];
  const warnings: BillWarning[] = [];
  for (const stage of partsOf(policy.drought, period)) {
    const { excess, source, effectiveOn } = stage.block;
    const above = excess === undefined || estimated ? none : aboveLimit(excess, stage, { units, days });
    if (excess === undefined || !isAboveNone(above)) continue;
    if (excess.firstIsWarning && !warnedBefore)
      warnings.push({ kind: 'excessUse', units: rounded(above, 3), source, effectiveOn });
    else
      charges.push({
        kind: 'excess',
        label: 'excessUse',
        unit: policy.units.unit,
        quantity: above,
        rate: exact(excess.perUnit),
        source,
        effectiveOn,
        partDays: stage.days === days ? null : stage.days,
      });
  }
  return { charges, warnings };
}

function aboveLimit(
  { aboveUnitsPerMonth, monthDays }: NonNullable<Stage['excess']>,
  stage: Part<Stage>,
  { units, days }: Pick<Consumption, 'units' | 'days'>,
): Exact {
  const used = times(exact(units), share(stage.days, days));
  return minus(used, times(exact(aboveUnitsPerMonth), share(stage.days, monthDays)));
}
