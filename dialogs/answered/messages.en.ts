const things: Record<string, string> = {
  payment: 'your payment',
  serviceOrder: 'your service request',
  contacts: 'the change of your contact details',
  enrolment: 'the change of autopay or paperless billing',
  plan: 'your payment arrangement',
};
const thing = (kind: string) => things[kind] ?? 'what you asked for';

/** What became of something that was not confirmed at once. */
export const en = {
  confirmed: ({ kind }: { kind: string }) =>
    `Good news: ${thing(kind)} is confirmed now. You need not do anything more.`,
  refused: ({ kind }: { kind: string }) =>
    `We could not complete ${thing(kind)}. It was not done. Please write to us here, or ask for a person, and we will help.`,
};
