import { dayText, moneyText } from './figures.ts';

type Bill = { district: string; account: string; amount: string; dueOn: string; drawnOn: string };
type PastDue = Bill & { fee: string; payBy: string };

/** What customers hear of a bill without asking. Amounts come as cents, days as YYYY-MM-DD. */
export const bills = {
  billReady: ({ district, account, amount, dueOn, drawnOn }: Bill) =>
    `${district}: your new bill for account ${account} is here. You owe ${moneyText(amount, 'en')}. ${
      drawnOn
        ? `It is paid from your bank account on ${dayText(drawnOn, 'en')}; you need not do anything.`
        : `It is due on ${dayText(dueOn, 'en')}.`
    }`,
  billReadySubject: ({ district }: Bill) => `Your new bill – ${district}`,
  billNothingDue: ({ district, account }: Bill) =>
    `${district}: your new bill for account ${account} is here. There is nothing to pay.`,
  billNothingDueSubject: ({ district }: Bill) => `Your new bill – ${district}`,
  billPastDue: ({ district, account, amount, dueOn, fee, payBy }: PastDue) =>
    `${district}: your bill for account ${account} was due on ${dayText(dueOn, 'en')}, and ${moneyText(amount, 'en')} is still open.${
      fee ? ` If it is paid by ${dayText(payBy, 'en')}, there is no late fee (${moneyText(fee, 'en')}).` : ''
    } If you have paid, thank you. If you need more time, please talk to us.`,
  billPastDueSubject: ({ district }: PastDue) => `Your bill is past due – ${district}`,
};
