import type { Cents } from './money.ts';
import { amountOf, type BillLine, type Charge, toLine } from './rating/billLine.ts';
import { type Consumption, type RatingPolicy, refuseImpossible } from './rating/consumption.ts';
import { type BillWarning, excessUse } from './rating/drought.ts';
import { exact, one, share } from './rating/exact.ts';
import { serviceCharges } from './rating/service.ts';
import { trueUpCharges } from './rating/trueUp.ts';
import { rateParts, usageCharges } from './rating/usage.ts';

export type { BillLine } from './rating/billLine.ts';
export type { Consumption, Correction, MeterService, RatingPolicy } from './rating/consumption.ts';
export type { BillWarning } from './rating/drought.ts';

export type RatedBill = {
  lines: BillLine[];
  total: Cents;
  /** What the bill tells and does not charge. */
  warnings: BillWarning[];
};

/**
 * What a billing period costs, line by line: service, water, a drought's surcharge and excess use, what earlier
 * estimates got wrong, assistance. Each line is rounded half up from its exact quantity; the total is their sum.
 * Where a rate or a drought stage begins within the period, each part has lines of its own.
 * @throws InvariantError `rating.badInput` for an impossible period or quantity, `policy.noRate` where the
 * policy has no charge for the day or the meter.
 */
export function rateBill({ policy, ...consumption }: Consumption & { policy: RatingPolicy }): RatedBill {
  refuseImpossible(consumption);
  const excess = excessUse(consumption, policy);
  const charges = [
    ...rateParts(consumption, policy).flatMap((part) => serviceCharges(part, consumption, policy)),
    ...usageCharges(consumption, policy),
    ...excess.charges,
    ...(consumption.corrections ?? []).flatMap((one) => trueUpCharges(one, consumption, policy)),
  ];
  const owed = charges.reduce((sum, charge) => sum + amountOf(charge), 0);
  if (consumption.assisted && owed > 0) charges.push(assistance(owed, consumption, policy));
  const lines = charges.map(toLine);
  return {
    lines,
    total: lines.reduce((sum, { amount }) => sum + amount, 0),
    warnings: excess.warnings,
  };
}

/** The low-income credit, for an opening or closing bill by its days, and never more than the bill. */
function assistance(owed: Cents, { prorated, days }: Consumption, { billing, units }: RatingPolicy): Charge {
  const { source, effectiveOn, assistance: programme } = billing;
  const credit: Charge = {
    kind: 'credit',
    label: 'assistance',
    unit: 'bill',
    quantity: prorated ? share(days, units.cycleDays) : one,
    rate: exact(String(-programme.creditPerBill)),
    source,
    effectiveOn,
  };
  return -amountOf(credit) <= owed
    ? credit
    : { ...credit, quantity: one, rate: exact(`-${dollarsOf(owed)}`) };
}

const dollarsOf = (cents: Cents) => (cents / 100).toFixed(2);
