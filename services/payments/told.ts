import type { Cents } from '../money.ts';

/**
 * What a customer must hear of outside of their turn. `key` is the same on every run, so that it is said once.
 * Amounts are cents, days local.
 */
export type Outcome = {
  key: string;
  accountId: string;
  /** Where the payment was made or the plan agreed; null where it was in no conversation. */
  conversationId: string | null;
  /** The language of that conversation, or null for the customer's own. */
  language: string | null;
  at: Date;
  /** Who is in the conversation may know the account's affairs: its balance, its fees. */
  verified: boolean;
  /** It comes long after the customer has gone, so it is also sent to the contact on file. */
  late: boolean;
} & OutcomeDetail;

export type OutcomeDetail =
  /** `posted` false: the records have not answered yet, and `balance` is null. */
  | {
      kind: 'paymentReceived';
      amount: Cents;
      receiptNumber: string;
      posted: boolean;
      /** Drawn by automatic payment. */
      drawn: boolean;
      balance: Cents | null;
    }
  | { kind: 'paymentPending'; amount: Cents; receiptNumber: string; days: number }
  | { kind: 'paymentDeclined'; amount: Cents }
  | {
      kind: 'paymentReturned';
      amount: Cents;
      receiptNumber: string;
      /** What the account was charged for it; zero where it was nothing. */
      fee: Cents;
      /** `cardOnly`: so many came back that the bank is asked no more. */
      next: 'again' | 'newDetails' | 'stop' | 'askBank' | 'cardOnly';
    }
  | { kind: 'paymentReinstated'; amount: Cents; receiptNumber: string }
  | { kind: 'paymentRefunded'; amount: Cents; receiptNumber: string }
  | { kind: 'autopayOn' }
  | { kind: 'autopayFailed' }
  /** A bill that was to be drawn was not: nobody may draw it. `amount` is what is left to pay. */
  | { kind: 'autopayNotDrawn'; amount: Cents }
  | { kind: 'planMissed' | 'planBroken'; planNumber: string; amount: Cents; dueOn: string }
  | { kind: 'planKept'; planNumber: string };

/** Says an outcome in its conversation, or sends it to the contact on file; the same key a second time says nothing. */
export type Tell = (outcome: Outcome) => Promise<void>;
