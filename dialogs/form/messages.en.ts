import { codeGroups } from './answers.ts';

/** What the District decides: a ZIP code of its own, how long its codes are and how long they work. */
export type Figures = { zip: string; digits: number; minutes: number };

export const exampleOf = (digits: number) => codeGroups(digits, '123456789').join(' ');

/** What every form says: verification, repairs, the last yes. */
export const en = {
  askAccountNumber: 'What is your account number? It is the 8 digits at the top of your bill.',
  exampleAccountNumber: 'That is not an account number as we print it. It has 8 digits, such as 12345674.',
  askZip: 'What is the ZIP code of the service address?',
  exampleZip: ({ zip }: Figures) => `A ZIP code has 5 digits, such as ${zip}. Which one is yours?`,
  askProofBy: 'To keep your account private, I need one proof that it is you. How would you like to do it?',
  byText: 'Text me a code',
  byEmail: 'E-mail me a code',
  byPin: 'Use my PIN',
  askCode: ({ digits, minutes }: Figures) =>
    `If those details match an account, ${digits === 8 ? 'an' : 'a'} ${digits}-digit code is on its way to the contact we have on file. It works for ${minutes} minutes. What is the code?`,
  exampleCode: ({ digits }: Figures) =>
    `I need the ${digits} digits of the code, such as ${exampleOf(digits)}. Write "send it again" for a new one.`,
  resent: 'No problem.',
  askPin: 'What is the 4-digit PIN of the account?',
  examplePin: 'A PIN has 4 digits. What is yours?',
  notMatched: ({ triesLeft }: { triesLeft: number }) =>
    `Those details do not match our records. You have ${triesLeft === 1 ? '1 try' : `${triesLeft} tries`} left. If the account number was wrong, write the right one.`,
  expired: 'That code is too old or was used before.',
  tooManyCodes: 'I have sent as many codes as I may for now. You can use your PIN, or talk to a person.',
  needsPhotoId: 'For that, a person has to see a photo ID of yours.',
  locked: 'I could not confirm that it is you, so I have to stop here to keep the account safe.',
  confirmChoices: 'Is that right?',
  yes: 'Yes',
  no: 'No',
  askWhatToChange: 'All right, nothing is changed. What should be different?',
  again: 'Sorry, I did not get that.',
  offerPerson: 'I am still not getting it. Would you like to talk to a person?',
  dropped: 'All right. Nothing was changed. What else can I do for you?',
};
