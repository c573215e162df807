import fc from 'fast-check';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { AutopayMandateModel } from '../../models/autopayMandate.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { LedgerEntryModel } from '../../models/ledgerEntry.ts';
import { PaymentModel } from '../../models/payment.ts';
import { UpstreamError } from '../../services/errors.ts';
import { asAmount } from '../../services/payments/amounts.ts';
import type { PaymentProcessor, ProcessorEvent } from '../../services/payments/processor.ts';
import type { RecordsChange } from '../../services/records.ts';
import { openDistrict, openStore } from './district.ts';
import { accountOf, ledgerOf, mondayNoon, openPaying, seedAgain, signed } from './paying.ts';

let store: Awaited<ReturnType<typeof openStore>>;
let district: Awaited<ReturnType<typeof openDistrict>>;
let paying: ReturnType<typeof openPaying>;
const maria = accountOf('10023414'); // owes $130.15
const priya = accountOf('10073153'); // one payment came back this year

beforeAll(async () => {
  store = await openStore();
  district = await openDistrict(mondayNoon);
});
afterAll(() => store?.close());
beforeEach(async () => {
  await seedAgain(district);
  paying = openPaying(district);
});

const kinds = () => paying.told().map(({ kind }) => kind);
const ours = async (accountId: string) =>
  (await ledgerOf(accountId)).entries.filter(({ requestId }) => requestId.startsWith('pay:'));

describe('a payment link', () => {
  it('is the same when the request is repeated, cannot be guessed, and is not in the store', async () => {
    const request = { requestId: 'a', accountId: maria, verified: true };
    const [first, second] = await Promise.all([paying.payments.link(request), paying.payments.link(request)]);
    expect(first).toEqual(second);
    expect(first).toMatchObject({ ok: true, account: '••••3414', minutes: 60 });
    const other = await paying.payments.link({ ...request, requestId: 'b' });
    expect(first.ok && other.ok && first.url !== other.url).toBe(true);
    const token = first.ok ? paying.tokenOf(first.url) : '';
    expect(token).toMatch(/^[\w-]{24}$/);
    const { PaymentLinkModel } = await import('../../models/paymentLink.ts');
    expect(JSON.stringify(await PaymentLinkModel.find({}).lean())).not.toContain(token);
    await expect(paying.payments.link({ ...request, accountId: priya })).rejects.toMatchObject({
      code: 'action.conflict',
    });
  });

  it('tells what is owed only where the customer has proven who they are', async () => {
    for (const verified of [true, false]) {
      const link = await paying.payments.link({ requestId: `v${verified}`, accountId: maria, verified });
      const page = await paying.payments.page.open(link.ok ? paying.tokenOf(link.url) : '');
      expect(page).toMatchObject({ state: 'form', account: '••••3414' });
      expect(page).toMatchObject(
        verified
          ? { balance: 13015, amount: 13015, most: 63015 }
          : { balance: null, amount: null, most: 500_000 },
      );
    }
  });

  it('opens for an hour of the District’s clock and then no more', async () => {
    const { token } = await paying.pay(maria, 'x', 'approved');
    district.clock.pass(61);
    expect(await paying.payments.page.open(token)).toEqual({ state: 'expired', language: 'en' });
    expect(await paying.press(token, '10', 'approved')).toEqual({ ok: false, reason: 'expired' });
    expect(await paying.payments.page.open('x'.repeat(24))).toEqual({ state: 'unknown' });
    expect(await paying.press('../etc', '10', 'approved')).toEqual({ ok: false, reason: 'unknown' });
  });

  it.each([
    ['noAccount', { accountId: 'nobody' }],
    ['tooLittle', { amount: 50 }],
    ['tooMuch', { amount: 100_000 }],
    ['badAmount', { amount: 10.5 }],
  ])('is refused with the reason %s', async (reason, change) => {
    const request = { requestId: reason, accountId: maria, verified: true, ...change };
    expect(await paying.payments.link(request)).toMatchObject({ ok: false, reason });
  });

  it('is not made where nobody takes the money; the other ways to pay are told', async () => {
    const none = openPaying(district, { processor: null });
    expect(await none.payments.link({ requestId: 'n', accountId: maria })).toEqual({
      ok: false,
      reason: 'noLinks',
    });
    expect(none.payments.ways()).toEqual({
      links: false,
      others: ['mail', 'dropBox', 'counter', 'phone', 'bankBillPay'],
    });
  });
});

describe('an amount as people type it', () => {
  it.each([
    ['130.15', 13015],
    [' $130.15 ', 13015],
    ['1,301.50', 130_150],
    ['130', 13000],
    ['130,15', 13015],
    ['130.5', 13050],
    ['', null],
    ['-5', null],
    ['1.234,56', null],
    ['13,0.15', null],
    ['130.155', null],
    ['1e3', null],
    ['ten', null],
    ['9999999999', null],
  ])('%s', (text, cents) => expect(asAmount(text)).toBe(cents));
});

