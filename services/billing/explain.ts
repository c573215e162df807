import { type Cents, toCents } from '../money.ts';
import type { Policy } from '../policy.ts';
import type { BillLine } from '../rating.ts';
import type { Bill, Records } from '../records.ts';

/** Why a bill differs from the one that it is compared with; `amount` is how much of the difference it makes. */
export type Cause = {
  code:
    | 'higherUse'
    | 'lowerUse'
    | 'moreDays'
    | 'fewerDays'
    | 'rateChange'
    /** Another size of meter, with another service charge. */
    | 'meterSize'
    | 'estimateTrueUp'
    | 'droughtSurcharge'
    | 'missingCredit'
    | 'newCredit';
  amount: Cents;
};
/** What a customer can do, in the order in which it costs least. */
export type SelfCheck =
  | 'readMeter'
  | 'leakIndicator'
  | 'toiletDyeTest'
  | 'irrigation'
  | 'houseValve'
  | 'askReread'
  | 'askMeterTest'
  | 'leakAdjustment'
  | 'paymentPlan';

export type Comparison = {
  billId: string;
  issuedOn: string;
  units: number;
  days: number;
  total: Cents;
  gallonsPerDay: number;
  /** This bill less that one. */
  moreUnits: number;
  moreDays: number;
  more: Cents;
  /** The greatest share of the difference first. */
  causes: Cause[];
};
export type Explanation = {
  ok: true;
  bill: Bill;
  /** The arithmetic: each line is its quantity times its rate, and the total is their sum. */
  lines: BillLine[];
  total: Cents;
  gallonsPerDay: number;
  lastYear: Comparison | null;
  previous: Comparison | null;
  /** Against last year, or the bill before where there is none; null where nothing makes it higher. */
  likelyCause: Cause['code'] | 'leakSuspected' | null;
  /** By the policy's `highUse`, or because the meter saw water run without a pause. */
  leakSuspected: false | 'highUse' | 'continuousFlow';
  estimated: boolean;
  checks: SelfCheck[];
};

const billsBack = 100;
const atHighUse: SelfCheck[] = [
  'readMeter',
  'leakIndicator',
  'toiletDyeTest',
  'irrigation',
  'houseValve',
  'askReread',
  'askMeterTest',
  'leakAdjustment',
  'paymentPlan',
];

/** A bill of an account (the latest, where none is named) with what it is compared with; null where it is not there. */
export async function explained(
  records: Pick<Records, 'recentBills' | 'samePeriodLastYear'>,
  policy: Pick<Policy, 'billing' | 'units'>,
  { accountId, billId }: { accountId: string; billId: string | null },
): Promise<Explanation | null> {
  const bills = await records.recentBills(accountId, billId === null ? 2 : billsBack);
  const at = billId === null ? 0 : bills.findIndex((one) => one.billId === billId);
  const bill = bills[at];
  if (bill === undefined) return null;
  const { gallonsPerUnit } = policy.units;
  const lastYearBill = await records.samePeriodLastYear(bill);
  const against = (other: Bill | null | undefined) => (other ? compare(bill, other, gallonsPerUnit) : null);
  const [lastYear, previous] = [against(lastYearBill), against(bills[at + 1])];
  const leakSuspected = suspectLeak(bill, lastYearBill, policy);
  const compared = lastYear ?? previous;
  const isHigher = (compared?.more ?? 0) > 0;
  const reason = (isHigher && compared?.causes.find(({ amount }) => amount > 0)?.code) || null;
  return {
    ok: true,
    bill,
    lines: bill.lines,
    total: bill.total,
    gallonsPerDay: gallonsADay(bill, gallonsPerUnit),
    lastYear,
    previous,
    likelyCause: leakSuspected && reason === 'higherUse' ? 'leakSuspected' : reason,
    leakSuspected,
    estimated: bill.estimated,
    checks: checksFor(reason, leakSuspected, bill.estimated),
  };
}

