import type { Payment } from '../../models/payment.ts';
import type { Submitted } from '../changes.ts';
import { InvariantError } from '../errors.ts';
import type { PaymentDeps } from './deps.ts';
import type { Links } from './links.ts';
import type { ProcessorEvent } from './processor.ts';
import { postRequest } from './requests.ts';
import { createTakingBack } from './takingBack.ts';
import type { OutcomeDetail } from './told.ts';

type PaymentEvent = Exclude<ProcessorEvent, { setupId: string }>;
/** A payment's deeds are looked at again after so long, in case the process died in them. */
const againMs = 60_000;

export type Outcomes = ReturnType<typeof createOutcomes>;

/**
 * What a processor says becomes facts on the payment, each written once; what follows from the facts is then carried
 * out under keys of its own. So calls may come twice, late and in any order, and a process may die anywhere: the same
 * facts always lead to the same ledger and the same words.
 */
export function createOutcomes(deps: PaymentDeps, links: Pick<Links, 'returnsOf'>) {
  const { records, changes, payments, processor, followUps, audit, tell, clock, policy, log } = deps;
  const { takeBack, reinstate, giveBack, stopDrawing } = createTakingBack(deps, links, { note, say });
  const watchers: ((accountId: string) => Promise<void>)[] = [];

  followUps.handle('payment.carryOut', {
    run: async ({ payload }) => {
      await carryOut(String(payload));
      return { outcome: 'carriedOut' };
    },
  });
  changes.onAnswered(async (requestId, { status }) => {
    const paymentId = /^pay:(.+)$/.exec(requestId)?.[1];
    if (paymentId && (await payments.byId(paymentId))) {
      await payments.markPosted(paymentId, status);
      await carryOut(paymentId);
    }
    const applied = /^pay:(.+):applied:[^:]+$/.exec(requestId)?.[1];
    if (applied) await carryOut(applied);
  });

  /** @throws InvariantError `payment.amountDiffers` where another amount was taken than the customer chose. */
  async function take(event: PaymentEvent): Promise<{ ok: true } | { ok: false; reason: 'unknownPayment' }> {
    const payment = await paymentOf(event);
    if (!payment) return { ok: false, reason: 'unknownPayment' };
    if ('amount' in event && event.amount !== payment.amount)
      throw new InvariantError('payment.amountDiffers', 'A processor took another amount');
    const what = event.kind === 'refunded' ? `refunded:${event.total}` : event.kind;
    await followUps.schedule({
      key: `payment:${payment._id}:${what}`,
      kind: 'payment.carryOut',
      dueAt: new Date(clock.now().getTime() + againMs),
      payload: payment._id,
      accountId: payment.accountId,
    });
    await learn(payment, event);
    await carryOut(payment._id);
    return { ok: true };
  }

  async function paymentOf(event: PaymentEvent): Promise<Payment | null> {
    if (!('of' in event)) return payments.byId(event.paymentId);
    if ('paymentId' in event.of) return payments.byId(event.of.paymentId);
    const known = await payments.byIntent(event.of.intentId);
    if (known) return known;
    // A dispute may come before the call that told the name.
    const paymentId = await processor?.paymentOf?.(event.of.intentId);
    return paymentId ? payments.byId(paymentId) : null;
  }

  // Within each, the fact that decides comes last: what goes with it stands by then.
  async function learn({ _id, amount, pendingOn }: Payment, event: PaymentEvent): Promise<void> {
    const today = clock.today();
    // What was pending counts from the day on which it was handed in.
    const approvedOn = pendingOn ?? today;
    switch (event.kind) {
      case 'pending':
        return payments.learn(_id, { method: event.method, intentId: event.intentId, pendingOn: today });
      case 'approved':
        return payments.learn(_id, { method: event.method, intentId: event.intentId, approvedOn });
      case 'declined':
        return payments.learn(_id, { declineCode: event.code, declinedOn: today });
      case 'abandoned':
        return payments.learn(_id, { abandonedOn: today });
      case 'returned': {
        const method = event.code === 'dispute' ? 'card' : 'bank';
        const what = { returnCode: event.code, returnedPart: event.part ?? amount, returnedOn: today };
        return payments.learn(_id, { method, approvedOn, ...what });
      }
      case 'reinstated':
        return payments.learn(_id, { reinstatedOn: today });
      case 'refunded':
        return payments.learnRefund(_id, event.total, today);
    }
  }

  /**
   * Does everything that follows from what is known of a payment; what has been done is not done again. Answers what
   * became of its money in the records, or null where none has come.
   */
  async function carryOut(paymentId: string): Promise<Submitted | null> {
    const payment = await payments.byId(paymentId);
    if (!payment) return null;
    if (payment.approvedOn == null) {
      await undecided(payment);
      await changed(payment);
      return null;
    }
    if (payment.returnedOn != null) await stopDrawing(payment);
    const submitted = await post(payment);
    const account = placeOf((await payments.byId(paymentId)) ?? payment);
    await note(payment, 'received');
    const posted = submitted.status === 'confirmed' && account === payment.accountId;
    // What came back before it was told of is not thanked for.
    if (payment.returnedOn == null)
      await say(payment, 'received', payment.pendingOn != null, {
        kind: 'paymentReceived',
        amount: payment.amount,
        receiptNumber: payment.receiptNumber,
        posted,
        drawn: payment.source === 'autopay',
        balance: posted ? await records.balance(payment.accountId) : null,
      });
    // What takes a payment back must not overtake it; unapplied, nothing of it is in any ledger.
    if (submitted.status === 'confirmed' && account !== null) {
      for (const refund of payment.refunds) await giveBack(payment, account, refund);
      if (payment.returnedOn != null) {
        await takeBack(payment, account);
        if (payment.reinstatedOn != null) await reinstate(payment, account);
      }
    }
    await changed(payment);
    return submitted;
  }

  async function changed({ accountId }: Payment): Promise<void> {
    for (const watch of watchers) await watch(accountId);
  }

  async function undecided(payment: Payment): Promise<void> {
    const { amount, receiptNumber } = payment;
    if (payment.pendingOn != null) {
      await note(payment, 'pending');
      const days = policy.payments.bankSettlesInDays;
      await say(payment, 'pending', false, { kind: 'paymentPending', amount, receiptNumber, days });
    }
    if (payment.declinedOn == null) return;
    await note(payment, 'declined');
    const late = payment.pendingOn != null || payment.source !== 'link';
    await say(payment, 'declined', late, { kind: 'paymentDeclined', amount });
  }

  async function post(payment: Payment): Promise<Submitted> {
    const { _id, accountId, amount, approvedOn, method } = payment;
    const change = { accountId, amount, postedOn: approvedOn ?? '', tender: method ?? 'card' } as const;
    const kind = 'payment' as const;
    const submitted = await changes.submit({
      kind,
      requestId: postRequest(_id),
      ...change,
      processorId: _id,
    });
    await payments.markPosted(_id, submitted.status);
    if (submitted.status !== 'refused') return submitted;
    log.error(
      { event: 'payment.unapplied', paymentId: _id, reason: submitted.reason },
      'a payment is unapplied',
    );
    if (!payment.appliedTo) return submitted;
    // A person has said where the money belongs.
    const requestId = `${postRequest(_id)}:applied:${payment.appliedTo}`;
    const to = { ...change, accountId: payment.appliedTo };
    const applied = await changes.submit({ kind, requestId, ...to, processorId: _id });
    if (applied.status === 'refused') await payments.unapply(_id, payment.appliedTo);
    return applied;
  }

  /** Where the money stands by now, or null where it is unapplied. */
  const placeOf = ({ accountId, appliedTo, posted }: Payment): string | null =>
    posted === 'refused' ? (appliedTo ?? null) : accountId;

  function note(payment: Payment, what: string, details: Record<string, string | number> = {}) {
    return audit.record({
      key: `${postRequest(payment._id)}:${what}`,
      at: clock.now(),
      actor: payment.source === 'autopay' ? 'system' : 'customer',
      action: `payment.${what.split(':')[0]}`,
      accountId: payment.accountId,
      conversationId: payment.conversationId ?? null,
      details: { receiptNumber: payment.receiptNumber, amount: payment.amount, ...details },
    });
  }

  function say(payment: Payment, what: string, late: boolean, detail: OutcomeDetail): Promise<void> {
    return tell({
      key: `${postRequest(payment._id)}:${what}`,
      accountId: payment.accountId,
      conversationId: payment.conversationId ?? null,
      language: payment.language ?? null,
      at: clock.now(),
      verified: payment.verified,
      late,
      ...detail,
    });
  }

  return {
    take,
    carryOut,
    /** Hears of every account whose payments have changed. */
    onPaid(watch: (accountId: string) => Promise<void>): void {
      watchers.push(watch);
    },
  };
}