describe('a card payment', () => {
  it('stands in the ledger once, with a receipt, and is told once', async () => {
    const { token, answer } = await paying.pay(maria, '130.15', 'approved');
    expect(answer).toEqual({ ok: true, redirect: null });
    expect(await paying.balance(maria)).toBe(0);
    expect(await paying.payments.page.open(token)).toMatchObject({
      state: 'received',
      amount: 13015,
      receiptNumber: expect.stringMatching(/^R-[0-9A-HJKMNP-TV-Z]{8}$/),
    });
    await paying.pass(1);
    expect(paying.told()).toMatchObject([
      { kind: 'paymentReceived', conversationId: 'c1', amount: 13015, balance: 0, posted: true, late: false },
    ]);
    expect(await AuditEntryModel.countDocuments({ action: 'payment.received' })).toBe(1);
  });

  it('is one payment when Pay is pressed twenty times at once', async () => {
    const { token } = await paying.pay(maria, 'x', 'approved');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => paying.press(token, '130.15', 'approved', 0)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set(['{"ok":true,"redirect":null}']),
    );
    expect(await paying.press(token, '20', 'approved')).toEqual({ ok: true, redirect: null });
    expect(await ours(maria)).toHaveLength(1);
    expect(await PaymentModel.countDocuments({})).toBe(1);
    expect(kinds()).toEqual(['paymentReceived']);
  });

  it('is one payment where two tabs press Pay with two amounts at once', async () => {
    const { token } = await paying.pay(maria, 'x', 'approved');
    const presses = ['130.15', '30.15', '80'].flatMap((amount) => [amount, amount]);
    for (const answer of await Promise.all(
      presses.map((amount) => paying.press(token, amount, 'approved', 0)),
    ))
      expect(answer).toEqual({ ok: true, redirect: null });
    const [entry, ...others] = await ours(maria);
    expect(others).toEqual([]);
    expect(await paying.payments.page.open(token)).toMatchObject({
      state: 'received',
      amount: -(entry?.amount ?? 0),
    });
  });

  it('can be tried again after it was declined, with the same link, until it was tried too often', async () => {
    const { token } = await paying.pay(maria, '130.15', 'declined');
    expect(await paying.payments.page.open(token)).toMatchObject({
      state: 'form',
      declined: true,
      attempt: 1,
    });
    // The same page pressed twice is one try.
    expect(await paying.press(token, '130.15', 'declined', 0)).toEqual({ ok: true, redirect: null });
    expect(await PaymentModel.countDocuments({})).toBe(1);
    expect(await paying.press(token, '130.15', 'approved', 1)).toEqual({ ok: true, redirect: null });
    expect(await paying.balance(maria)).toBe(0);
    expect(kinds()).toEqual(['paymentDeclined', 'paymentReceived']);
    const other = (await paying.pay(maria, '5', 'declined')).token;
    for (let tries = 0; tries < 9; tries++) await paying.press(other, '5', 'declined');
    expect(await paying.press(other, '5', 'approved')).toEqual({ ok: false, reason: 'tooManyTries' });
  });

  it('may be a part or more than is owed: the rest is owed, what is over is credit', async () => {
    await paying.pay(maria, '30.15', 'approved');
    expect(await paying.balance(maria)).toBe(10_000);
    await paying.pay(maria, '$150', 'approved');
    expect(await paying.balance(maria)).toBe(-5000);
  });

  it.each([
    ['0.50', 'approved', { reason: 'tooLittle', least: 100 }],
    ['1,301.50', 'approved', { reason: 'tooMuch', most: 63015 }],
    ['much', 'approved', { reason: 'badAmount' }],
    ['10', 'paid', { reason: 'badOutcome' }],
    ['10', '', { reason: 'badOutcome' }],
    ['10', 'returned:R1', { reason: 'badOutcome' }],
  ])('is refused for %s, %s, and nothing changes', async (amount, outcome, refusal) => {
    const { answer } = await paying.pay(maria, amount, outcome);
    expect(answer).toEqual({ ok: false, ...refusal });
    expect(await PaymentModel.countDocuments({})).toBe(0);
    expect(await paying.balance(maria)).toBe(13015);
  });
});

