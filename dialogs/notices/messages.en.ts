import { bills } from './bills.en.ts';

type Page = {
  district: string;
  n: string;
  what: string;
  where: string;
  about: string;
  minutes: string;
  publicUrl: string;
  token: string;
};
type Fixed = { district: string; caseNumber: string; phone: string };
type Incident = {
  district: string;
  caseNumber: string;
  state: string;
  phone: string;
  en: string;
  es: string;
};
type Code = { code: string; district: string; minutes: string };

type Lock = { district: string; minutes: string };
type Changed = { district: string; account: string; changed: string };
type Account = { district: string; account: string };

const names: Record<string, string> = {
  phone: 'the phone number',
  email: 'the e-mail address',
  mailingAddress: 'the mailing address',
  customerName: 'the name',
  language: 'the language',
};
const list = (changed: string) =>
  changed
    .split(',')
    .map((name) => names[name] ?? 'something')
    .join(' and ');

/** What the District sends outside of a conversation. */
export const en = {
  verificationCode: ({ code, district, minutes }: Code) =>
    `${district}: your code is ${code}. It works for ${minutes} minutes. We never ask for it by phone. If you did not ask for it, you need not do anything.`,
  verificationCodeSubject: ({ district }: Code) => `Your code for ${district}`,
  accountLocked: ({ district, minutes }: Lock) =>
    `${district}: somebody tried to get into your account and could not. It is locked for ${minutes} minutes. If it was you, try again then. If not, please call us; you need not do anything else.`,
  accountLockedSubject: ({ district }: Lock) => `${district}: your account is locked for a while`,
  contactChanged: ({ district, account, changed }: Changed) =>
    `${district}: ${list(changed)} of account ${account} was changed. If you did not ask for it, please call us at once.`,
  contactChangedSubject: ({ district }: Changed) => `${district}: your account was changed`,
  contactAdded: ({ district, account }: Changed) =>
    `${district}: from now on we reach you here about account ${account}. If it is not yours, please call us.`,
  contactAddedSubject: ({ district }: Changed) => `${district}: we can reach you here`,
  pinChanged: ({ district, account }: Account) =>
    `${district}: the PIN of account ${account} was changed. If you did not ask for it, please call us at once.`,
  pinChangedSubject: ({ district }: Account) => `${district}: your PIN was changed`,
  /** An outcome of a payment or a plan; its words are made before it is sealed. */
  outcome: ({ district, text }: { district: string; text: string }) => `${district}: ${text}`,
  outcomeSubject: ({ district, subject }: { district: string; subject: string }) =>
    `${subject} – ${district}`,
  page: ({ district, n, what, where, about, minutes, publicUrl, token }: Page) =>
    `${district} EMERGENCY ${n}: ${what}${where ? `, ${where}` : ''}. ${about}. Acknowledge within ${minutes} minutes: ${publicUrl}/page/${token}`,
  pageSubject: ({ n, what }: Page) => `EMERGENCY ${n}: ${what}`,
  caseFixed: ({ district, caseNumber, phone }: Fixed) =>
    `${district}: we closed your case ${caseNumber}. Is it fixed? If not, call ${phone} or write to us in the chat with the case number, and we open it again.`,
  caseFixedSubject: ({ caseNumber }: Fixed) => `Is it fixed? Your case ${caseNumber}`,
  incidentState: ({ district, caseNumber, state, phone, en }: Incident) =>
    `${district}, about your report ${caseNumber}: ${en || (state === 'closed' ? 'this is over. Thank you for telling us.' : 'we are working on it.')} Questions: ${phone}.`,
  incidentStateSubject: ({ caseNumber }: Incident) => `About your report ${caseNumber}`,
  ...bills,
};