function suspectLeak(
  { units, days, continuousFlow }: Bill,
  lastYear: Bill | null,
  { billing: { highUse } }: Pick<Policy, 'billing'>,
): Explanation['leakSuspected'] {
  if (continuousFlow) return 'continuousFlow';
  if (lastYear === null) return false;
  const usual = (lastYear.units * days) / lastYear.days;
  const isHigh = units >= usual * highUse.timesLastYear && units - usual >= highUse.minExcessUnits;
  return isHigh && 'highUse';
}

function checksFor(
  reason: Cause['code'] | null,
  leak: Explanation['leakSuspected'],
  estimated: boolean,
): SelfCheck[] {
  if (leak) return atHighUse;
  if (reason === 'higherUse') return atHighUse.filter((check) => check !== 'leakAdjustment');
  return reason === 'estimateTrueUp' || estimated ? ['readMeter', 'askReread'] : [];
}

const gallonsADay = ({ units, days }: Bill, gallonsPerUnit: number) =>
  Math.round((units * gallonsPerUnit) / days);

function compare(bill: Bill, other: Bill, gallonsPerUnit: number): Comparison {
  const { billId, issuedOn, units, days, total } = other;
  return {
    billId,
    issuedOn,
    units,
    days,
    total,
    gallonsPerDay: gallonsADay(other, gallonsPerUnit),
    moreUnits: Math.round((bill.units - units) * 1000) / 1000,
    moreDays: bill.days - days,
    more: bill.total - total,
    causes: causesOf(bill, other),
  };
}

/** Shares of the difference that add up to it; a share of less than a dollar explains nothing. */
function causesOf(bill: Bill, other: Bill): Cause[] {
  const more = (...kinds: BillLine['kind'][]) => sumOf(bill, kinds) - sumOf(other, kinds);
  const newRate = !isSameRate(bill, other);
  const service = more('service');
  const usage = more('usage');
  // At the other bill's average price; what a new rate adds to the rest is the rate's, a higher tier is the use's.
  const byDays =
    other.units === 0 ? 0 : Math.round((sumOf(other, ['usage']) * (bill.days - other.days)) / other.days);
  const otherUse = (other.units * bill.days) / other.days;
  const byUse = newRate
    ? Math.round(
        other.units === 0 ? usage : (sumOf(other, ['usage']) * (bill.units - otherUse)) / other.units,
      )
    : usage - byDays;
  const newMeter = !newRate && bill.meterSize !== other.meterSize;
  const serviceByDays = newRate || newMeter ? 0 : service;
  const credit = more('credit');
  const shares: Cause[] = [
    { code: byUse > 0 ? 'higherUse' : 'lowerUse', amount: byUse },
    { code: bill.days > other.days ? 'moreDays' : 'fewerDays', amount: byDays + serviceByDays },
    { code: 'rateChange', amount: usage - byDays - byUse + (newRate ? service : 0) },
    { code: 'meterSize', amount: newMeter ? service : 0 },
    { code: 'estimateTrueUp', amount: more('trueUp') },
    { code: 'droughtSurcharge', amount: more('surcharge', 'excess') },
    { code: credit > 0 ? 'missingCredit' : 'newCredit', amount: credit },
  ];
  return shares
    .filter(({ amount }) => Math.abs(amount) >= toCents(1))
    .sort((left, right) => Math.abs(right.amount) - Math.abs(left.amount));
}

const sumOf = ({ lines }: Bill, kinds: BillLine['kind'][]): Cents =>
  lines.reduce((sum, { kind, amount }) => sum + (kinds.includes(kind) ? amount : 0), 0);

const isSameRate = (left: Bill, right: Bill): boolean => ratesOf(left) === ratesOf(right);
const ratesOf = ({ lines }: Bill): string =>
  [
    ...new Set(
      lines.filter(({ kind }) => kind === 'service' || kind === 'usage').map((line) => line.effectiveOn),
    ),
  ]
    .sort()
    .join(' ');