describe('a bank transfer', () => {
  it('is told as pending, and counts from the day it was made once it has settled', async () => {
    const { token } = await paying.pay(maria, '130.15', 'pending');
    expect(await paying.balance(maria)).toBe(13015);
    expect(await paying.payments.page.open(token)).toMatchObject({ state: 'pending' });
    await paying.pass(2);
    expect(await paying.balance(maria)).toBe(13015);
    await paying.pass(2);
    expect(await ours(maria)).toMatchObject([{ kind: 'payment', amount: -13015, postedOn: '2026-11-23' }]);
    expect(paying.told()).toMatchObject([
      { kind: 'paymentPending', days: 3 },
      { kind: 'paymentReceived', late: true },
    ]);
  });

  it('that the bank refuses after days is told as failed, costs nothing and changes no balance', async () => {
    await paying.pay(maria, '130.15', 'bankDeclined');
    await paying.pass(4);
    expect(await paying.balance(maria)).toBe(13015);
    expect(await ours(maria)).toEqual([]);
    expect(await paying.payments.onTheWay(maria)).toBe(0);
    expect(paying.told()).toMatchObject([
      { kind: 'paymentPending' },
      { kind: 'paymentDeclined', late: true },
    ]);
  });

  it.each([
    ['R01', 'again'],
    ['R02', 'newDetails'],
    ['R10', 'stop'],
  ])(
    'that is pending and comes back with %s was never thanked for, and costs its fee',
    async (code, next) => {
      await paying.pay(maria, '130.15', 'pending');
      const paymentId = (await PaymentModel.findOne({}).lean())?._id ?? '';
      const call = signed(district, paying);
      for (let time = 0; time < 3; time++) await call({ kind: 'returned', of: { paymentId }, code });
      await paying.pass(4); // the sandbox says that it has settled: too late
      expect(await paying.balance(maria)).toBe(13015 + 2500);
      expect((await ours(maria)).map(({ kind }) => kind)).toEqual(['payment', 'reversal', 'charge']);
      expect(paying.told()).toMatchObject([
        { kind: 'paymentPending' },
        { kind: 'paymentReturned', fee: 2500, next },
      ]);
    },
  );

  it('on its way is shown to the customer who opens another link, and to nobody else', async () => {
    await paying.pay(maria, '100', 'pending');
    const look = async (verified: boolean) => {
      const link = await paying.payments.link({ requestId: `w${verified}`, accountId: maria, verified });
      return paying.payments.page.open(link.ok ? paying.tokenOf(link.url) : '');
    };
    expect(await look(true)).toMatchObject({ balance: 13015, onTheWay: 10_000, amount: 3015 });
    expect(await look(false)).toMatchObject({ balance: null, onTheWay: 0, amount: null });
    await paying.pass(4);
    expect(await paying.payments.onTheWay(maria)).toBe(0);
    await paying.pay(maria, '10', 'declined');
    expect(await paying.payments.onTheWay(maria)).toBe(0);
  });

  it('that comes back is reversed, with a fee: $25 the first time, $35 within a year', async () => {
    await paying.pay(maria, '130.15', 'returned:R01');
    expect(await paying.balance(maria)).toBe(0);
    await paying.pass(4);
    expect(await paying.balance(maria)).toBe(13015 + 2500);
    await paying.pay(maria, '155.15', 'returned:R03');
    await paying.pass(4);
    expect(await paying.balance(maria)).toBe(13015 + 2500 + 3500);
    expect((await ours(maria)).map(({ kind, amount, label }) => [kind, amount, label])).toEqual([
      ['payment', -13015, null],
      ['reversal', 13015, 'R01'],
      ['charge', 2500, 'returnedPaymentFee'],
      ['payment', -15515, null],
      ['reversal', 15515, 'R03'],
      ['charge', 3500, 'returnedPaymentFee'],
    ]);
    expect(paying.told().filter(({ kind }) => kind === 'paymentReturned')).toMatchObject([
      { fee: 2500, next: 'again', late: true },
      { fee: 3500, next: 'cardOnly' },
    ]);
  });

  it('costs $35 at once where one came back before we kept count, and then only a card is taken', async () => {
    const before = await paying.balance(priya);
    expect(await paying.payments.returns(priya)).toEqual({ count: 1, cardOnly: false });
    await paying.pay(priya, '50', 'returned:R02');
    await paying.pass(4);
    expect(await paying.balance(priya)).toBe(before + 3500);
    expect(await paying.payments.returns(priya)).toEqual({ count: 2, cardOnly: true });
    const { token, answer } = await paying.pay(priya, '50', 'pending');
    expect(answer).toEqual({ ok: false, reason: 'cardOnly' });
    const page = await paying.payments.page.open(token);
    expect(page).toMatchObject({ cardOnly: true, outcomes: ['approved', 'declined'] });
    expect(await paying.press(token, '50', 'approved')).toEqual({ ok: true, redirect: null });
  });

  it('costs one $25 and one $35 where two come back at the same time', async () => {
    await paying.pay(maria, '20', 'returned:R01');
    await paying.pay(maria, '30', 'returned:R01');
    const events = (await PaymentModel.find({}).lean()).map(
      ({ _id }): ProcessorEvent => ({ kind: 'returned', of: { paymentId: _id }, code: 'R01' }),
    );
    const call = signed(district, paying);
    await Promise.all(events.map((event) => call(event)));
    const fees = (await ours(maria)).filter(({ kind }) => kind === 'charge').map(({ amount }) => amount);
    expect(fees.sort()).toEqual([2500, 3500]);
  });

  it('that the customer never authorised stops automatic payment', async () => {
    await CustomerAccountModel.enrol(maria, { autopay: true });
    await paying.pay(maria, '130.15', 'returned:R10');
    await paying.pass(4);
    expect((await district.records.accountById(maria))?.autopay).toBe(false);
    expect(paying.told().at(-1)).toMatchObject({ kind: 'paymentReturned', next: 'stop' });
  });

  it('is not presented again where it was paid otherwise meanwhile', async () => {
    await paying.pay(maria, '130.15', 'returned:R01');
    await paying.pass(4);
    const paymentId = (await PaymentModel.findOne({}).lean())?._id ?? '';
    await paying.pay(maria, '155.15', 'approved');
    const again = { requestId: 'late', paymentId, actor: 'csr-1' };
    expect(await paying.payments.presentAgain(again)).toEqual({ ok: false, reason: 'notOwed' });
    expect(await paying.balance(maria)).toBe(0);
  });

  it('may be presented again twice for want of money, never for wrong details or a missing permission', async () => {
    const actor = 'csr-1';
    await paying.pay(maria, '130.15', 'returned:R01');
    const [first] = await PaymentModel.find({}).lean();
    const paymentId = first?._id ?? '';
    const again = (requestId: string) => paying.payments.presentAgain({ requestId, paymentId, actor });
    expect(await again('r0')).toEqual({ ok: false, reason: 'notReturned' });
    await paying.pass(4);
    const [one, same] = [await again('r1'), await again('r1')];
    expect(one).toMatchObject({ ok: true });
    expect(same).toEqual(one);
    expect(await paying.balance(maria)).toBe(2500);
    expect(await again('r2')).toEqual({ ok: false, reason: 'underWay' });
    const call = signed(district, paying);
    const comesBack = (place: number) =>
      call({
        kind: 'returned',
        of: { paymentId: `${paymentId}:again:${place}` },
        code: 'R01',
      });
    await comesBack(1);
    expect(await again('r2')).toMatchObject({ ok: true });
    await comesBack(2);
    expect(await again('r3')).toEqual({ ok: false, reason: 'tooOften' });
    expect(await paying.payments.presentAgain({ requestId: 'x', paymentId: 'none', actor })).toEqual({
      ok: false,
      reason: 'noPayment',
    });
    for (const [code, reason] of [
      ['R02', 'newDetails'],
      ['R29', 'notAuthorised'],
      ['R16', 'askBank'],
    ] as const) {
      await PaymentModel.updateOne({ _id: paymentId }, { $set: { returnCode: code } });
      expect(await again(`${code}`)).toEqual({ ok: false, reason });
    }
  });
});

