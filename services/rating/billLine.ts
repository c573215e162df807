import type { Day } from '../calendar.ts';
import type { Cents } from '../money.ts';
import { type Exact, exact, inDigits, rounded, times, toWholeCents } from './exact.ts';

export const lineKinds = ['service', 'usage', 'surcharge', 'excess', 'trueUp', 'credit'] as const;
export type LineKind = (typeof lineKinds)[number];

/** Which words name a line: the dialogs' `messages.<language>.ts` have them. */
export const lineLabels = [
  'serviceCharge',
  'waterUsed',
  'waterTier',
  'droughtSurcharge',
  'excessUse',
  'estimateTrueUp',
  'droughtTrueUp',
  'assistance',
] as const;
export type LineLabel = (typeof lineLabels)[number];

/** One line of a bill: quantity times rate is the amount, rounded half up to the cent. */
export type BillLine = {
  kind: LineKind;
  label: LineLabel;
  /** At most six decimals; `exact` has it where that is not all. */
  quantity: number;
  /** The quantity as a fraction, `16/3`, where it has no end as a decimal. */
  exact?: string | null;
  /** `USD` is dollars of other lines, of which the rate is a share. */
  unit: 'billingPeriod' | 'day' | 'CCF' | 'USD' | 'bill' | (string & {});
  /** Dollars for one of the unit, exact, as a decimal text: `4.596`. */
  rate: string;
  amount: Cents;
  /** Who decided the rate, and since when it holds. */
  source: string;
  effectiveOn: Day;
  /** Of a line of tiered water: the first, second, … tier. */
  tier?: number | null;
  /** How many days the line is for, where it is not for all of the period's. */
  partDays?: number | null;
};

/** What a line will say, still exact. */
export type Charge = Omit<BillLine, 'quantity' | 'exact' | 'rate' | 'amount'> & {
  quantity: Exact;
  rate: Exact;
};

export const amountOf = ({ quantity, rate }: Charge): Cents => toWholeCents(times(quantity, rate));

export function toLine(charge: Charge): BillLine {
  const { quantity, rate, kind, label, unit, source, effectiveOn, tier, partDays } = charge;
  const shown = rounded(quantity, 6);
  const digits = inDigits(quantity);
  return {
    kind,
    label,
    quantity: shown,
    ...(isSame(digits, shown) ? {} : { exact: digits }),
    unit,
    rate: inDigits(rate),
    amount: amountOf(charge),
    source,
    effectiveOn,
    ...(tier ? { tier } : {}),
    ...(partDays ? { partDays } : {}),
  };
}

// Numbers that JavaScript prints with an exponent (1e-7) never come out of six decimals but 0.000001 does.
const isSame = (digits: string, shown: number) =>
  digits.includes('/') ? false : inDigits(exact(shown.toFixed(6))) === digits;
