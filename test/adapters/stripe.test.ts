import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { createStripeProcessor } from '../../adapters/stripe/stripeProcessor.ts';
import { PaymentModel } from '../../models/payment.ts';
import type { PaymentProcessor } from '../../services/payments/processor.ts';
import { openDistrict, openStore } from '../services/district.ts';
import { accountOf, ledgerOf, mondayNoon, openPaying, seedAgain } from '../services/paying.ts';

const webhookSecret = 'whsec_for_tests_only';
const signing = new Stripe('sk_test_x');
const maria = accountOf('10023414');

type Asked = { path: string; key: string | undefined; form: URLSearchParams };
/** Stripe's API as far as we call it: an idempotency key has one session, whoever repeats it. */
function fakeStripe() {
  const asked: Asked[] = [];
  const sessions = new Map<string, object>();
  /** The payments that intents are for, by their metadata. */
  const intents = new Map<string, string>();
  let failures = 0;
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const key = request.headers['idempotency-key'] as string | undefined;
    const path = request.url ?? '';
    asked.push({ path, key, form: new URLSearchParams(Buffer.concat(chunks).toString('utf8')) });
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (failures-- > 0) return answer(500, { error: { type: 'api_error', message: 'down' } });
    if (path.endsWith('/expire')) return answer(200, { id: 'cs_1', status: 'expired' });
    if (path === '/v1/payment_intents') return answer(200, { id: 'pi_draw', status: 'processing' });
    if (path.startsWith('/v1/payment_intents/')) {
      const paymentId = intents.get(path.slice(20));
      if (paymentId === undefined) return answer(404, { error: { type: 'invalid_request_error' } });
      return answer(200, { id: path.slice(20), metadata: { paymentId } });
    }
    const id = `cs_test_${sessions.size + 1}`;
    const session = sessions.get(key ?? '') ?? { id, url: `https://checkout.stripe.com/c/pay/${id}` };
    sessions.set(key ?? '', session);
    return answer(200, session);
  });
  return {
    asked,
    sessions,
    intents,
    server,
    fail(times: number) {
      failures = times;
    },
  };
}

let fake: ReturnType<typeof fakeStripe>;
let processor: PaymentProcessor;
let store: Awaited<ReturnType<typeof openStore>>;
let district: Awaited<ReturnType<typeof openDistrict>>;
let paying: ReturnType<typeof openPaying>;

beforeAll(async () => {
  fake = fakeStripe();
  await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
  const { port } = fake.server.address() as AddressInfo;
  const api = { host: '127.0.0.1', port, protocol: 'http' as const };
  processor = createStripeProcessor({ secretKey: 'sk_test_for_tests_only', webhookSecret, api });
  store = await openStore();
  district = await openDistrict(mondayNoon);
});
afterAll(async () => {
  fake.server.close();
  await store?.close();
});
beforeEach(async () => {
  await seedAgain(district);
  fake.asked.length = 0;
  fake.sessions.clear();
  fake.fail(0);
  paying = openPaying(district, { processor });
});

/** An event as Stripe posts it, signed with the webhook's secret. */
function signed(type: string, object: object) {
  const event = { id: 'evt_1', object: 'event', api_version: '2026-10-28.endive', created: 1_795_000_000 };
  const payload = JSON.stringify({ ...event, type, livemode: false, data: { object } });
  const header = signing.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
  return { body: Buffer.from(payload), headers: { 'stripe-signature': header } };
}
const post = (type: string, object: object) => {
  const { body, headers } = signed(type, object);
  return paying.payments.webhook(body, headers);
};
const sessionOf = (paymentId: string, change: object = {}) => ({
  id: 'cs_test_1',
  object: 'checkout.session',
  mode: 'payment',
  payment_status: 'paid',
  status: 'complete',
  amount_total: 13015,
  currency: 'usd',
  client_reference_id: paymentId,
  payment_intent: 'pi_1',
  metadata: { paymentId },
  ...change,
});
async function begun(outcome = '') {
  const { token, answer } = await paying.pay(maria, '130.15', outcome);
  return { token, answer, paymentId: (await PaymentModel.findOne({}).lean())?._id ?? '' };
}

