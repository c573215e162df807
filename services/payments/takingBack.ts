import type { Payment } from '../../models/payment.ts';
import { type Cents, toCents } from '../money.ts';
import { addMonths } from './days.ts';
import type { PaymentDeps } from './deps.ts';
import type { Links } from './links.ts';
import { postRequest } from './requests.ts';
import { ruleOf } from './returns.ts';
import type { OutcomeDetail } from './told.ts';

const reversalRequest = (paymentId: string) => `${postRequest(paymentId)}:reversal`;

type Words = {
  note(payment: Payment, what: string, details?: Record<string, string | number>): Promise<void>;
  say(payment: Payment, what: string, late: boolean, detail: OutcomeDetail): Promise<void>;
};

/** What takes a payment back, in part or whole: returns with their fee, disputes, refunds; each once. */
export function createTakingBack(
  deps: PaymentDeps,
  { returnsOf }: Pick<Links, 'returnsOf'>,
  { note, say }: Words,
) {
  const { records, changes, payments, mandates, clock, policy, log } = deps;

  async function takeBack(payment: Payment, accountId: string): Promise<void> {
    const { _id, returnedOn, returnCode } = payment;
    const [postedOn, code] = [returnedOn ?? '', returnCode ?? ''];
    const amount = takenBack(payment);
    const of = postRequest(_id);
    const requestId = reversalRequest(_id);
    const taken = await changes.submit({
      kind: 'reversal',
      requestId,
      accountId,
      amount,
      postedOn,
      of,
      code,
    });
    if (taken.status === 'refused')
      log.error(
        { event: 'payment.notReversed', paymentId: _id, reason: taken.reason },
        'the records count a payment that came back',
      );
    const fee = code === 'dispute' ? 0 : await feeOf(payment, accountId);
    if (fee > 0)
      await changes.submit({
        kind: 'charge',
        requestId: `${of}:fee`,
        accountId,
        amount: fee,
        postedOn,
        label: 'returnedPaymentFee',
        of,
      });
    const most = policy.billing.returnedPayment.cashOnlyAfter;
    const isTooOften = code !== 'dispute' && (await returnsOf(accountId)) >= most;
    const next = nextFor(payment, isTooOften);
    if (next === 'cardOnly') await endConsent(payment, accountId);
    await note(payment, 'returned', { code, fee });
    const { receiptNumber } = payment;
    await say(payment, 'returned', true, { kind: 'paymentReturned', amount, receiptNumber, fee, next });
  }

  const takenBack = ({ amount, returnedPart }: Payment): Cents => Math.min(returnedPart ?? amount, amount);

  /** The payment stands again: a payment of its own in the ledger, as the reversal stays. */
  async function reinstate(payment: Payment, accountId: string): Promise<void> {
    const { _id, reinstatedOn, receiptNumber, method } = payment;
    const amount = takenBack(payment);
    await changes.submit({
      kind: 'payment',
      requestId: `${postRequest(_id)}:reinstated`,
      accountId,
      amount,
      postedOn: reinstatedOn ?? '',
      tender: method ?? 'card',
      processorId: _id,
    });
    await note(payment, 'reinstated', { amount });
    await say(payment, 'reinstated', true, { kind: 'paymentReinstated', amount, receiptNumber });
  }

  /** What the customer has not authorised is drawn no more, at once. */
  async function stopDrawing(payment: Payment): Promise<void> {
    if (nextFor(payment, false) === 'stop') await endConsent(payment, payment.accountId);
  }

  // The time is decided once: a call that comes again takes no later consent back.
  async function endConsent({ _id }: Payment, accountId: string): Promise<void> {
    await payments.learn(_id, { stoppedAt: clock.now() });
    const stoppedAt = (await payments.byId(_id))?.stoppedAt ?? clock.now();
    await mandates.withdraw(accountId, stoppedAt);
    const requestId = `${postRequest(_id)}:stop`;
    await changes.submit({ kind: 'enrolment', requestId, accountId, autopay: false });
  }

  /**
   * The fee for a payment that came back: the first costs less than the later ones (Civil Code 1719). Decided once;
   * of several that come back at once the ledger's order says which was first.
   */
  async function feeOf({ _id, returnedOn, fee }: Payment, accountId: string): Promise<Cents> {
    if (fee != null) return fee;
    const { first, later, withinMonths } = policy.billing.returnedPayment;
    const since = addMonths(returnedOn ?? clock.today(), -withinMonths);
    const earlier = records.returnsSince
      ? await records.returnsSince(accountId, since, reversalRequest(_id))
      : (await payments.returnedSince(accountId, since)) - 1;
    const decided = toCents(earlier > 0 ? later : first);
    await payments.learn(_id, { fee: decided });
    return (await payments.byId(_id))?.fee ?? decided;
  }

  async function giveBack(
    payment: Payment,
    accountId: string,
    { from, to, on }: Payment['refunds'][number],
  ): Promise<void> {
    const amount = to - from;
    const requestId = `${postRequest(payment._id)}:refund:${to}`;
    await changes.submit({ kind: 'refund', requestId, accountId, amount, postedOn: on });
    await note(payment, `refunded:${to}`, { amount });
    const { receiptNumber } = payment;
    await say(payment, `refunded:${to}`, true, { kind: 'paymentRefunded', amount, receiptNumber });
  }

  return { takeBack, reinstate, giveBack, stopDrawing };
}

/**
 * What follows for the account's customer. Who pays for somebody else has no say in how that account is paid: their
 * bank's word ends no automatic payment.
 */
function nextFor({ returnCode, verified }: Payment, isTooOften: boolean) {
  const rule = ruleOf(returnCode ?? '');
  if (!verified) return rule === 'stop' ? 'askBank' : rule;
  return isTooOften && rule !== 'stop' ? 'cardOnly' : rule;
}
