import { AuditEntryModel } from '../../../models/auditEntry.ts';
import { BillModel } from '../../../models/bill.ts';
import { LedgerEntryModel } from '../../../models/ledgerEntry.ts';
import { leakCredit } from '../../../services/billing/leakCredit.ts';
import { addMonths } from '../../../services/billing/months.ts';
import { UpstreamError } from '../../../services/errors.ts';
import type { Policy } from '../../../services/policy.ts';
import type { Records } from '../../../services/records.ts';
import { openStore } from '../district.ts';
import { tiered, uniform } from '../rating/policies.ts';
import { close, moveIn, openBilling, policy, post, type Read } from './fixture.ts';

let store: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

let count = 0;
const by = { actor: 'customer', conversationId: 'c1' };
const asked = (accountId: string) => ({ requestId: `adjust-${++count}`, accountId, ...by });
const many = <Answer>(ask: (at: number) => Promise<Answer>, times = 20) =>
  Promise.all(Array.from({ length: times }, (_, at) => ask(at)));

/** A home with a bill a year ago and one now; today is the day that it is issued. */
async function home(units = 47, lastYear = 18, change: { policy?: Policy; records?: Partial<Records> } = {}) {
  const reads: Read[] = [
    ['2025-05-01', 0],
    ['2025-06-30', lastYear],
    ['2026-05-01', 100],
    ['2026-06-30', 100 + units],
  ];
  const { accountId } = await moveIn('2025-05-01', reads);
  const at = openBilling('2025-07-01', change);
  const ids: string[] = [];
  for (const [day, end] of [
    ['2025-07-01', '2025-06-30'],
    ['2026-05-02', '2026-05-01'],
    ['2026-07-01', '2026-06-30'],
  ] as const) {
    at.setDay(day);
    const answer = await at.run.issue({ requestId: `${accountId} ${end}`, accountId, periodEnd: end });
    if (!answer.ok) throw new Error(answer.reason);
    ids.push(answer.bill.billId);
  }
  return { accountId, at, bills: ids, bill: ids[2] ?? '' };
}

describe('a bill that is paid late', () => {
  it('gets its fee after the days of grace, once, and one waiver in twelve months', async () => {
    const { accountId, at, bill } = await home();
    const balance = await at.records.balance(accountId);
    at.setDay('2026-07-29'); // due July 22, seven days of grace
    expect(await at.adjustments.chargeLateFee({ accountId })).toEqual({
      ok: false,
      reason: 'notLate',
      from: '2026-07-30',
    });
    at.setDay('2026-07-30');
    const fees = await many(() => at.adjustments.chargeLateFee({ accountId }));
    expect(new Set(fees.map((fee) => JSON.stringify(fee))).size).toBe(1);
    expect(fees[0]).toEqual({ ok: true, amount: 500, status: 'confirmed', reference: `lateFee:${bill}` });
    expect(await at.records.balance(accountId)).toBe(balance + 500);

    const waivers = await many(() => at.adjustments.waiveLateFee(asked(accountId)));
    expect(waivers.filter(({ ok }) => ok)).toHaveLength(1);
    for (const waiver of waivers.filter(({ ok }) => !ok))
      expect(['underWay', 'alreadyWaived']).toContain(waiver.ok ? '' : waiver.reason);
    expect(await at.records.balance(accountId)).toBe(balance);
    expect(await at.adjustments.waiveLateFee(asked(accountId))).toEqual({
      ok: false,
      reason: 'alreadyWaived',
    });
    expect(await AuditEntryModel.find({ accountId, action: 'lateFeeWaiver.submitted' }).lean()).toMatchObject(
      [by],
    );

    await BillModel.create({
      ...(await BillModel.byId(bill)),
      _id: `${accountId} next`,
      requestId: `${accountId} next`,
      issuedOn: '2026-09-01',
      dueOn: '2026-09-22',
    });
    at.setDay('2026-10-01');
    expect(await at.adjustments.chargeLateFee({ accountId })).toMatchObject({ ok: true });
    expect(await at.adjustments.waiveLateFee(asked(accountId))).toEqual({
      ok: false,
      reason: 'waivedLately',
      nextOn: '2027-07-30',
    });
    at.setDay('2027-07-30');
    expect(await at.adjustments.waiveLateFee(asked(accountId))).toMatchObject({ ok: true, amount: 500 });
  });

  it('gets none where it was paid, where only a fee is open, or where more time was given', async () => {
    const { accountId, at } = await home();
    at.setDay('2026-08-30');
    at.held.fees = true;
    expect(await at.adjustments.chargeLateFee({ accountId })).toEqual({ ok: false, reason: 'held' });
    at.held.fees = false;
    await post(accountId, -(await at.records.balance(accountId)), '2026-07-10');
    await post(accountId, 15000, '2026-07-11');
    expect(await at.adjustments.chargeLateFee({ accountId })).toEqual({ ok: false, reason: 'nothingOwed' });
    expect(await at.adjustments.waiveLateFee(asked(accountId))).toEqual({ ok: false, reason: 'noLateFee' });
    expect(await at.adjustments.waiveLateFee(asked('nobody'))).toEqual({ ok: false, reason: 'noAccount' });
  });
});

