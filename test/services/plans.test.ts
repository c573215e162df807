import fc from 'fast-check';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { LedgerEntryModel } from '../../models/ledgerEntry.ts';
import { PaymentModel } from '../../models/payment.ts';
import { PaymentPlanModel } from '../../models/paymentPlan.ts';
import { addMonths } from '../../services/payments/days.ts';
import { arrangementOf } from '../../services/plans/offers.ts';
import type { PlanRequest } from '../../services/plans.ts';
import { openDistrict, openStore } from './district.ts';
import { accountOf, mondayNoon, openPaying, seedAgain, signed } from './paying.ts';

let store: Awaited<ReturnType<typeof openStore>>;
let district: Awaited<ReturnType<typeof openDistrict>>;
let paying: ReturnType<typeof openPaying>;
const maria = accountOf('10023414'); // owes $130.15, due on December 2
const priya = accountOf('10073153'); // owes $157.72, five weeks overdue

beforeAll(async () => {
  store = await openStore();
  district = await openDistrict(mondayNoon);
});
afterAll(() => store?.close());
beforeEach(async () => {
  await seedAgain(district);
  paying = openPaying(district);
});

let count = 0;
async function grant(request: PlanRequest, change: object = {}) {
  const found = await paying.plans.offer(request);
  const instalments = found.ok ? found.offer.instalments : [];
  return paying.plans.grant({ ...request, requestId: `plan-${++count}`, instalments, ...change });
}
const extension = (accountId: string) => ({ accountId, kind: 'extension', role: 'bot' }) as const;
const arrangement = (accountId: string, months: number, role: 'bot' | 'csr' = 'bot') =>
  ({ accountId, kind: 'arrangement', months, role }) as const;
const post = (amount: number, requestId = `post-${++count}`) =>
  LedgerEntryModel.post({
    _id: requestId,
    requestId,
    accountId: maria,
    kind: amount > 0 ? 'charge' : 'payment',
    amount,
    postedOn: district.clock.today(),
  });
const kinds = () => paying.told().map(({ kind }) => kind);
const planOf = () => PaymentPlanModel.findOne({ accountId: maria }).lean();

describe('what is offered', () => {
  it('is fourteen days more after the due day, or from today where that has passed', async () => {
    expect(await paying.plans.offer(extension(maria))).toMatchObject({
      offer: { total: 13015, instalments: [{ dueOn: '2026-12-16', amount: 13015 }] },
    });
    expect(await paying.plans.offer(extension(priya))).toMatchObject({
      offer: { instalments: [{ dueOn: '2026-12-07', amount: 15772 }] },
    });
  });

  it('is equal parts a month apart that add up to the cent, whatever is owed', async () => {
    expect(await paying.plans.offer(arrangement(maria, 3))).toMatchObject({
      offer: {
        instalments: [
          { dueOn: '2026-12-23', amount: 4339 },
          { dueOn: '2027-01-23', amount: 4338 },
          { dueOn: '2027-02-23', amount: 4338 },
        ],
      },
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 1, max: 12 }),
        (owed, months) => {
          const parts = arrangementOf(owed, '2026-08-31', months).map(({ amount }) => amount);
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(owed);
          expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
        },
      ),
    );
    expect(addMonths('2026-12-31', 2)).toBe('2027-02-28');
  });

  it.each([
    ['noAccount', extension('nobody')],
    ['badMonths', arrangement(maria, 0)],
    ['badMonths', arrangement(maria, 2.5)],
    ['needsCsr', arrangement(maria, 7)],
    ['tooManyMonths', arrangement(maria, 13, 'csr')],
  ])('is refused with the reason %s', async (reason, request) => {
    expect(await paying.plans.offer(request)).toEqual({ ok: false, reason });
  });

  it('is a CSR’s to give above what the bot may', async () => {
    await post(50_000);
    expect(await paying.plans.offer(arrangement(maria, 3))).toEqual({ ok: false, reason: 'needsCsr' });
    expect(await paying.plans.offer(arrangement(maria, 12, 'csr'))).toMatchObject({ ok: true });
  });

  it('is nothing where nothing or next to nothing is owed', async () => {
    await post(-12_000);
    expect(await paying.plans.offer(extension(maria))).toEqual({
      ok: false,
      reason: 'tooLittle',
      least: 2000,
    });
    await post(-1015);
    expect(await paying.plans.offer(extension(maria))).toEqual({ ok: false, reason: 'nothingDue' });
  });
});

