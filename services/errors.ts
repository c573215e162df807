/**
 * Every code of a broken thing, `area.problem`, with what to do about it. What a customer can cause is not
 * here: that is an answer, `{ ok: false, reason }`.
 */
export const errorCodes = {
  'action.conflict':
    'The same requestId came with other arguments. Nothing was changed; a person has to look at what was asked twice.',
  'case.contended':
    'A case changed faster than it could be written, over and over. Nothing was changed; look at who writes to it.',
  'case.notStored': 'The store refused a case over and over. Nothing was opened; look at its indexes.',
  'clock.badDuration':
    'The clock moves by an ISO 8601 duration such as PT36H or P2D, at most ten years, and never back.',
  'clock.notStarted':
    'District time was asked for before the clock had read its offset. Await refresh() at the start.',
  'clock.unavailable': 'The store did not answer with the clock’s offset. Check the store; start again.',
  'desk.contended':
    'A conversation changed faster than the desk could write, 200 times over. Nothing was changed; look at who writes to it.',
  'district.invalid':
    'The folder at DISTRICT_DIR cannot be used. The message lists every problem; correct them and start again, or look with: npm run district:check.',
  'knowledge.invalid':
    'An answer in district/knowledge cannot be used. The message lists every problem; correct them and start again.',
  'payment.amountDiffers':
    'The processor took another amount than the customer chose. Nothing was posted; look the payment up at the processor.',
  'payment.notStored': 'The store refused a payment over and over. Nothing was begun; look at its indexes.',
  'payment.processorDown':
    'The payment processor did not answer. No payment was begun, or it comes by its webhook; the customer may try again.',
  'plan.notStored':
    'The store refused a payment plan over and over. Nothing was granted; look at its indexes.',
  'incident.notStored':
    'The store refused an incident or its change over and over. Nothing was changed; look at its indexes.',
  'page.notStored':
    'The store took no page over and over, so nobody on call was told. Call them; look at its indexes.',
  'fieldOrder.notStored':
    'The store refused a field order over and over. Nothing was ordered; look at its indexes.',
  'policy.invalid':
    'district/policy.yaml cannot be used. The message lists every problem; correct them and start again.',
  'policy.noRate':
    'No rate in district/policy.yaml covers the day or the meter size. Add the block that does.',
  'rating.badInput':
    'A bill was to be rated from impossible figures (days or units). Correct the reading it came from.',
  'records.badAnswer':
    'The billing system at RECORDS_URL answered what docs/records.md does not allow. Writes stay pending; correct the other side.',
  'records.inconsistent':
    'The records point at something that is not there (an account without its customer or premise). Correct the record.',
  'records.unavailable': 'The system that holds the accounts did not answer. Nothing was changed; try again.',
  'sampleDistrict.invalid':
    'district/sample-accounts.json cannot be used. The message lists every problem; correct them and start again.',
  'secrets.noKey': 'SECRET_KEY is needed outside the sandbox. Set it to at least 32 random characters.',
  'secrets.weakKey': 'SECRET_KEY is shorter than 32 characters. Make one with: openssl rand -base64 48',
  'secrets.cannotOpen':
    'A sealed text was changed, belongs elsewhere, or was sealed under another SECRET_KEY. Bring the old key back, or let the row lapse.',
  'serviceOrder.notStored':
    'The store refused a service order over and over. Nothing was booked; look at its indexes.',
  'serviceOrder.numberTaken':
    'The account number that a new customer was told belongs to another account. Give the new account another number and tell them.',
  'verification.notStored':
    'The store refused a try or a code over and over. Nothing was proven; look at its indexes.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** Something broken: for an operator, never for a customer; it carries no personal data. */
export class CodedError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A system we depend on did not do its part; the same call may succeed later. */
export class UpstreamError extends CodedError {}

/** Two things that cannot both be true were asked for; a person has to look. */
export class ConflictError extends CodedError {}

/** Records that contradict each other, or a call that makes no sense: a fault of data or program. */
export class InvariantError extends CodedError {}

/** The set-up is wrong; `problems` lists all that is. */
export class ConfigurationError extends CodedError {
  readonly problems: readonly string[];

  constructor(code: ErrorCode, message: string, problems: readonly string[] = [], options?: ErrorOptions) {
    super(code, [message, ...problems.map((problem) => `  ${problem}`)].join('\n'), options);
    this.problems = problems;
  }
}