describe('a leak', () => {
  const claim = (accountId: string, change: object = {}) =>
    ({ accountId, repairedOn: '2026-07-03', at: 'plumbing', proof: 'file-1', ...change }) as const;

  it('is told what it would give, and that is booked once', async () => {
    const { accountId, at, bill } = await home();
    at.setDay('2026-07-10');
    const quote = await at.adjustments.quoteLeakAdjustment(claim(accountId));
    expect(quote).toMatchObject({
      ok: true,
      billId: bill,
      units: 47,
      usualUnits: 18,
      excessUnits: 29,
      creditedUnits: 14.5,
      amount: 6664,
      rule: { creditPct: 50 },
    });
    const balance = await at.records.balance(accountId);
    expect(balance).toBe(await at.records.balance(accountId));
    const wrong = { ...claim(accountId), ...asked(accountId), amount: 9999 };
    expect(await at.adjustments.bookLeakAdjustment(wrong)).toEqual({
      ok: false,
      reason: 'amountChanged',
      amount: 6664,
    });

    const unproven = { ...claim(accountId, { proof: ' ' }), ...asked(accountId), amount: 6664 };
    expect(await at.adjustments.bookLeakAdjustment(unproven)).toEqual({ ok: false, reason: 'proofNeeded' });

    const right = { ...claim(accountId), ...asked(accountId), amount: 6664 };
    const booked = await many(() => at.adjustments.bookLeakAdjustment(right), 25);
    expect(new Set(booked.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(booked[0]).toEqual({ ok: true, amount: 6664, status: 'confirmed', reference: right.requestId });
    expect(await at.records.balance(accountId)).toBe(balance - 6664);
    await expect(at.adjustments.bookLeakAdjustment({ ...right, at: 'irrigation' })).rejects.toMatchObject({
      code: 'action.conflict',
    });
    expect(await at.adjustments.quoteLeakAdjustment(claim(accountId))).toEqual({
      ok: false,
      reason: 'adjustedLately',
      nextOn: '2028-07-10',
    });
  });

  it('is measured by the use a day, where the period of a year ago had other days', async () => {
    const { accountId, at } = await home(47, 18);
    // Moved in half-way through that period: 18 units in 30 days are 36 in 60.
    await BillModel.updateOne({ accountId, periodEnd: '2025-06-30' }, { $set: { days: 30 } });
    at.setDay('2026-07-10');
    expect(await at.adjustments.quoteLeakAdjustment(claim(accountId))).toMatchObject({
      ok: true,
      usualUnits: 36,
      excessUnits: 11,
    });
  });

  it('is credited once where 20 different requests come at once', async () => {
    const { accountId, at } = await home();
    at.setDay('2026-07-10');
    const answers = await many(() =>
      at.adjustments.bookLeakAdjustment({ ...claim(accountId), ...asked(accountId), amount: 6664 }),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await LedgerEntryModel.countDocuments({ accountId, label: 'leakAdjustment' })).toBe(1);
  });

  it.each([
    ['notADay', { repairedOn: '2026-13-01' }, {}],
    ['inFuture', { repairedOn: '2026-07-11' }, {}],
    ['fixedTooLate', { repairedOn: '2026-07-16' }, { until: '2026-07-15' }],
    ['claimedTooLate', {}, { until: '2026-08-02' }],
    ['notForIrrigation', { at: 'irrigation' }, {}],
    ['noBill', { billId: 'another' }, {}],
  ])('is refused with the reason %s', async (reason, change, told) => {
    const { accountId, at } = await home();
    at.setDay(
      reason === 'claimedTooLate' ? '2026-08-03' : reason === 'fixedTooLate' ? '2026-07-20' : '2026-07-10',
    );
    const quote = await at.adjustments.quoteLeakAdjustment(claim(accountId, change));
    expect(quote).toEqual({ ok: false, reason, ...told });
  });

  it('of less than the policy’s units, or without a year to compare with, gives nothing', async () => {
    const little = await home(27, 18);
    little.at.setDay('2026-07-10');
    expect(await little.at.adjustments.quoteLeakAdjustment(claim(little.accountId))).toEqual({
      ok: false,
      reason: 'tooLittleExcess',
      excessUnits: 9,
      leastUnits: 10,
    });
    await BillModel.deleteOne({ _id: little.bills[0] });
    expect(await little.at.adjustments.quoteLeakAdjustment(claim(little.accountId))).toEqual({
      ok: false,
      reason: 'noUsualUse',
    });
    expect(await little.at.adjustments.quoteLeakAdjustment(claim('nobody'))).toEqual({
      ok: false,
      reason: 'noAccount',
    });
  });

  const use = (units: number) =>
    ({
      meterSize: '5/8',
      units,
      days: 60,
      insideDistrict: true,
      period: { start: '2026-05-01', end: '2026-06-30' },
    }) as const;
  it('at North Perry: half of 200 units above 20.67 is 89.67 units', () => {
    expect(leakCredit(use(200), { usualUnits: 20.67, pct: 50 }, policy)).toMatchObject({
      excessUnits: 179.33,
      creditedUnits: 89.67,
    });
  });

  it('at San Luis Obispo: 24 units above are rated at the first tier, 24 x $1.81 = $43.44', () => {
    const leakAdjustment = { ...policy.billing.leakAdjustment, method: 'firstTier' as const };
    const rates = [
      tiered({
        effectiveOn: '2019-03-01',
        tiers: [{ upToGallonsPerDay: 100, perUnit: 1.81 }, { perUnit: 4 }],
      }),
    ];
    const anew = leakCredit(
      use(40),
      { usualUnits: 16, pct: 50 },
      { ...policy, rates, billing: { ...policy.billing, leakAdjustment } },
    );
    expect(anew).toEqual({ excessUnits: 24, creditedUnits: 24, excessCost: 4344, amount: 9600 - 4344 });
    const flat = { ...policy, rates: [uniform(2)], billing: { ...policy.billing, leakAdjustment } };
    expect(leakCredit(use(40), { usualUnits: 16, pct: 50 }, flat).amount).toBe(0);
  });
});

describe('the credit of a closed account', () => {
  const closed = async (credit: number, change: { records?: Partial<Records> } = {}) => {
    const { accountId, at } = await home(47, 18, change);
    await close(accountId, '2026-06-30');
    await post(accountId, -(await at.records.balance(accountId)) - credit, '2026-07-05');
    at.setDay('2026-07-10');
    return { accountId, at };
  };

  it('is refunded once, whoever asks at once and again', async () => {
    const { accountId, at } = await closed(4120);
    const answers = await many(() => at.adjustments.refundCredit(asked(accountId)));
    expect(answers.filter(({ ok }) => ok)).toEqual([
      expect.objectContaining({ amount: 4120, status: 'confirmed', by: '2026-08-11' }),
    ]);
    expect(await at.records.balance(accountId)).toBe(0);
    expect(await at.adjustments.refundCredit(asked(accountId))).toEqual({ ok: false, reason: 'noCredit' });
    await post(accountId, -300, '2026-07-11');
    // A credit of months after is not promised for a day that has passed; a repeat is told the same.
    at.setDay('2026-12-01');
    const late = asked(accountId);
    const promised = { ok: true, amount: 300, by: '2027-01-12' };
    expect(await at.adjustments.refundCredit(late)).toMatchObject(promised);
    at.setDay('2026-12-05');
    expect(await at.adjustments.refundCredit(late)).toMatchObject(promised);
  });

  it('waits after a change of contact, stays where it is less than the least, and for the final bill', async () => {
    const { accountId, at } = await closed(99);
    expect(await at.adjustments.refundCredit(asked(accountId))).toEqual({
      ok: false,
      reason: 'tooSmall',
      amount: 99,
      least: 100,
    });
    await post(accountId, -1, '2026-07-06');
    at.held.refundsUntil = '2026-07-20';
    expect(await at.adjustments.refundCredit(asked(accountId))).toEqual({
      ok: false,
      reason: 'held',
      until: '2026-07-20',
    });
    at.held.refundsUntil = null;
    await close(accountId, '2026-07-08');
    expect(await at.adjustments.refundCredit(asked(accountId))).toEqual({
      ok: false,
      reason: 'finalBillPending',
    });
    const open = await home();
    expect(await at.adjustments.refundCredit(asked(open.accountId))).toEqual({
      ok: false,
      reason: 'accountOpen',
    });
  });

  it('is pending while the records do not answer, and goes out once they do', async () => {
    const { accountId, at } = await closed(4120);
    let down = true;
    const shaky = openBilling('2026-07-10', {
      records: {
        submit: async (change) => {
          if (down) throw new UpstreamError('records.unavailable', 'down');
          return at.records.submit(change);
        },
      },
    });
    const request = asked(accountId);
    expect(await shaky.adjustments.refundCredit(request)).toMatchObject({
      ok: true,
      amount: 4120,
      status: 'pending',
    });
    expect(await shaky.adjustments.refundCredit(asked(accountId))).toEqual({ ok: false, reason: 'underWay' });
    down = false;
    shaky.clock.pass(5);
    await shaky.followUps.runDue();
    expect(await at.records.balance(accountId)).toBe(0);
    expect(await shaky.adjustments.refundCredit(request)).toMatchObject({
      ok: true,
      amount: 4120,
      status: 'confirmed',
    });
    expect(await LedgerEntryModel.countDocuments({ accountId, kind: 'refund' })).toBe(1);
  });
});

it.each([
  ['2026-01-31', 1, '2026-02-28'],
  ['2024-02-29', 12, '2025-02-28'],
  ['2026-01-15', -1, '2025-12-15'],
  ['2026-11-30', 24, '2028-11-30'],
])('%s and %i months are %s', (day, months, then) => {
  expect(addMonths(day, months)).toBe(then);
});