describe('the processor’s calls', () => {
  it('change nothing twice: the same call twenty times at once', async () => {
    await paying.pay(maria, '130.15', 'returned:R01');
    const [payment] = await PaymentModel.find({}).lean();
    const call = signed(district, paying);
    const event: ProcessorEvent = { kind: 'returned', of: { paymentId: payment?._id ?? '' }, code: 'R01' };
    await Promise.all(Array.from({ length: 20 }, () => call(event)));
    expect(await ours(maria)).toHaveLength(3);
    expect(await paying.balance(maria)).toBe(13015 + 2500);
    expect(kinds()).toEqual(['paymentReceived', 'paymentReturned']);
  });

  it('take a payment back once, all of it, where a dispute about a part follows the bank’s return', async () => {
    await paying.pay(maria, '130.15', 'approved');
    const of = { paymentId: (await PaymentModel.findOne({}).lean())?._id ?? '' };
    const call = signed(district, paying);
    await call({ kind: 'returned', of, code: 'R01' });
    expect(await call({ kind: 'returned', of, code: 'dispute', part: 5000 })).toEqual({ ok: true });
    expect(await paying.balance(maria)).toBe(13015 + 2500);
    expect((await ours(maria)).map(({ amount }) => amount)).toEqual([-13015, 13015, 2500]);
  });

  it('are refused without their signature and ignored where they are about nothing of ours', async () => {
    const body = Buffer.from('{"events":[]}');
    const forged = { 'headgate-sandbox-signature': 'forged' };
    for (const headers of [{}, forged])
      expect(await paying.payments.webhook(body, headers)).toEqual({ ok: false, reason: 'badSignature' });
    const call = signed(district, paying);
    const event: ProcessorEvent = { kind: 'approved', paymentId: 'not ours', method: 'card', amount: 1 };
    expect(await call(event)).toEqual({ ok: true });
  });

  it('are for a person where the amount is another', async () => {
    await paying.pay(maria, '130.15', 'declined');
    const [payment] = await PaymentModel.find({}).lean();
    const event: ProcessorEvent = {
      kind: 'approved',
      paymentId: payment?._id ?? '',
      method: 'card',
      amount: 1,
    };
    await expect(signed(district, paying)(event)).rejects.toMatchObject({
      code: 'payment.amountDiffers',
    });
    expect(await paying.balance(maria)).toBe(13015);
  });

  it.each(['duplicate', 'late', 'lost'] as const)('may be %s', async (fault) => {
    paying.sandbox.disturb(fault, 1);
    await paying.pay(maria, '130.15', 'approved');
    await paying.pass(1);
    expect(await ours(maria)).toHaveLength(1);
    expect(kinds()).toEqual(['paymentReceived']);
  });

  it.each(['late', 'lost'] as const)(
    'may be %s: who then presses Pay with another amount has not paid twice',
    async (fault) => {
      paying.sandbox.disturb(fault, 1);
      const { token } = await paying.pay(maria, '100', 'approved');
      expect(await paying.press(token, '50', 'approved', 0)).toEqual({ ok: true, redirect: null });
      expect(await paying.payments.page.open(token, { came: true })).toMatchObject({
        state: 'waiting',
        amount: 10_000,
      });
      await paying.pass(1);
      expect(await ours(maria)).toMatchObject([{ amount: -10_000 }]);
    },
  );

  it('lead to the same ledger in whatever order and however often they come', async () => {
    const call = signed(district, paying);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.constantFrom('pending', 'approved', 'declined', 'returned', 'refunded', 'more', 'reinstated'),
          {
            minLength: 1,
            maxLength: 10,
          },
        ),
        fc.integer({ min: 1000, max: 60_000 }),
        async (names, amount) => {
          await seedAgain(district);
          paying = openPaying(district);
          // Lost, so that the page's own word comes last of all.
          paying.sandbox.disturb('lost', 1);
          await paying.pay(maria, (amount / 100).toFixed(2), 'declined');
          const paymentId = (await PaymentModel.findOne({}).lean())?._id ?? '';
          const events: Record<string, ProcessorEvent> = {
            pending: { kind: 'pending', paymentId, method: 'bank', amount },
            approved: { kind: 'approved', paymentId, method: 'bank', amount },
            declined: { kind: 'declined', paymentId, method: 'bank', code: null },
            returned: { kind: 'returned', of: { paymentId }, code: 'R01' },
            refunded: { kind: 'refunded', paymentId, total: 500 },
            more: { kind: 'refunded', paymentId, total: 900 },
            reinstated: { kind: 'reinstated', of: { paymentId } },
          };
          for (const name of names) await call(events[name] as ProcessorEvent);
          const [paid, returned] = [
            names.includes('approved') || names.includes('returned'),
            names.includes('returned'),
          ];
          const back = !paid ? 0 : names.includes('more') ? 900 : names.includes('refunded') ? 500 : 0;
          const again = returned && names.includes('reinstated') ? amount : 0;
          const expected = 13015 - (paid ? amount : 0) + (returned ? amount + 2500 : 0) + back - again;
          const ledger = await ledgerOf(maria);
          expect(await paying.balance(maria)).toBe(expected);
          expect(ledger.sum).toBe(expected);
          expect(await ledger.holds()).toBe(true);
          expect(new Set(ledger.entries.map(({ requestId }) => requestId)).size).toBe(ledger.entries.length);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a process that dies', () => {
  it.each(['R01', 'R10'])(
    'after any of its writes leaves one payment, one receipt and one word: returned %s',
    async (code) => {
      const outcome = `returned:${code}`;
      let receipts = new Set<string>();
      for (let dieAt = 1; ; dieAt++) {
        await seedAgain(district);
        let writes = 0;
        const dying = <Store extends object>(wrapped: Store, verbs: string[]): Store =>
          new Proxy(wrapped, {
            get(target, name, receiver) {
              const verb = Reflect.get(target, name, receiver);
              if (typeof verb !== 'function' || !verbs.includes(String(name))) return verb;
              return async (...args: unknown[]) => {
                const answer = await verb.apply(target, args);
                if (++writes === dieAt) throw new Error('killed');
                return answer;
              };
            },
          });
        const told: string[] = [];
        const tell = async ({ key }: { key: string }) => {
          if (!told.includes(key)) told.push(key);
          if (++writes === dieAt) throw new Error('killed');
        };
        const dead = openPaying(district, {
          payments: dying(PaymentModel, ['begin', 'began', 'learn', 'markPosted']),
          audit: dying(AuditEntryModel, ['record']),
          tell,
        });
        const link = await dead.pay(maria, '130.15', outcome, { requestId: 'one' }).catch(() => null);
        const alive = openPaying(district, { tell });
        const again = await alive.pay(maria, '130.15', outcome, { requestId: 'one' });
        expect(again.answer).toEqual({ ok: true, redirect: null });
        await alive.pass(4);
        expect((await ours(maria)).map(({ kind }) => kind)).toEqual(['payment', 'reversal', 'charge']);
        expect(await alive.balance(maria)).toBe(13015 + 2500);
        expect(told).toHaveLength(2);
        receipts = receipts.add((await PaymentModel.findOne({}).lean())?.receiptNumber ?? '');
        if (link !== null) break;
      }
      expect(receipts.size).toBe(1);
    },
  );

  it('between the ledger entry and the answer gives the same receipt when the customer presses again', async () => {
    const { token } = await paying.pay(maria, 'x', 'approved');
    const dead = openPaying(district, {
      tell: () => Promise.reject(new Error('killed')),
    });
    await expect(dead.press(token, '130.15', 'approved')).rejects.toThrow('killed');
    const [entry] = await ours(maria);
    expect(entry?.amount).toBe(-13015);
    expect(await paying.press(token, '130.15', 'approved')).toEqual({ ok: true, redirect: null });
    await paying.pass(1);
    expect(await ours(maria)).toHaveLength(1);
    expect(kinds()).toEqual(['paymentReceived']);
  });
});

describe('the ledger', () => {
  const entry = (place: number, amount = place) => ({
    _id: `l${place}`,
    requestId: `l${place}`,
    accountId: maria,
    kind: amount > 0 ? ('charge' as const) : ('payment' as const),
    amount,
    postedOn: `2026-11-${String((place % 28) + 1).padStart(2, '0')}`,
  });

  it('loses nothing of 100 who write to one account at once, and repeats add nothing', async () => {
    const before = await paying.balance(maria);
    const entries = Array.from({ length: 100 }, (_, place) =>
      entry(place + 1, place % 2 ? place + 1 : -place - 1),
    );
    await Promise.all([...entries, ...entries.slice(0, 30)].map((one) => LedgerEntryModel.post(one)));
    const ledger = await ledgerOf(maria);
    expect(await paying.balance(maria)).toBe(before + entries.reduce((sum, { amount }) => sum + amount, 0));
    expect(await paying.balance(maria)).toBe(ledger.sum);
    expect(await ledger.holds()).toBe(true);
  });

  it('loses no payment of 100 links that are paid on one account at once, each with its own receipt', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 100 }, async (_, place) => {
        const link = await paying.payments.link({ requestId: `all-${place}`, accountId: maria });
        return link.ok ? paying.tokenOf(link.url) : '';
      }),
    );
    await Promise.all(tokens.map((token, place) => paying.press(token, `${place + 1}.01`, 'approved')));
    expect(await paying.balance(maria)).toBe(13015 - 505_000 - 100);
    const ledger = await ledgerOf(maria);
    expect(ledger.sum).toBe(13015 - 505_100);
    expect(await ledger.holds()).toBe(true);
    const pages = await Promise.all(tokens.map((token) => paying.payments.page.open(token)));
    expect(new Set(pages.map((page) => 'receiptNumber' in page && page.receiptNumber)).size).toBe(100);
  }, 30_000);

  it('is told page by page, the latest first, nothing twice and nothing missing', async () => {
    for (let place = 1; place <= 25; place++) await LedgerEntryModel.post(entry(place));
    const seen: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const page = await paying.payments.history(maria, { limit: 7, cursor });
      const lines = page?.lines ?? [];
      seen.push(...lines.map(({ postedOn, requestId }) => `${postedOn} ${requestId}`));
      cursor = page?.cursor ?? null;
      pages++;
    } while (cursor !== null && pages < 20);
    const all = (await ledgerOf(maria)).entries;
    expect(new Set(seen).size).toBe(all.length);
    const days = seen.map((line) => line.slice(0, 10));
    expect(days).toEqual([...days].sort().reverse());
    const look = { requestId: 'look', actor: 'csr-1' };
    await paying.payments.history(maria, { limit: 1, look });
    expect(await AuditEntryModel.countDocuments({ action: 'payment.historySeen', actor: 'csr-1' })).toBe(1);
  });
});

