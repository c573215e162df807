type Earliest = { earliest: string };
type Booked = { orderNumber: string; lastDay: string; finalBillDays: number };

export const en = {
  askLastDay: 'On which day should the water be turned off?',
  exampleLastDay: 'I need a day, such as "December 3" or "next Friday". Which day is your last?',
  tooSoon: ({ earliest }: Earliest) =>
    `That is too soon for our crew. The earliest day is ${earliest}. Which day would you like?`,
  notBusinessDay: ({ earliest }: Earliest) =>
    `We do not turn water off on that day. The earliest after that is ${earliest}. Which day would you like?`,
  past: ({ earliest }: Earliest) =>
    `That day has passed. The earliest day is ${earliest}. Which day would you like?`,
  tooFar: ({ earliest }: Earliest) =>
    `I cannot book that far ahead. The earliest day is ${earliest}. Which day would you like?`,
  askForwarding: 'Where should we mail the last bill? Please write the whole address in one line.',
  exampleForwarding: 'I need a street and number and the town, such as "9 Elm St, Reno, NV 89501".',
  summary: ({ lastDay, forwardingAddress }: { lastDay: string; forwardingAddress: string }) =>
    `We turn the water off on ${lastDay} and mail the last bill to ${forwardingAddress}. Is that right?`,
  booked: ({ orderNumber, lastDay, finalBillDays }: Booked) =>
    `Done. Your water service ends on ${lastDay}. Confirmation number ${orderNumber}. The last bill comes within ${finalBillDays} days after that.`,
  pending: ({ orderNumber, lastDay }: { orderNumber: string; lastDay: string }) =>
    `I have asked for your water service to end on ${lastDay}. It is not confirmed yet; we tell you here as soon as it is. Your number is ${orderNumber}.`,
  notBooked: 'I could not book that. Nothing was changed.',
};
