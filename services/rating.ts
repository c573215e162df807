import { type Day, daysBetween, isDay } from './calendar.ts';
import { InvariantError } from './errors.ts';
import { type Cents, toCents } from './money.ts';
import { type MeterSize, type Policy, rateOn } from './policy.ts';

/** One line of a bill: quantity times rate is the amount, rounded half up to the cent. */
export type BillLine = {
  kind: 'service' | 'usage';
  /** Which words name the line: `messages.<language>.ts` has them. */
  label: 'serviceCharge' | 'waterUsed';
  quantity: number;
  unit: 'billingPeriod' | 'CCF' | (string & {});
  /** Dollars for one of the unit, exact, as a decimal text: `4.596`. */
  rate: string;
  amount: Cents;
  /** Who decided the rate, and since when it holds. */
  source: string;
  effectiveOn: Day;
};

export type RatedBill = { lines: BillLine[]; total: Cents };

export type Consumption = {
  meterSize: MeterSize;
  /** Units of water (CCF) that went through the meter; may be a fraction. */
  units: number;
  days: number;
  insideDistrict: boolean;
  /** From one reading to the next; the rate is the one in force when the period ends. */
  period: { start: Day; end: Day };
};

/**
 * What a billing period's water costs, line by line; the total is the sum of the rounded lines.
 * @throws InvariantError `rating.badInput` for an impossible period or quantity, `policy.noRate` where the
 * policy has no charge for the day or the meter.
 */
export function rateBill({ policy, ...consumption }: Consumption & { policy: Policy }): RatedBill {
  refuseImpossible(consumption);
  const rate = rateOn(policy, consumption.period.end);
  const lines = [serviceCharge(rate, consumption), waterUsed(rate, consumption, policy.units.unit)];
  return { lines, total: lines.reduce((sum, line) => sum + line.amount, 0) };
}

function serviceCharge(rate: Policy['rates'][number], { meterSize }: Consumption): BillLine {
  const charge = rate.serviceCharge[meterSize];
  if (charge === undefined)
    throw new InvariantError('policy.noRate', `No service charge for a ${meterSize}" meter`);
  return line('service', 'serviceCharge', 1, 'billingPeriod', charge, rate);
}

function waterUsed(
  rate: Policy['rates'][number],
  { units, insideDistrict }: Consumption,
  unit: string,
): BillLine {
  if (rate.kind !== 'uniform') throw new InvariantError('policy.noRate', 'No uniform rate is in force');
  const perUnit = insideDistrict ? rate.perUnit.inside : rate.perUnit.outside;
  return line('usage', 'waterUsed', units, unit, perUnit, rate);
}

function line(
  kind: BillLine['kind'],
  label: BillLine['label'],
  quantity: number,
  unit: string,
  dollars: number,
  { source, effectiveOn }: { source: string; effectiveOn: Day },
): BillLine {
  return {
    kind,
    label,
    quantity,
    unit,
    rate: String(dollars),
    amount: toCents(quantity, dollars),
    source,
    effectiveOn,
  };
}

function refuseImpossible({ units, days, period }: Consumption): void {
  const possible =
    units >= 0 &&
    units <= 1_000_000 &&
    Math.abs(units * 1000 - Math.round(units * 1000)) < 1e-6 && // a meter reads to a thousandth at most
    isDay(period.start) &&
    isDay(period.end) &&
    days > 0 &&
    days === daysBetween(period.start, period.end);
  if (!possible)
    throw new InvariantError('rating.badInput', 'A bill needs whole days, and units of zero or more');
}
