import type { IncomingHttpHeaders } from 'node:http';
import type { Cents } from '../money.ts';

export type PayMethod = 'card' | 'bank';

/** A payment by our id, or by the processor's name for its money's way. */
export type PaymentName = { paymentId: string } | { intentId: string };

/** What a processor says about a payment or an enrolment, in the District's words. Any of it may come twice or late. */
export type ProcessorEvent =
  | { kind: 'pending' | 'approved'; paymentId: string; method: PayMethod; amount: Cents; intentId?: string }
  | { kind: 'declined'; paymentId: string; method: PayMethod; code: string | null }
  /** The customer did not finish at the processor's page. */
  | { kind: 'abandoned'; paymentId: string }
  /** The money was taken back: by the bank (a return code) or in a dispute (`dispute`); `part` where it is not all. */
  | { kind: 'returned'; of: PaymentName; code: string; part?: Cents }
  /** A dispute was won: what was taken back is the District's again. */
  | { kind: 'reinstated'; of: PaymentName }
  /** `total` is all that has been given back of the payment by now. */
  | { kind: 'refunded'; paymentId: string; total: Cents }
  /** A bank account may be drawn from under `reference`. */
  | { kind: 'enrolled'; setupId: string; reference: string }
  | { kind: 'enrolmentFailed'; setupId: string };

/** What is to be paid, under our own id: the processor takes an id once. */
export type PayOrder = {
  paymentId: string;
  amount: Cents;
  /** Masked, such as ••••3414. */
  account: string;
  language: string;
  cardOnly: boolean;
  /** Where the customer's browser comes back to. */
  returnUrl: string;
  /** Of the sandbox's page. */
  outcome: string | null;
};
export type Begun = { processorId: string; redirect: string | null };

/** Who takes the money: the sandbox's, or Stripe. It alone ever sees a card or bank number. */
export interface PaymentProcessor {
  readonly name: 'sandbox' | 'stripe';
  /** Other origins that the form of the payment page may lead to. */
  readonly pages: readonly string[];
  /** The outcomes that the page offers by name; null where the processor has a page of its own. */
  readonly outcomes: readonly string[] | null;
  isOutcome(text: string): boolean;
  methodOf(outcome: string): PayMethod;
  /** Begins a payment; the same id again gets the same. @throws UpstreamError `payment.processorDown`. */
  begin(order: PayOrder): Promise<Begun>;
  /** Ends what was begun and not finished; false where it is too late. */
  cancel(processorId: string): Promise<boolean>;
  /** Begins the enrolment of a bank account for automatic payment. */
  enrol(order: Omit<PayOrder, 'paymentId' | 'amount' | 'cardOnly'> & { setupId: string }): Promise<Begun>;
  /** Draws from an enrolled bank account. */
  draw(order: { paymentId: string; amount: Cents; reference: string }): Promise<{ processorId: string }>;
  /** Presents a bank debit that came back once more; absent where the processor cannot. */
  presentAgain?(order: { paymentId: string; amount: Cents; of: string }): Promise<{ processorId: string }>;
  /** Our id of the payment whose money goes by a name of the processor's; null where it is not ours. */
  paymentOf?(intentId: string): Promise<string | null>;
  /** The events in a call of the processor; null where it is not signed by it. */
  read(body: Buffer, headers: IncomingHttpHeaders): ProcessorEvent[] | null;
  /** A processor in this process calls back by this; a real one uses POST /pay/webhook. */
  deliverTo?(receive: (body: Buffer, headers: IncomingHttpHeaders) => Promise<unknown>): void;
}