describe('money that the records would not take', () => {
  it('is unapplied until a person says where it belongs', async () => {
    const refusing = {
      ...district.records,
      submit: async (change: Parameters<typeof district.records.submit>[0]) =>
        change.kind === 'payment' && change.accountId === maria
          ? { ok: false as const, reason: 'closed' }
          : district.records.submit(change),
    };
    const own = openPaying(district, { records: refusing });
    await own.pay(maria, '100', 'approved');
    const [waiting] = await own.payments.unapplied.list();
    expect(waiting).toMatchObject({ accountId: maria, amount: 10_000 });
    const before = await own.balance(priya);
    const apply = { paymentId: waiting?.paymentId ?? '', accountId: priya, actor: 'csr-2' };
    const done = { ok: true, status: 'confirmed' };
    expect(await own.payments.unapplied.apply(apply)).toEqual(done);
    expect(await own.payments.unapplied.apply(apply)).toEqual(done);
    expect(await own.balance(priya)).toBe(before - 10_000);
    expect(await own.balance(maria)).toBe(13015);
    await expect(own.payments.unapplied.apply({ ...apply, accountId: maria })).rejects.toMatchObject({
      code: 'action.conflict',
    });
    expect(await own.payments.unapplied.list()).toEqual([]);
  });

  it('stays unapplied where the other account’s records refuse it as well', async () => {
    const closed = new Set([maria, priya]);
    const own = openPaying(district, {
      records: {
        ...district.records,
        submit: async (change: RecordsChange) =>
          change.kind === 'payment' && closed.has(change.accountId)
            ? { ok: false as const, reason: 'closed' }
            : district.records.submit(change),
      } as typeof district.records,
    });
    await own.pay(maria, '100', 'approved');
    const [waiting] = await own.payments.unapplied.list();
    const apply = { paymentId: waiting?.paymentId ?? '', actor: 'csr-2' };
    expect(await own.payments.unapplied.apply({ ...apply, accountId: priya })).toEqual({
      ok: false,
      reason: 'refused',
    });
    expect(await own.payments.unapplied.list()).toHaveLength(1);
    const grace = accountOf('10155380');
    const before = await own.balance(grace);
    expect(await own.payments.unapplied.apply({ ...apply, accountId: grace })).toMatchObject({ ok: true });
    expect(await own.balance(grace)).toBe(before - 10_000);
    expect(await own.payments.unapplied.list()).toEqual([]);
  });

  it('is taken back from no account where it is refunded or returned meanwhile', async () => {
    let isDown = true;
    const own = openPaying(district, {
      records: {
        ...district.records,
        async submit(change: RecordsChange) {
          if (isDown) throw new UpstreamError('records.unavailable', 'down');
          if (change.kind === 'payment') return { ok: false as const, reason: 'closed' };
          return district.records.submit(change);
        },
      } as typeof district.records,
    });
    await own.pay(maria, '100', 'approved');
    const paymentId = (await PaymentModel.findOne({}).lean())?._id ?? '';
    const call = signed(district, own);
    await call({ kind: 'refunded', paymentId, total: 2000 });
    await call({ kind: 'returned', of: { paymentId }, code: 'R01' });
    isDown = false;
    await own.pass(1);
    expect(await ours(maria)).toEqual([]);
    expect(await own.payments.unapplied.list()).toHaveLength(1);
    const before = await own.balance(priya);
    district.clock.pass(1);
    const grace = openPaying(district);
    await grace.payments.unapplied.apply({ paymentId, accountId: priya, actor: 'csr-2' });
    expect((await ours(priya)).map(({ kind, amount }) => [kind, amount])).toEqual([
      ['payment', -10_000],
      ['refund', 2000],
      ['reversal', 10_000],
      ['charge', 3500],
    ]);
    expect(await grace.balance(priya)).toBe(before + 2000 + 3500);
  });
});

