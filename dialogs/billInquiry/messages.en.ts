type Line = { label: 'serviceCharge' | 'waterUsed'; quantity: number; rate: string; amount: string };
export type BillWords = {
  balance: string;
  dueOn: string;
  total: string;
  periodStart: string;
  periodEnd: string;
  days: number;
  units: number;
  lines: Line[];
  lastYearUnits?: number;
  autopayOn?: string;
  estimated: boolean;
};

const line = ({ label, quantity, rate, amount }: Line) =>
  label === 'serviceCharge'
    ? `- Service charge for your meter: ${amount}`
    : `- Water you used: ${quantity} units at $${rate} = ${amount}`;

/** What the bill is made of: its lines add up to its total. */
const madeOf = ({ total, periodStart, periodEnd, days, lines, lastYearUnits, estimated }: BillWords) =>
  [
    `The bill of ${total} is for ${periodStart} to ${periodEnd} (${days} days):`,
    ...lines.map(line),
    'One unit is 748 gallons.',
    ...(estimated ? ['The meter reading was an estimate. The next reading sets it right.'] : []),
    ...(lastYearUnits === undefined ? [] : [`In the same period last year you used ${lastYearUnits} units.`]),
  ].join('\n');

export const en = {
  due: (bill: BillWords) =>
    `You owe ${bill.balance}. It is due on ${bill.dueOn}.${bill.autopayOn ? ` Autopay will draw it on ${bill.autopayOn}.` : ''}\n\n${madeOf(bill)}`,
  overdue: (bill: BillWords) =>
    `You owe ${bill.balance}. It was due on ${bill.dueOn}. If that is hard to pay at once, a person can talk with you about more time.\n\n${madeOf(bill)}`,
  paid: (bill: BillWords) => `You owe nothing: your balance is $0.00. Thank you.\n\n${madeOf(bill)}`,
  credit: (bill: BillWords) => `You owe nothing. You have a credit of ${bill.balance}.\n\n${madeOf(bill)}`,
  closedCredit: (bill: BillWords) =>
    `This account is closed and has a credit of ${bill.balance}, which we owe you.\n\n${madeOf(bill)}`,
  noBill: 'There is no bill on this account yet.',
  noAccount: 'I cannot see that account right now.',
};
