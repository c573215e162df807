import type { Payment } from '../../models/payment.ts';
import type { Cents } from '../money.ts';
import { spokenNumber } from '../requests.ts';
import type { PaymentDeps } from './deps.ts';
import { ruleOf } from './returns.ts';

export type AgainRequest = { requestId: string; paymentId: string; actor: string };
export type AgainAnswer =
  | { ok: true; paymentId: string; receiptNumber: string }
  | {
      ok: false;
      reason:
        | 'noPayment'
        | 'notReturned'
        /** The bank details are wrong, or the processor cannot: a new link is needed. */
        | 'newDetails'
        | 'notAuthorised'
        | 'askBank'
        | 'underWay'
        | 'tooOften'
        /** Less is owed by now than would be drawn. */
        | 'notOwed';
    };

/** Presents a bank debit again that came back for want of money, as often as the rules allow. */
export function createAgain(deps: PaymentDeps) {
  const { records, payments, processor, audit, clock, policy } = deps;
  const most = policy.billing.returnedPayment.mostPresented;

  return async function presentAgain({ requestId, paymentId, actor }: AgainRequest): Promise<AgainAnswer> {
    const asked = await payments.byId(paymentId);
    const first = asked?.of ? await payments.byId(asked.of) : asked;
    if (!first) return { ok: false, reason: 'noPayment' };
    if (first.returnedOn == null) return { ok: false, reason: 'notReturned' };
    const rule = ruleOf(first.returnCode ?? '');
    if (rule === 'stop') return { ok: false, reason: 'notAuthorised' };
    if (rule === 'askBank') return { ok: false, reason: 'askBank' };
    if (rule === 'newDetails' || !processor?.presentAgain) return { ok: false, reason: 'newDetails' };

    // Each presentation has its place: who takes it first has it, and a repeat finds its own.
    for (let place = 1; place <= most; place++) {
      const stands = await payments.byId(placeOf(first, place));
      if (!stands && (await leftOf(first)) < first.amount) return { ok: false, reason: 'notOwed' };
      const payment = stands ?? (await take(first, place, requestId));
      if (payment?.requestId === requestId) return present(first, payment, actor);
      if (payment?.returnedOn == null) return { ok: false, reason: 'underWay' };
    }
    return { ok: false, reason: 'tooOften' };
  };

  async function leftOf({ accountId }: Payment): Promise<Cents> {
    return (await records.balance(accountId)) - (await payments.onTheWay(accountId));
  }

  async function take(first: Payment, place: number, requestId: string): Promise<Payment | null> {
    const _id = placeOf(first, place);
    const { accountId, amount, conversationId, language, verified, processor: by } = first;
    await payments.begin({
      _id,
      accountId,
      source: 'again',
      of: first._id,
      requestId,
      conversationId: conversationId ?? null,
      language: language ?? null,
      verified,
      amount,
      receiptNumber: spokenNumber('R', _id),
      startedAt: clock.now(),
      processor: by,
    });
    return payments.byId(_id);
  }

  async function present(first: Payment, payment: Payment, actor: string): Promise<AgainAnswer> {
    const { _id: paymentId, amount, receiptNumber, accountId } = payment;
    const begun = await processor?.presentAgain?.({ paymentId, amount, of: first._id });
    if (begun) await payments.began(paymentId, { ...begun, redirect: null });
    await audit.record({
      key: `again:${paymentId}`,
      at: payment.startedAt,
      actor,
      action: 'payment.presentedAgain',
      accountId,
      conversationId: payment.conversationId ?? null,
      details: { of: first.receiptNumber, receiptNumber, amount },
    });
    return { ok: true, paymentId, receiptNumber };
  }
}

const placeOf = ({ _id }: Payment, place: number) => `${_id}:again:${place}`;
