import type { IncomingHttpHeaders } from 'node:http';
import type { Payment } from '../models/payment.ts';
import { type AgainAnswer, type AgainRequest, createAgain } from './payments/again.ts';
import { createAutopay } from './payments/autopay.ts';
import type { PaymentDeps } from './payments/deps.ts';
import { createLinks, type LinkAnswer, type LinkRequest } from './payments/links.ts';
import { createOutcomes } from './payments/outcomes.ts';
import { createPayPage } from './payments/page.ts';
import { createUnapplied } from './payments/unapplied.ts';
import type { LedgerPage } from './records.ts';

export type { PaymentDeps } from './payments/deps.ts';
export type { LinkAnswer, LinkRequest } from './payments/links.ts';
export type { Outcome } from './payments/told.ts';

export type PaymentsService = ReturnType<typeof createPaymentsService>;

/** Who looks at an account, for the audit; a repeat of the requestId is one look. */
export type Look = { requestId: string; actor: string; conversationId?: string | null };

const mostLines = 200;

/** Paying: links and their page, what the processor says, the ledger's history, automatic payment, returns. */
export function createPaymentsService(deps: PaymentDeps) {
  const { records, payments, processor, audit, clock, policy, log } = deps;
  const links = createLinks(deps);
  const page = createPayPage(deps, links);
  const outcomes = createOutcomes(deps, links);
  const autopay = createAutopay(deps, links, outcomes);
  const presentAgain: (request: AgainRequest) => Promise<AgainAnswer> = createAgain(deps);

  /**
   * A call of the processor: verified, then taken event by event. It may be repeated without harm; one that throws
   * must be repeated.
   */
  async function webhook(
    body: Buffer,
    headers: IncomingHttpHeaders,
  ): Promise<{ ok: true } | { ok: false; reason: 'badSignature' | 'noProcessor' }> {
    if (!processor) return { ok: false, reason: 'noProcessor' };
    const events = processor.read(body, headers);
    if (events === null) return { ok: false, reason: 'badSignature' };
    for (const event of events) {
      const taken = 'setupId' in event ? await autopay.enrolled(event) : await outcomes.take(event);
      // Another use of the same processor's account: nothing of ours.
      if (!taken.ok)
        log.warn({ event: 'payment.unknown', kind: event.kind }, 'a call about no payment of ours');
    }
    return { ok: true };
  }
  processor?.deliverTo?.(webhook);

  return {
    /** How a customer can pay: by a link of ours or not, and the other ways that the policy names. */
    ways: () => ({ links: processor !== null, others: policy.payments.otherWays }),

    /** A link to the payment page of one account; `verified` decides whether the page tells what is owed. */
    link: (request: LinkRequest): Promise<LinkAnswer> => links.make(request),

    page,
    webhook,
    autopay,
    presentAgain,
    onPaid: outcomes.onPaid,
    unapplied: createUnapplied(deps, outcomes),

    /** What was handed in and is in no balance yet, in cents: a bank transfer takes days. */
    onTheWay: (accountId: string): PromiseLike<number> => payments.onTheWay(accountId),

    /** How many payments came back within the time that the policy counts, and whether the bank is still asked. */
    async returns(accountId: string): Promise<{ count: number; cardOnly: boolean }> {
      const count = await links.returnsOf(accountId);
      return { count, cardOnly: count >= policy.billing.returnedPayment.cashOnlyAfter };
    },

    /**
     * What was charged and paid, the latest first, at most 200 lines a page. Null where the system that holds the
     * records cannot tell. Whoever asks has been verified (L2) before; `look` is kept in the audit.
     */
    async history(
      accountId: string,
      { limit = 20, cursor = null, look }: { limit?: number; cursor?: string | null; look?: Look } = {},
    ): Promise<LedgerPage | null> {
      if (look)
        await audit.record({
          key: `history:${look.requestId}`,
          at: clock.now(),
          actor: look.actor,
          action: 'payment.historySeen',
          accountId,
          conversationId: look.conversationId ?? null,
        });
      const size = Number.isSafeInteger(limit) ? Math.min(Math.max(limit, 1), mostLines) : 20;
      return records.history ? records.history(accountId, { limit: size, cursor }) : null;
    },

    /** The latest payments made through us, whatever became of them. */
    async recent(accountId: string, limit = 20): Promise<PaymentView[]> {
      return (await payments.ofAccount(accountId, Math.min(Math.max(limit, 1), mostLines))).map(toView);
    },
  };
}

export type PaymentView = {
  paymentId: string;
  receiptNumber: string;
  amount: number;
  startedAt: Date;
  method: 'card' | 'bank' | null;
  state: 'started' | 'pending' | 'declined' | 'received' | 'returned';
  returnCode: string | null;
  refunded: number;
};

function toView(payment: Payment): PaymentView {
  const { _id, receiptNumber, amount, startedAt, method, returnCode, refunded } = payment;
  const state = stateOf(payment);
  return {
    paymentId: _id,
    receiptNumber,
    amount,
    startedAt,
    method: method ?? null,
    state,
    returnCode: returnCode ?? null,
    refunded,
  };
}

function stateOf({
  returnedOn,
  reinstatedOn,
  approvedOn,
  declinedOn,
  pendingOn,
}: Payment): PaymentView['state'] {
  if (returnedOn != null && reinstatedOn == null) return 'returned';
  if (approvedOn != null) return 'received';
  if (declinedOn != null) return 'declined';
  return pendingOn != null ? 'pending' : 'started';
}