describe('a customer who pays at Stripe', () => {
  it('is led to Checkout, once, with the amount and nothing of the account but its last digits', async () => {
    const { token, answer, paymentId } = await begun();
    expect(answer).toEqual({ ok: true, redirect: 'https://checkout.stripe.com/c/pay/cs_test_1' });
    const [asked] = fake.asked as [Asked];
    expect(asked).toMatchObject({ path: '/v1/checkout/sessions', key: paymentId });
    expect(Object.fromEntries(asked.form)).toMatchObject({
      mode: 'payment',
      client_reference_id: paymentId,
      'line_items[0][price_data][unit_amount]': '13015',
      'line_items[0][price_data][currency]': 'usd',
      'line_items[0][price_data][product_data][name]': '••••3414',
      'metadata[paymentId]': paymentId,
      'payment_intent_data[metadata][paymentId]': paymentId,
      success_url: `http://localhost/pay/${token}?done=1`,
      cancel_url: `http://localhost/pay/${token}`,
    });
    expect(String(asked.form)).not.toMatch(/10023414|Okafor/);
    const presses = await Promise.all(Array.from({ length: 10 }, () => paying.press(token, '130.15', null)));
    for (const press of presses) expect(press).toEqual(answer);
    expect(fake.sessions.size).toBe(1);
    expect(await paying.payments.page.open(token, { came: true })).toMatchObject({ state: 'waiting' });
    expect(await paying.balance(maria)).toBe(13015);
  });

  it('may choose another amount when they come back: the first session is ended', async () => {
    const { token } = await begun();
    const again = await paying.press(token, '50', null);
    expect(again).toMatchObject({ ok: true, redirect: 'https://checkout.stripe.com/c/pay/cs_test_2' });
    expect(fake.asked.map(({ path }) => path)).toContain('/v1/checkout/sessions/cs_test_1/expire');
  });

  it('hears that the processor does not answer, and pays once when it does again', async () => {
    fake.fail(9);
    await expect(paying.pay(maria, '130.15', '', { requestId: 'down' })).rejects.toMatchObject({
      code: 'payment.processorDown',
    });
    fake.fail(0);
    const again = await paying.pay(maria, '130.15', '', { requestId: 'down' });
    expect(again.answer).toMatchObject({
      ok: true,
      redirect: expect.stringContaining('checkout.stripe.com'),
    });
    expect(await PaymentModel.countDocuments({})).toBe(1);
  }, 90_000);

  it('has paid once by card, however often the webhook comes', async () => {
    const { paymentId, token } = await begun();
    await Promise.all(
      Array.from({ length: 20 }, () => post('checkout.session.completed', sessionOf(paymentId))),
    );
    expect(await paying.balance(maria)).toBe(0);
    expect(paying.told().map(({ kind }) => kind)).toEqual(['paymentReceived']);
    expect(await paying.payments.page.open(token)).toMatchObject({ state: 'received' });
  });

  it('by bank is told pending, then paid or failed', async () => {
    const { paymentId } = await begun();
    await post('checkout.session.completed', sessionOf(paymentId, { payment_status: 'unpaid' }));
    expect(await paying.balance(maria)).toBe(13015);
    await post('checkout.session.async_payment_succeeded', sessionOf(paymentId));
    expect(await paying.balance(maria)).toBe(0);
    const other = await paying.pay(maria, '20', '');
    const failed = await PaymentModel.findOne({ amount: 2000 }).lean();
    expect(other.answer?.ok).toBe(true);
    const object = sessionOf(failed?._id ?? '', { payment_status: 'unpaid', amount_total: 2000 });
    await post('checkout.session.completed', object);
    await post('checkout.session.async_payment_failed', object);
    expect(await paying.balance(maria)).toBe(0);
    expect(paying.told().at(-1)).toMatchObject({ kind: 'paymentDeclined', late: true });
  });

  it.each([
    ['insufficient_funds', 'R01', 2500],
    ['debit_not_authorized', 'R10', 2500],
    ['fraudulent', 'dispute', 0],
  ])('has it taken back in a dispute for %s', async (reason, label, fee) => {
    const { paymentId } = await begun();
    await post('checkout.session.completed', sessionOf(paymentId));
    const dispute = { id: 'du_1', object: 'dispute', amount: 13015, payment_intent: 'pi_1', reason };
    await Promise.all(Array.from({ length: 5 }, () => post('charge.dispute.created', dispute)));
    expect(await paying.balance(maria)).toBe(13015 + fee);
    expect((await ledgerOf(maria)).of('reversal')).toMatchObject([{ amount: 13015, label }]);
  });

  it('has nothing taken back by a bank’s mere inquiry, and all of it again where the dispute is won', async () => {
    const { paymentId } = await begun();
    await post('checkout.session.completed', sessionOf(paymentId));
    const dispute = {
      id: 'du_1',
      object: 'dispute',
      amount: 5000,
      payment_intent: 'pi_1',
      reason: 'general',
    };
    await post('charge.dispute.created', { ...dispute, status: 'warning_needs_response' });
    expect(await paying.balance(maria)).toBe(0);
    await post('charge.dispute.funds_withdrawn', { ...dispute, status: 'needs_response' });
    await post('charge.dispute.created', { ...dispute, status: 'needs_response' });
    expect(await paying.balance(maria)).toBe(5000);
    for (let time = 0; time < 3; time++)
      await post('charge.dispute.funds_reinstated', { ...dispute, status: 'won' });
    expect(await paying.balance(maria)).toBe(0);
    expect(paying.told().map(({ kind }) => kind)).toEqual([
      'paymentReceived',
      'paymentReturned',
      'paymentReinstated',
    ]);
  });

  it('has a dispute counted that comes before the word that the payment was made', async () => {
    const { paymentId } = await begun();
    fake.intents.set('pi_1', paymentId);
    const dispute = { id: 'du_1', amount: 13015, payment_intent: 'pi_1', reason: 'fraudulent' };
    await post('charge.dispute.created', { ...dispute, status: 'needs_response' });
    await post('checkout.session.completed', sessionOf(paymentId));
    expect(await paying.balance(maria)).toBe(13015);
    expect((await ledgerOf(maria)).of('reversal')).toMatchObject([{ amount: 13015, label: 'dispute' }]);
  });

  it.each([
    ['insufficient_funds', 'R01', 'again'],
    ['account_closed', 'R02', 'newDetails'],
    ['debit_not_authorized', 'R10', 'stop'],
  ])('by bank hears that it came back for %s, with its fee', async (code, label, next) => {
    const { paymentId } = await begun();
    await post('checkout.session.completed', sessionOf(paymentId, { payment_status: 'unpaid' }));
    const failed = (type: string) => ({
      id: 'pi_1',
      object: 'payment_intent',
      amount: 13015,
      metadata: { paymentId },
      last_payment_error: { code, payment_method: { type } },
    });
    // A card that was declined on Stripe's page is no end: another is tried there.
    await post('payment_intent.payment_failed', failed('card'));
    expect(await paying.balance(maria)).toBe(13015);
    await post('payment_intent.payment_failed', failed('us_bank_account'));
    await post('checkout.session.async_payment_failed', sessionOf(paymentId, { payment_status: 'unpaid' }));
    expect(await paying.balance(maria)).toBe(13015 + 2500);
    expect((await ledgerOf(maria)).of('reversal')).toMatchObject([{ amount: 13015, label }]);
    expect(paying.told()).toMatchObject([
      { kind: 'paymentPending' },
      { kind: 'paymentReturned', fee: 2500, next },
    ]);
  });

  it('gets money back by refunds that tell their total', async () => {
    const { paymentId } = await begun();
    await post('checkout.session.completed', sessionOf(paymentId));
    const charge = (amount_refunded: number) => ({
      id: 'ch_1',
      object: 'charge',
      amount_refunded,
      payment_intent: 'pi_1',
      metadata: { paymentId },
    });
    for (const total of [1000, 3000, 1000, 3000]) await post('charge.refunded', charge(total));
    expect(await paying.balance(maria)).toBe(3000);
    const posted = (await ledgerOf(maria))
      .of('refund')
      .filter(({ requestId }) => requestId.startsWith('pay:'));
    expect(posted.map(({ amount }) => amount)).toEqual([1000, 2000]);
  });

  it('pays automatically once a bank account was enrolled there', async () => {
    const link = await paying.payments.autopay.enrolLink({ requestId: 'auto', accountId: maria });
    const token = link.ok ? paying.tokenOf(link.url) : '';
    expect(await paying.press(token, '', null)).toMatchObject({ ok: true, redirect: expect.any(String) });
    const setupId = fake.asked[0]?.form.get('metadata[setupId]') ?? '';
    const setup = { id: 'seti_1', object: 'setup_intent', customer: 'cus_1', payment_method: 'pm_1' };
    await post('setup_intent.succeeded', { ...setup, metadata: { setupId } });
    expect((await district.records.accountById(maria))?.autopay).toBe(true);
    await paying.pass(10);
    const draw = fake.asked.find(({ path }) => path === '/v1/payment_intents');
    expect(Object.fromEntries(draw?.form ?? [])).toMatchObject({
      amount: '13015',
      customer: 'cus_1',
      payment_method: 'pm_1',
      off_session: 'true',
    });
    const metadata = { paymentId: draw?.key, source: 'autopay' };
    const intent = { id: 'pi_draw', object: 'payment_intent', amount: 13015, metadata };
    await post('payment_intent.processing', intent);
    expect(await paying.balance(maria)).toBe(13015);
    await post('payment_intent.succeeded', intent);
    expect(await paying.balance(maria)).toBe(0);
  });
});

