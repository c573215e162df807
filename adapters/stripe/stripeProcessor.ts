import Stripe from 'stripe';
import { UpstreamError } from '../../services/errors.ts';
import type { Begun, PaymentProcessor, PayOrder } from '../../services/payments/processor.ts';
import { toEvents } from './events.ts';

export type StripeSettings = {
  secretKey: string;
  webhookSecret: string;
  /** Where Stripe answers; absent: api.stripe.com. Tests give a server of their own. */
  api?: { host: string; port: number; protocol: 'http' | 'https' };
};

/** A try at Stripe's API is given up after so long, in milliseconds; the SDK then tries again by itself. */
const timeoutMs = 10_000;
const retries = 2;
const usd = 'usd';

/**
 * Stripe Checkout: the customer pays on Stripe's own page, we see neither card nor bank number. Our payment id is the
 * idempotency key, the client reference and the metadata, so that a repeat makes one session and every webhook
 * names the payment it is about.
 */
export function createStripeProcessor({ secretKey, webhookSecret, api }: StripeSettings): PaymentProcessor {
  const stripe = new Stripe(secretKey, {
    maxNetworkRetries: retries,
    timeout: timeoutMs,
    telemetry: false,
    ...api,
  });

  async function begin(order: PayOrder): Promise<Begun> {
    const { paymentId, amount, account, cardOnly, returnUrl } = order;
    const metadata = { paymentId };
    const product_data = { name: account };
    const session = await asked(() =>
      stripe.checkout.sessions.create(
        {
          mode: 'payment',
          allowed_payment_method_types: cardOnly ? ['card'] : ['card', 'us_bank_account'],
          line_items: [{ quantity: 1, price_data: { currency: usd, unit_amount: amount, product_data } }],
          client_reference_id: paymentId,
          metadata,
          payment_intent_data: { metadata },
          ...addressesOf(order),
          cancel_url: returnUrl,
        },
        { idempotencyKey: paymentId },
      ),
    );
    return { processorId: session.id, redirect: session.url };
  }

  async function enrol(order: Parameters<PaymentProcessor['enrol']>[0]): Promise<Begun> {
    const metadata = { setupId: order.setupId };
    const session = await asked(() =>
      stripe.checkout.sessions.create(
        {
          mode: 'setup',
          currency: usd,
          allowed_payment_method_types: ['us_bank_account'],
          customer_creation: 'always',
          metadata,
          setup_intent_data: { metadata },
          ...addressesOf(order),
          cancel_url: order.returnUrl,
        },
        { idempotencyKey: order.setupId },
      ),
    );
    return { processorId: session.id, redirect: session.url };
  }

  return {
    name: 'stripe',
    pages: ['https://checkout.stripe.com'],
    outcomes: null,
    isOutcome: () => false,
    methodOf: () => 'card',
    begin,
    enrol,
    async cancel(processorId) {
      try {
        await stripe.checkout.sessions.expire(processorId);
        return true;
      } catch (error) {
        // A session that is complete cannot be expired; one that has expired is what is wanted.
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw unavailable(error);
        return (await asked(() => stripe.checkout.sessions.retrieve(processorId))).status === 'expired';
      }
    },
    async draw({ paymentId, amount, reference }) {
      const [customer = '', payment_method = ''] = reference.split('/');
      const intent = await asked(() =>
        stripe.paymentIntents.create(
          {
            amount,
            currency: usd,
            customer,
            payment_method,
            allowed_payment_method_types: ['us_bank_account'],
            off_session: true,
            confirm: true,
            metadata: { paymentId, source: 'autopay' },
          },
          { idempotencyKey: paymentId },
        ),
      );
      return { processorId: intent.id };
    },
    async paymentOf(intentId) {
      try {
        return (await stripe.paymentIntents.retrieve(intentId)).metadata.paymentId ?? null;
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError) return null;
        throw unavailable(error);
      }
    },
    read(body, headers) {
      const signature = headers['stripe-signature'];
      if (typeof signature !== 'string') return null;
      try {
        return toEvents(stripe.webhooks.constructEvent(body, signature, webhookSecret));
      } catch (error) {
        if (error instanceof Stripe.errors.StripeSignatureVerificationError) return null;
        throw error;
      }
    },
  };
}

const addressesOf = ({ language, returnUrl }: Pick<PayOrder, 'language' | 'returnUrl'>) => ({
  locale: (language.startsWith('es') ? 'es' : 'en') as 'es' | 'en',
  success_url: `${returnUrl}${returnUrl.includes('?') ? '&' : '?'}done=1`,
});

async function asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw unavailable(error);
  }
}

const unavailable = (cause: unknown) =>
  new UpstreamError('payment.processorDown', 'Stripe did not do what was asked', { cause });
