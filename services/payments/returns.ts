/**
 * What a bank's return code means for a customer. The codes and what may be done after them are Nacha's operating
 * rules, the same for every District.
 */
export type ReturnRule =
  /** Not enough money: the same debit may be presented again. */
  | 'again'
  /** The account is closed, unknown or wrong: other details are needed. */
  | 'newDetails'
  /** The customer withdrew or denies the authorisation: nothing is drawn any more. */
  | 'stop'
  /** The customer's bank would not pay: they have to ask it. */
  | 'askBank';

const rules: Record<string, ReturnRule> = {
  R01: 'again', // insufficient funds
  R09: 'again', // uncollected funds
  R02: 'newDetails', // account closed
  R03: 'newDetails', // no account
  R04: 'newDetails', // invalid number
  R05: 'stop', // unauthorised consumer debit
  R07: 'stop', // authorisation revoked
  R10: 'stop', // not authorised
  R11: 'stop', // not per the authorisation
  R29: 'stop', // corporate customer advises not authorised
  R08: 'askBank', // payment stopped
  R16: 'askBank', // account frozen
  R20: 'askBank', // non-transaction account
};

export const returnCodes: readonly string[] = Object.keys(rules).sort();

/** The rule for a code; an unknown one sends the customer to their bank. */
export const ruleOf = (code: string): ReturnRule => rules[code] ?? 'askBank';
