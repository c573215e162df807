import { sayDay } from '../dialogs/dates.ts';

type Detail = Record<string, unknown>;
type Day = (day: unknown) => string;

/** Why a change was refused, as a CSR reads it. */
const reasons: Record<string, (detail: Detail, day: Day) => string> = {
  alreadyOpen: ({ orderNumber, effectiveOn }, day) =>
    `Order ${orderNumber} is already open for this account${effectiveOn ? `, for ${day(effectiveOn)}` : ''}.`,
  noAccount: () => 'The account is not in the records.',
  accountClosed: () => 'The account is closed.',
  badAddress: () => 'The address is missing or too long.',
  notesTooLong: () => 'The notes are too long.',
  notYourPremise: () => 'The account has no service at that address.',
  badHazards: () => 'The hazards are too many or too long.',
  badWindow: () => 'The time of day must be morning, afternoon or open.',
  refusedByRecords: () => 'The billing system refused it. Nothing was changed; look at the account there.',
  notADay: ({ earliest }, day) => `That is not a day. The earliest is ${day(earliest)}.`,
  past: ({ earliest }, day) => `That day has passed. The earliest is ${day(earliest)}.`,
  tooSoon: ({ earliest }, day) => `That is too soon. The earliest day is ${day(earliest)}.`,
  notBusinessDay: ({ earliest }, day) =>
    `Nothing is done on that day. The earliest after it is ${day(earliest)}.`,
  tooFar: ({ earliest }, day) => `That is too far ahead. The earliest day is ${day(earliest)}.`,
};

/** The sentence for a reason, or null where there is none; days come as they are stored or said already. */
export function reasonForCsr(reason: string, detail: Detail, today: string): string | null {
  const day = (value: unknown) =>
    /^\d{4}-\d\d-\d\d$/.test(String(value)) ? sayDay(String(value), 'en', today) : String(value);
  return reasons[reason]?.(detail, day) ?? null;
}