describe('automatic payment and paperless bills', () => {
  const enrol = async (outcome: string, requestId = `enrol-${outcome}`) => {
    const link = await paying.payments.autopay.enrolLink({
      requestId,
      accountId: maria,
      conversationId: 'c1',
    });
    const token = link.ok ? paying.tokenOf(link.url) : '';
    return { token, answer: await paying.press(token, '', outcome) };
  };

  it('is enrolled at the processor, draws the bill on its day once, and tells it', async () => {
    const { token, answer } = await enrol('approved');
    expect(answer).toEqual({ ok: true, redirect: null });
    expect(await paying.payments.page.open(token)).toMatchObject({ state: 'autopayOn' });
    expect((await district.records.accountById(maria))?.autopay).toBe(true);
    await paying.pass(7);
    expect(await paying.balance(maria)).toBe(13015);
    await paying.pass(3);
    expect(await ours(maria)).toMatchObject([{ kind: 'payment', amount: -13015, postedOn: '2026-12-01' }]);
    expect(kinds()).toEqual(['autopayOn', 'paymentReceived']);
    expect(paying.told()[1]).toMatchObject({ drawn: true, conversationId: null });
  });

  it('draws only what the customer has not handed in by themselves', async () => {
    await enrol('approved');
    await paying.pass(6);
    await paying.pay(maria, '100', 'pending'); // on November 29; the draw is on December 1
    await paying.pass(5);
    expect((await ours(maria)).map(({ amount }) => amount).sort()).toEqual([-10_000, -3015]);
    expect(await paying.balance(maria)).toBe(0);
  });

  it('draws the bill after all where the transfer that was to pay it is refused', async () => {
    await enrol('approved');
    await paying.pass(6);
    await paying.pay(maria, '130.15', 'bankDeclined');
    await paying.pass(3); // the draw's day is over, the bank has not said anything
    expect(await ours(maria)).toEqual([]);
    await paying.pass(2);
    expect(await ours(maria)).toMatchObject([{ amount: -13015 }]);
  });

  it('waits for the day that an extension gives, and leaves an arrangement’s instalments to the customer', async () => {
    await enrol('approved');
    const grant = async (request: { kind: 'extension' } | { kind: 'arrangement'; months: number }) => {
      const asked = { accountId: maria, role: 'csr', ...request } as const;
      const found = await paying.plans.offer(asked);
      const instalments = found.ok ? found.offer.instalments : [];
      return paying.plans.grant({ ...asked, requestId: `plan-${request.kind}`, instalments });
    };
    await grant({ kind: 'extension' }); // until December 16; without it the draw is on December 1
    await paying.pass(20);
    expect(await ours(maria)).toEqual([]);
    await paying.pass(4);
    expect(await ours(maria)).toMatchObject([{ amount: -13015, postedOn: '2026-12-16' }]);
    expect(kinds()).toContain('planKept');

    await seedAgain(district);
    paying = openPaying(district);
    await enrol('approved');
    await grant({ kind: 'arrangement', months: 3 });
    await paying.pass(20);
    expect(await ours(maria)).toEqual([]);
  });

  it('waits while the bill is being looked into, and draws the day after', async () => {
    let isDisputed = true;
    paying.payments.autopay.waitFor(async (accountId) => isDisputed && accountId === maria);
    await enrol('approved');
    await paying.pass(20); // without the dispute the draw is on December 1
    expect(await ours(maria)).toEqual([]);
    isDisputed = false;
    await paying.pass(2);
    expect(await ours(maria)).toMatchObject([{ amount: -13015 }]);
  });

  it('tells the customer where the processor would not take a draw for hours, and draws no more', async () => {
    const { sandbox } = paying;
    let asked = 0;
    let isDown = true;
    const processor: PaymentProcessor = {
      ...sandbox,
      async draw(order) {
        asked++;
        if (isDown) throw new UpstreamError('payment.processorDown', 'down');
        return sandbox.draw(order);
      },
    };
    paying = openPaying(district, { processor });
    await enrol('approved');
    await paying.pass(20);
    expect(paying.told().at(-1)).toMatchObject({ kind: 'paymentDeclined', amount: 13015, late: true });
    const tries = asked;
    isDown = false;
    await paying.pass(5);
    expect(asked).toBe(tries);
    expect(await ours(maria)).toEqual([]);
  });

  it('draws nothing after it was stopped, nor where nothing is owed', async () => {
    await enrol('approved');
    const stop = { requestId: 'stop', accountId: maria };
    district.clock.pass(1);
    expect(await paying.payments.autopay.stop(stop)).toEqual({ ok: true, status: 'confirmed' });
    await paying.pass(10);
    expect(await ours(maria)).toEqual([]);
    expect((await district.records.accountById(maria))?.autopay).toBe(false);
  });

  it('stays on where a customer enrolled anew after a draw that was not authorised', async () => {
    await enrol('returned:R10');
    await paying.pass(12);
    expect((await district.records.accountById(maria))?.autopay).toBe(false);
    await enrol('approved', 'anew');
    district.clock.pass(1);
    const [first] = await PaymentModel.find({ source: 'autopay' }).lean();
    await signed(district, paying)({ kind: 'returned', of: { paymentId: first?._id ?? '' }, code: 'R10' });
    expect((await district.records.accountById(maria))?.autopay).toBe(true);
    expect((await AutopayMandateModel.ofAccount(maria))?.reference).toBe('sandbox:approved');
  });

  it('is not turned on again by the link of before it was stopped, nor by a call that is repeated', async () => {
    const link = await paying.payments.autopay.enrolLink({ requestId: 'old', accountId: maria });
    const token = link.ok ? paying.tokenOf(link.url) : '';
    district.clock.pass(1);
    await enrol('approved', 'new');
    district.clock.pass(1);
    await paying.payments.autopay.stop({ requestId: 'stop', accountId: maria });
    expect(await paying.payments.page.open(token)).toEqual({ state: 'expired', language: null });
    expect(await paying.press(token, '', 'approved')).toEqual({ ok: false, reason: 'expired' });
    await paying.pass(1); // the sandbox repeats its calls
    expect((await district.records.accountById(maria))?.autopay).toBe(false);
    expect(kinds()).toEqual(['autopayOn']);
  });

  it('ends after the second return in a year, and no bank account is enrolled any more', async () => {
    await enrol('approved');
    await paying.pay(maria, '10', 'returned:R01');
    await paying.pay(maria, '10', 'returned:R01');
    await paying.pass(4);
    expect((await district.records.accountById(maria))?.autopay).toBe(false);
    expect(paying.told().filter(({ kind }) => kind === 'paymentReturned')).toMatchObject([
      { next: 'again' },
      { next: 'cardOnly' },
    ]);
    expect(await paying.payments.autopay.enrolLink({ requestId: 'e2', accountId: maria })).toEqual({
      ok: false,
      reason: 'cardOnly',
    });
    await paying.pass(8);
    expect(await PaymentModel.countDocuments({ source: 'autopay' })).toBe(0);
  });

  it('is not ended by what comes back of somebody else’s payments to the account', async () => {
    await enrol('approved');
    for (const code of ['R10', 'R01', 'R03'])
      await paying.pay(maria, '5', `returned:${code}`, { verified: false });
    await paying.pass(4);
    expect((await district.records.accountById(maria))?.autopay).toBe(true);
    const told = paying.told().filter(({ kind }) => kind === 'paymentReturned');
    expect(told).toMatchObject([{ next: 'askBank' }, { next: 'again' }, { next: 'newDetails' }]);
  });

  it('tells the customer where a bill could not be drawn', async () => {
    await enrol('approved');
    await AutopayMandateModel.updateOne({ _id: maria }, { $set: { processor: 'stripe' } });
    await paying.pass(10);
    expect(await ours(maria)).toEqual([]);
    expect(paying.told().at(-1)).toMatchObject({ kind: 'autopayNotDrawn', amount: 13015, late: true });
  });

  it('says so where the bank account is refused', async () => {
    expect((await enrol('declined')).answer).toEqual({ ok: false, reason: 'enrolmentFailed' });
    expect(kinds()).toEqual(['autopayFailed']);
    expect((await district.records.accountById(maria))?.autopay).toBe(false);
  });

  it('turns paperless bills on once, with the old and the new in the audit', async () => {
    const request = { requestId: 'paper', accountId: maria, on: true };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => paying.payments.autopay.paperless(request)),
    );
    expect(new Set(answers.map((one) => JSON.stringify(one)))).toEqual(
      new Set(['{"ok":true,"status":"confirmed"}']),
    );
    expect((await district.records.accountById(maria))?.paperless).toBe(true);
    expect(await AuditEntryModel.find({ action: 'paperless.turnedOn' }).lean()).toMatchObject([
      { details: { before: false, after: true } },
    ]);
    expect(await paying.payments.autopay.paperless({ ...request, requestId: 'p2', accountId: 'no' })).toEqual(
      {
        ok: false,
        reason: 'noAccount',
      },
    );
  });
});