describe('Stripe’s webhook', () => {
  it('is refused without its signature, with another’s, or for another body', async () => {
    const { body, headers } = signed('checkout.session.completed', sessionOf('x'));
    const refused = { ok: false, reason: 'badSignature' };
    expect(await paying.payments.webhook(body, {})).toEqual(refused);
    expect(await paying.payments.webhook(Buffer.from('{}'), headers)).toEqual(refused);
    const payload = body.toString();
    const forged = signing.webhooks.generateTestHeaderString({ payload, secret: 'whsec_other' });
    expect(await paying.payments.webhook(body, { 'stripe-signature': forged })).toEqual(refused);
    const old = signing.webhooks.generateTestHeaderString({
      payload,
      secret: webhookSecret,
      timestamp: 1000,
    });
    expect(await paying.payments.webhook(body, { 'stripe-signature': old })).toEqual(refused);
  });

  it.each(['customer.created', 'charge.refunded', 'charge.dispute.created', 'checkout.session.completed'])(
    'about something else of the same Stripe account changes nothing: %s',
    async (type) => {
      const others = {
        id: 'x_1',
        mode: 'payment',
        metadata: {},
        payment_intent: 'pi_other',
        reason: 'general',
      };
      expect(await post(type, others)).toEqual({ ok: true });
      expect(await paying.balance(maria)).toBe(13015);
    },
  );
});
