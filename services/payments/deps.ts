import type { NewAuditEntry } from '../../models/auditEntry.ts';
import type { AutopayMandate } from '../../models/autopayMandate.ts';
import type { Facts, NewPayment, Payment } from '../../models/payment.ts';
import type { PaymentLink } from '../../models/paymentLink.ts';
import type { ChangesService } from '../changes.ts';
import type { DistrictClock } from '../clock.ts';
import type { FollowUpService } from '../followUps.ts';
import type { Plan } from '../plans.ts';
import type { Policy } from '../policy.ts';
import type { Records } from '../records.ts';
import type { Secrets } from '../secrets.ts';
import type { PaymentProcessor } from './processor.ts';
import type { Tell } from './told.ts';

export type PaymentStore = {
  byId(id: string): PromiseLike<Payment | null>;
  byIntent(intentId: string): PromiseLike<Payment | null>;
  lastOfLink(linkId: string): PromiseLike<Payment | null>;
  begin(payment: NewPayment): Promise<boolean>;
  began(id: string, begun: { processorId: string; redirect: string | null }): Promise<void>;
  learn(id: string, facts: Partial<Facts>): Promise<void>;
  learnRefund(id: string, total: number, on: string): Promise<void>;
  markPosted(id: string, posted: Payment['posted']): Promise<void>;
  applyTo(id: string, accountId: string): Promise<string | null>;
  unapply(id: string, accountId: string): Promise<void>;
  unapplied(limit: number): PromiseLike<Payment[]>;
  ofAccount(accountId: string, limit: number): PromiseLike<Payment[]>;
  returnedSince(accountId: string, since: string): PromiseLike<number>;
  onTheWay(accountId: string): PromiseLike<number>;
};

/** What the parts of the payments need; each takes what it uses. */
export type PaymentDeps = {
  records: Pick<Records, 'accountById' | 'balance' | 'openBill' | 'history' | 'returnsSince'>;
  changes: Pick<ChangesService, 'submit' | 'onAnswered'>;
  links: {
    byId(id: string): PromiseLike<PaymentLink | null>;
    keep(link: PaymentLink): PromiseLike<PaymentLink | null>;
  };
  payments: PaymentStore;
  mandates: {
    ofAccount(accountId: string): PromiseLike<AutopayMandate | null>;
    give(mandate: { accountId: string; processor: string; reference: string; since: Date }): Promise<void>;
    withdraw(accountId: string, since: Date): Promise<void>;
  };
  /** Null where nobody takes the money: then there are no links. */
  processor: PaymentProcessor | null;
  /** The language in which a conversation is held, and null for one that is not there. */
  languageOf(conversationId: string): Promise<string | null>;
  /** The account's open plan: what it lets wait is not drawn. */
  planOf(accountId: string): Promise<Pick<Plan, 'kind' | 'instalments'> | null>;
  followUps: Pick<FollowUpService, 'handle' | 'schedule'>;
  audit: { record(entry: NewAuditEntry): Promise<void> };
  tell: Tell;
  secrets: Pick<Secrets, 'keyFor' | 'mac'>;
  clock: Pick<DistrictClock, 'now' | 'today' | 'timeZone'>;
  policy: Pick<Policy, 'payments' | 'billing' | 'hours'>;
  publicUrl(): string;
  log: { error(details: object, message: string): void; warn(details: object, message: string): void };
};
