import type { LineWords, SpokenLine } from './lines.ts';

export type BillWords = {
  balance: string;
  dueOn: string;
  total: string;
  periodStart: string;
  periodEnd: string;
  days: number;
  units: number;
  lines: SpokenLine[];
  gallonsPerUnit: string;
  /** Units above the drought's limit that were not charged this time. */
  warnedUnits?: string | undefined;
  lastYearUnits?: number;
  autopayOn?: string;
  /** Paid, and not come yet. */
  onTheWay?: string | undefined;
  estimated: boolean;
  /** The figures are this old. */
  asOf?: string;
};

const forDays = (days: number | null) => (days === null ? '' : ` (${days} days)`);

const lineWords: LineWords = {
  serviceCharge: ({ unit, quantity, rate, amount, partDays }) =>
    unit === 'day'
      ? `Service charge for your meter: ${quantity} days at $${rate} = ${amount}`
      : `Service charge for your meter${forDays(partDays)}: ${amount}`,
  waterUsed: ({ quantity, rate, amount, partDays }) =>
    `Water you used${forDays(partDays)}: ${quantity} units at $${rate} = ${amount}`,
  waterTier: ({ tier, quantity, rate, amount, partDays }) =>
    `Water you used, tier ${tier}${forDays(partDays)}: ${quantity} units at $${rate} = ${amount}`,
  droughtSurcharge: ({ percent, amount, partDays }) =>
    `Drought surcharge, ${percent}% of the water${forDays(partDays)}: ${amount}`,
  excessUse: ({ quantity, rate, amount }) =>
    `Use above the drought limit: ${quantity} units at $${rate} = ${amount}`,
  estimateTrueUp: ({ quantity, rate, amount }) =>
    `Correction of an earlier estimate: ${quantity} units at $${rate} = ${amount}`,
  droughtTrueUp: ({ amount }) => `Correction of the drought surcharge on that estimate: ${amount}`,
  assistance: ({ amount }) => `Assistance credit: ${amount}`,
};
/** A billing system elsewhere may have lines that we have no words for: those go by their name. */
const line = (spoken: SpokenLine) =>
  `- ${lineWords[spoken.label]?.(spoken) ?? `${spoken.label}: ${spoken.amount}`}`;

/** What the bill is made of: its lines add up to its total. */
const madeOf = (bill: BillWords) =>
  [
    ...(bill.asOf ? [`These figures are as of ${bill.asOf}. What came in since then is not in them.`] : []),
    `The bill of ${bill.total} is for ${bill.periodStart} to ${bill.periodEnd} (${bill.days} days):`,
    ...bill.lines.map(line),
    `One unit is ${bill.gallonsPerUnit} gallons.`,
    ...(bill.warnedUnits === undefined
      ? []
      : [
          `You used ${bill.warnedUnits} units more than the drought limit. This is a warning and costs nothing; the next time it is charged.`,
        ]),
    ...(bill.estimated ? ['The meter reading was an estimate. The next reading sets it right.'] : []),
    ...(bill.lastYearUnits === undefined
      ? []
      : [`In the same period last year you used ${bill.lastYearUnits} units.`]),
  ].join('\n');

const coming = ({ onTheWay }: BillWords) =>
  onTheWay ? ` A payment of ${onTheWay} is on its way and is not taken off yet.` : '';

export const en = {
  due: (bill: BillWords) =>
    `You owe ${bill.balance}. It is due on ${bill.dueOn}.${bill.autopayOn ? ` Autopay will draw it on ${bill.autopayOn}.` : ''}${coming(bill)}\n\n${madeOf(bill)}`,
  overdue: (bill: BillWords) =>
    `You owe ${bill.balance}. It was due on ${bill.dueOn}.${coming(bill)} If that is hard to pay at once, a person can talk with you about more time.\n\n${madeOf(bill)}`,
  paid: (bill: BillWords) => `You owe nothing: your balance is $0.00. Thank you.\n\n${madeOf(bill)}`,
  credit: (bill: BillWords) => `You owe nothing. You have a credit of ${bill.balance}.\n\n${madeOf(bill)}`,
  closedCredit: (bill: BillWords) =>
    `This account is closed and has a credit of ${bill.balance}, which we owe you.\n\n${madeOf(bill)}`,
  noBill: 'There is no bill on this account yet.',
  noAccount: 'I cannot see that account right now.',
};
