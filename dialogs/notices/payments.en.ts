type Paid = { amount: string; receiptNumber: string; balance: string; days: string };
type Returned = Paid & { fee: string; next: string };
type Planned = { amount: string; dueOn: string; planNumber: string };

const next: Record<string, string> = {
  again: 'Please see that the money is there; we may present it to your bank again.',
  newDetails: 'Please pay with other bank details or a card.',
  stop: 'We will not draw from that bank account again, and automatic payment is off.',
  askBank: 'Please ask your bank why, or pay another way.',
  cardOnly:
    'As bank payments have come back more than once, please pay by card or in cash. Automatic payment is off.',
};

/** What became of payments and plans: said in the conversation, or sent as a notice with the District's name. */
export const payments = {
  paymentReceived: ({ amount, receiptNumber, balance }: Paid) =>
    `Thank you. We received your payment of ${amount}. Receipt ${receiptNumber}.${balance ? ` ${balance}` : ''}`,
  paymentReceivedUnposted: ({ amount, receiptNumber }: Paid) =>
    `Thank you. We received your payment of ${amount}. Receipt ${receiptNumber}. It will show on the account shortly.`,
  paymentDrawn: ({ amount, receiptNumber }: Paid) =>
    `Your bill was paid automatically: ${amount} from your bank account. Receipt ${receiptNumber}.`,
  paymentPending: ({ amount, receiptNumber, days }: Paid) =>
    `Your bank transfer of ${amount} is on its way. It usually takes ${days} days; we will tell you when it has arrived. Number ${receiptNumber}.`,
  paymentDeclined: ({ amount }: Paid) =>
    `The payment of ${amount} was declined, and nothing was charged. You can try again with the same link.`,
  paymentFailed: ({ amount }: Paid) =>
    `The bank transfer of ${amount} did not go through, and nothing was paid. Please pay another way.`,
  paymentReturned: ({ amount, receiptNumber, fee, next: what }: Returned) =>
    `Your bank returned the payment of ${amount} (receipt ${receiptNumber}), so it no longer counts as paid.${fee ? ` A returned-payment fee of ${fee} was added to the account.` : ''} ${next[what] ?? ''}`.trim(),
  paymentReinstated: ({ amount, receiptNumber }: Paid) =>
    `Your payment of ${amount} (receipt ${receiptNumber}) has reached us after all and counts as paid again.`,
  paymentRefunded: ({ amount, receiptNumber }: Paid) =>
    `We gave back ${amount} of your payment (receipt ${receiptNumber}).`,
  balanceOwed: ({ amount }: { amount: string }) => `The account now owes ${amount}.`,
  balanceNone: 'Nothing is owed on the account now.',
  balanceCredit: ({ amount }: { amount: string }) =>
    `The account now has a credit of ${amount}, which lowers the next bill.`,
  autopayOn: 'Automatic payment is on. We draw each bill from your bank account before it is due.',
  autopayFailed:
    'Your bank account could not be enrolled, so automatic payment is not on. You can try again.',
  autopayNotDrawn: ({ amount }: { amount: string }) =>
    `We could not draw your bill automatically, and nothing was paid. ${amount} is still to be paid. Please pay another way, or turn automatic payment on again.`,
  planMissed: ({ amount, dueOn, planNumber }: Planned) =>
    `${amount} of your payment plan ${planNumber} was due on ${dueOn} and has not come. Please pay it soon to keep the plan.`,
  planBroken: ({ amount, planNumber }: Planned) =>
    `Your payment plan ${planNumber} has ended because it was not kept. ${amount} is overdue. Please pay it or talk to us.`,
  planKept: ({ planNumber }: Planned) => `Your payment plan ${planNumber} is complete. Thank you.`,
  paymentSubject: 'Your payment',
  autopaySubject: 'Automatic payment',
  planSubject: 'Your payment plan',
};