describe('a plan that is granted', () => {
  it('is one plan, however often the request comes, and one an account', async () => {
    const request = arrangement(maria, 3);
    const found = await paying.plans.offer(request);
    const same = { ...request, requestId: 'same', instalments: found.ok ? found.offer.instalments : [] };
    const answers = await Promise.all(Array.from({ length: 20 }, () => paying.plans.grant(same)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({
      ok: true,
      status: 'confirmed',
      plan: { planNumber: expect.stringMatching(/^P-/), total: 13015, status: 'open' },
    });
    const others = await Promise.all(
      Array.from({ length: 20 }, (_, place) => paying.plans.grant({ ...same, requestId: `other-${place}` })),
    );
    for (const other of others) expect(other).toMatchObject({ ok: false, reason: 'openPlan' });
    expect(await AuditEntryModel.countDocuments({ action: 'plan.granted' })).toBe(1);
    await expect(paying.plans.grant({ ...same, role: 'csr' })).rejects.toMatchObject({
      code: 'action.conflict',
    });
  });

  it('is what the customer was told, or is told anew', async () => {
    const told = { instalments: [{ dueOn: '2026-12-16', amount: 10_000 }] };
    expect(await grant(extension(maria), told)).toMatchObject({
      reason: 'changed',
      offer: { instalments: [{ dueOn: '2026-12-16', amount: 13015 }] },
    });
    expect(await PaymentPlanModel.countDocuments({})).toBe(0);
  });

  it('may be an extension three times a year', async () => {
    for (let time = 0; time < 3; time++) {
      expect(await grant(extension(maria))).toMatchObject({ ok: true });
      await paying.pay(maria, '130.15', 'approved');
      await post(13015);
    }
    expect(await grant(extension(maria))).toEqual({ ok: false, reason: 'extensionsUsed' });
  });

  it('is not lost where the process died after the first write', async () => {
    const request = extension(maria);
    const found = await paying.plans.offer(request);
    const same = { ...request, requestId: 'died', instalments: found.ok ? found.offer.instalments : [] };
    const dead = openPaying(district);
    const { record } = AuditEntryModel;
    AuditEntryModel.record = () => Promise.reject(new Error('killed'));
    await expect(dead.plans.grant(same)).rejects.toThrow('killed');
    AuditEntryModel.record = record;
    expect(await paying.plans.grant(same)).toMatchObject({ ok: true });
    expect(await PaymentPlanModel.countDocuments({})).toBe(1);
    expect(await AuditEntryModel.countDocuments({ action: 'plan.granted' })).toBe(1);
  });

  it('is met by payments in whatever parts, and complete when all is paid', async () => {
    await grant(arrangement(maria, 2));
    await paying.pay(maria, '30', 'approved');
    await paying.pay(maria, '35.08', 'approved');
    await paying.pass(40); // the first instalment's day has passed
    expect(await planOf()).toMatchObject({ status: 'open', behindSince: null });
    await paying.pay(maria, '65.07', 'approved');
    expect(await planOf()).toMatchObject({ status: 'kept' });
    expect(kinds().at(-1)).toBe('planKept');
  });

  it('is told as missed the day after an instalment, can be caught up, and ends sixty days later', async () => {
    await grant(arrangement(maria, 2));
    await paying.pass(32);
    expect(paying.told().at(-1)).toMatchObject({ kind: 'planMissed', amount: 6508, dueOn: '2026-12-23' });
    await paying.pay(maria, '65.08', 'approved');
    expect(await planOf()).toMatchObject({ status: 'open', behindSince: null });
    await paying.pass(32);
    expect(await planOf()).toMatchObject({ status: 'open', behindSince: '2027-01-23' });
    await paying.pass(62);
    expect(await planOf()).toMatchObject({ status: 'broken' });
    expect(paying.told().at(-1)).toMatchObject({ kind: 'planBroken', amount: 6507, dueOn: '2027-01-23' });
    expect(await paying.plans.open(maria)).toBeNull();
  });

  it('is not missed by a transfer that was made in time, and is where the bank then refuses it', async () => {
    await grant(extension(maria)); // until December 16
    await paying.pass(22);
    await paying.pay(maria, '130.15', 'pending', { requestId: 'in-time' });
    await paying.pass(2);
    expect(district.clock.today()).toBe('2026-12-17');
    expect(await planOf()).toMatchObject({ status: 'open', behindSince: null });
    await paying.pass(9);
    expect(await planOf()).toMatchObject({ status: 'kept' });

    await post(13015);
    await grant(extension(maria));
    await paying.pass(13);
    const amount = 13015;
    await PaymentModel.begin({
      _id: 'refused',
      accountId: maria,
      source: 'link',
      conversationId: null,
      language: null,
      verified: true,
      amount,
      receiptNumber: 'R-REFUSED0',
      startedAt: district.clock.now(),
      processor: 'sandbox',
    });
    const told = signed(district, paying);
    await told({ kind: 'pending', paymentId: 'refused', method: 'bank', amount });
    await paying.pass(2);
    expect(await paying.plans.open(maria)).toMatchObject({ status: 'open' });
    await told({ kind: 'declined', paymentId: 'refused', method: 'bank', code: null });
    expect(await paying.plans.open(maria)).toBeNull();
    expect(kinds().slice(-2).sort()).toEqual(['paymentDeclined', 'planBroken']);
  });

  it('ends sixty days after the oldest instalment that is still missing, not after one that came late', async () => {
    await grant(arrangement(maria, 2));
    await paying.pass(63); // January 25: both instalments are missing
    expect(await planOf()).toMatchObject({ status: 'open', behindSince: '2026-12-23' });
    await paying.pay(maria, '65.08', 'approved');
    expect(await planOf()).toMatchObject({ status: 'open', behindSince: '2027-01-23' });
    await paying.pass(40); // March 6: more than sixty days after the first
    expect(await planOf()).toMatchObject({ status: 'open' });
    await paying.pass(20);
    expect(await planOf()).toMatchObject({ status: 'broken' });
  });

  it('that is an extension ends the day after it', async () => {
    await grant(extension(maria));
    await paying.pass(22);
    expect(await planOf()).toMatchObject({ status: 'open' });
    await paying.pass(3);
    expect(await planOf()).toMatchObject({ status: 'broken' });
  });
});
