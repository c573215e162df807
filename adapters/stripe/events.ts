import type Stripe from 'stripe';
import type { ProcessorEvent } from '../../services/payments/processor.ts';

/**
 * What a Stripe event means for a payment; nothing for one that is not ours (without our metadata) or tells nothing
 * new. A bank debit that comes back is a dispute with Stripe; its reason stands for the bank's return code.
 */
export function toEvents(event: Stripe.Event): ProcessorEvent[] {
  switch (event.type) {
    case 'checkout.session.completed':
      return ofSession(event.data.object);
    case 'checkout.session.async_payment_succeeded':
      return ofSession(event.data.object, 'bank');
    case 'checkout.session.async_payment_failed':
      return withId(event.data.object.metadata, (paymentId) => ({
        kind: 'declined',
        paymentId,
        method: 'bank',
        code: 'async_payment_failed',
      }));
    case 'checkout.session.expired':
      return withId(event.data.object.metadata, (paymentId) => ({ kind: 'abandoned', paymentId }));
    case 'payment_intent.succeeded':
      return ofDraw(event.data.object, 'approved');
    case 'payment_intent.processing':
      return ofDraw(event.data.object, 'pending');
    case 'payment_intent.payment_failed':
      return ofFailure(event.data.object);
    case 'charge.refunded': {
      const { metadata, amount_refunded: total } = event.data.object;
      return withId(metadata, (paymentId) => ({ kind: 'refunded', paymentId, total }));
    }
    case 'charge.dispute.created':
    case 'charge.dispute.funds_withdrawn':
      return ofDispute(event.data.object);
    case 'charge.dispute.funds_reinstated': {
      const intentId = idOf(event.data.object.payment_intent);
      return intentId ? [{ kind: 'reinstated', of: { intentId } }] : [];
    }
    case 'setup_intent.succeeded':
      return ofSetup(event.data.object);
    case 'setup_intent.setup_failed': {
      const setupId = event.data.object.metadata?.setupId;
      return setupId ? [{ kind: 'enrolmentFailed', setupId }] : [];
    }
    default:
      return [];
  }
}

type Metadata = Record<string, string> | null | undefined;
const withId = (metadata: Metadata, make: (paymentId: string) => ProcessorEvent): ProcessorEvent[] =>
  metadata?.paymentId ? [make(metadata.paymentId)] : [];

/** An id, whether or not Stripe sent the whole object. */
const idOf = (thing: string | { id: string } | null | undefined) =>
  typeof thing === 'string' ? thing : thing?.id;

/** `paid` is at once a card's; `unpaid` is a bank transfer under way. */
function ofSession(session: Stripe.Checkout.Session, method?: 'bank'): ProcessorEvent[] {
  const { metadata, payment_status, amount_total, payment_intent } = session;
  if (session.mode !== 'payment') return [];
  const intentId = idOf(payment_intent);
  const isPaid = payment_status === 'paid';
  return withId(metadata, (paymentId) => ({
    kind: isPaid ? 'approved' : 'pending',
    paymentId,
    method: method ?? (isPaid ? 'card' : 'bank'),
    amount: amount_total ?? 0,
    ...(intentId ? { intentId } : {}),
  }));
}

/** Of automatic payments only: at Checkout a card may be declined and another tried on the same page. */
function ofDraw(intent: Stripe.PaymentIntent, kind: 'approved' | 'pending' | 'declined'): ProcessorEvent[] {
  if (intent.metadata.source !== 'autopay') return [];
  const code = intent.last_payment_error?.code ?? null;
  return withId(intent.metadata, (paymentId) =>
    kind === 'declined'
      ? { kind, paymentId, method: 'bank', code }
      : { kind, paymentId, method: 'bank', amount: intent.amount, intentId: intent.id },
  );
}

/** What Stripe calls the reason of a bank debit that came back, as an error's code and as a dispute's reason. */
const returnCodeOf: Record<string, string> = {
  insufficient_funds: 'R01',
  account_closed: 'R02',
  no_account: 'R03',
  incorrect_account_details: 'R03',
  account_number_invalid: 'R04',
  debit_not_authorized: 'R10',
  bank_cannot_process: 'R16',
  bank_account_restricted: 'R16',
};

/**
 * A debit that the bank sent back within days is a failed payment with Stripe, its code in the error. At Checkout a
 * card may be declined and another tried on the same page: that is no end.
 */
function ofFailure(intent: Stripe.PaymentIntent): ProcessorEvent[] {
  const { metadata, last_payment_error: error } = intent;
  const isBank = metadata.source === 'autopay' || error?.payment_method?.type === 'us_bank_account';
  const code = returnCodeOf[error?.code ?? ''];
  if (!isBank || code === undefined) return ofDraw(intent, 'declined');
  return withId(metadata, (paymentId) => ({ kind: 'returned', of: { paymentId }, code }));
}

/** An inquiry (`warning_…`) takes no money; where one becomes a dispute, the withdrawal tells. */
function ofDispute({ payment_intent, reason, status, amount }: Stripe.Dispute): ProcessorEvent[] {
  const intentId = idOf(payment_intent);
  if (!intentId || status?.startsWith('warning_')) return [];
  return [{ kind: 'returned', of: { intentId }, code: returnCodeOf[reason] ?? 'dispute', part: amount }];
}

function ofSetup({ metadata, customer, payment_method }: Stripe.SetupIntent): ProcessorEvent[] {
  const setupId = metadata?.setupId;
  const [owner, method] = [idOf(customer), idOf(payment_method)];
  return setupId && owner && method ? [{ kind: 'enrolled', setupId, reference: `${owner}/${method}` }] : [];
}
