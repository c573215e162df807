import { addDays } from '../../../services/calendar.ts';
import type { MeterSize } from '../../../services/policy/fields.ts';
import { loadPolicy } from '../../../services/policy.ts';
import { type Consumption, type RatingPolicy, rateBill } from '../../../services/rating.ts';

type Rate = RatingPolicy['rates'][number];
type Uniform = Extract<Rate, { kind: 'uniform' }>;
type Tiered = Extract<Rate, { kind: 'tiered' }>;
export type Stage = RatingPolicy['drought'][number];

const district = await loadPolicy('district');

/** Alder Valley's policy with other rates or droughts. */
export const policyWith = (change: Partial<RatingPolicy>): RatingPolicy => ({ ...district, ...change });

export const uniform = (perUnit: number, change: Partial<Uniform> = {}): Uniform => ({
  kind: 'uniform',
  effectiveOn: '2019-03-01',
  source: `Resolution on ${perUnit}`,
  serviceCharge: { '5/8': 56.61, '1': 87.29 },
  serviceChargePer: 'period',
  perUnit: { inside: perUnit, outside: perUnit * 2 },
  ...change,
});

/** EBMUD's figures of July 2024. */
export const tiered = (change: Partial<Tiered> = {}): Tiered => ({
  kind: 'tiered',
  effectiveOn: '2024-07-01',
  source: 'Schedule A, July 2024',
  serviceCharge: { '5/8': 70.96, '1': 107.2 },
  serviceChargePer: 'period',
  tiers: [
    { upToGallonsPerDay: 172, perUnit: 5.41 },
    { upToGallonsPerDay: 393, perUnit: 7.44 },
    { perUnit: 9.83 },
  ],
  tieredKinds: ['residential'],
  otherPerUnit: 7.62,
  outsideTimes: 1,
  ...change,
});

export const stage = (effectiveOn: string, change: Partial<Stage> = {}): Stage => ({
  effectiveOn,
  source: `Stage decided ${effectiveOn}`,
  stage: 2,
  surchargePct: 8,
  ...change,
});

export const excess = (firstIsWarning = true) => ({
  aboveUnitsPerMonth: 66,
  perUnit: 2,
  firstIsWarning,
  monthDays: 30,
});

/** The bill of a period of so many days from a start on. */
export function billOf(
  policy: RatingPolicy,
  units: number,
  days: number,
  change: Partial<Consumption> & { start?: string } = {},
) {
  const { start = '2026-08-01', ...rest } = change;
  const meterSize: MeterSize = '5/8';
  const period = { start, end: addDays(start, days) };
  return rateBill({ meterSize, units, days, insideDistrict: true, period, policy, ...rest });
}

/** What can be read of a bill at a glance. */
export const told = ({
  lines,
}: {
  lines: { label: string; quantity: number; rate: string; amount: number }[];
}) => lines.map(({ label, quantity, rate, amount }) => [label, quantity, rate, amount]);
