import { AuditEntryModel } from '../../../models/auditEntry.ts';
import { createBillingService } from '../../../services/billing.ts';
import type { RatingPolicy } from '../../../services/rating.ts';
import type { Bill } from '../../../services/records.ts';
import { handClock, openStore } from '../district.ts';
import { billOf, policyWith, stage, tiered, uniform } from '../rating/policies.ts';
import { moveIn, openBilling, policy } from './fixture.ts';

let store: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

type Kind = Parameters<typeof billOf>[3];
const bill = (
  billId: string,
  units: number,
  days = 60,
  rules: RatingPolicy = policyWith({}),
  change: Kind & Partial<Bill> = {},
): Bill => {
  const { continuousFlow = false, ...rating } = change;
  const { lines, total, warnings } = billOf(rules, units, days, rating);
  return {
    billId,
    accountId: 'a',
    issuedOn: '2026-10-02',
    dueOn: '2026-10-23',
    periodStart: '2026-08-01',
    periodEnd: '2026-09-30',
    days,
    units,
    meterSize: rating.meterSize ?? '5/8',
    estimated: false,
    continuousFlow,
    lines,
    total,
    warnings,
  };
};
/** What is said of a bill whose bill a year before, and of the period before, are these. */
async function explain(now: Bill, lastYear: Bill | null, previous: Bill | null = null) {
  const records = {
    accountById: async () => ({}),
    recentBills: async (_id: string, count: number) => [now, ...(previous ? [previous] : [])].slice(0, count),
    samePeriodLastYear: async () => lastYear,
  } as never;
  const explained = await createBillingService({
    records,
    clock: handClock('2026-11-23T20:00:00Z'),
    policy,
  }).explainBill('a');
  if (!explained.ok) throw new Error(explained.reason);
  for (const compared of [explained.lastYear, explained.previous]) {
    const sum = compared?.causes.reduce((cents, { amount }) => cents + amount, 0) ?? 0;
    expect(Math.abs(sum - (compared?.more ?? 0))).toBeLessThan(300); // shares under a dollar are not told
  }
  return explained;
}

describe('a bill is explained', () => {
  it('line by line, against the same period last year, with a suspected leak and what to check first', async () => {
    const told = await explain(bill('now', 47), bill('then', 18), bill('before', 20));
    expect(told).toMatchObject({
      total: 27262,
      gallonsPerDay: 586,
      lastYear: {
        billId: 'then',
        moreUnits: 29,
        moreDays: 0,
        more: 13328,
        causes: [{ code: 'higherUse', amount: 13328 }],
      },
      previous: { billId: 'before', moreUnits: 27 },
      likelyCause: 'leakSuspected',
      leakSuspected: 'highUse',
    });
    expect(told.lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(told.total);
    expect(told.checks.slice(0, 3)).toEqual(['readMeter', 'leakIndicator', 'toiletDyeTest']);
  });

  it('by a meter that saw water run without a pause', async () => {
    const told = await explain(bill('now', 24, 60, undefined, { continuousFlow: true }), bill('then', 20));
    expect(told).toMatchObject({ leakSuspected: 'continuousFlow', likelyCause: 'leakSuspected' });
  });

  const cheaper = policyWith({ rates: [uniform(4, { effectiveOn: '2018-01-01' })] });
  const correction = { period: { start: '2026-06-02', end: '2026-08-01' }, billed: 10, actual: 20 };
  it.each([
    ['higherUse', bill('now', 20), bill('then', 16)],
    ['moreDays', bill('now', 20, 75), bill('then', 16)],
    ['rateChange', bill('now', 20), bill('then', 20, 60, cheaper)],
    ['estimateTrueUp', bill('now', 20, 60, undefined, { corrections: [correction] }), bill('then', 20)],
    [
      'droughtSurcharge',
      bill('now', 40, 60, policyWith({ drought: [stage('2026-01-01')] })),
      bill('then', 40),
    ],
    ['missingCredit', bill('now', 20), bill('then', 20, 60, undefined, { assisted: true })],
    [
      'higherUse',
      bill('now', 40, 60, policyWith({ rates: [tiered()] })),
      bill('then', 30, 60, policyWith({ rates: [tiered()] })),
    ],
    [null, bill('now', 15), bill('then', 20)],
    // Fewer dollars in all, though more days: nothing made it higher.
    [null, bill('now', 16, 66), bill('then', 30)],
    [
      'meterSize',
      bill('now', 20, 60, undefined, { meterSize: '1' }),
      bill('then', 20, 60, undefined, { meterSize: '5/8' }),
    ],
    // 20 units in a month are 40 in two: no leak, though the units have doubled.
    ['moreDays', bill('now', 40, 60), bill('then', 20, 30, undefined, { prorated: true })],
  ])('by %s', async (cause, now, then) => {
    expect(await explain(now, then)).toMatchObject({ likelyCause: cause, leakSuspected: false });
  });

  it('without a year before against the bill before', async () => {
    expect(await explain(bill('now', 20), null, bill('before', 10))).toMatchObject({
      lastYear: null,
      likelyCause: 'higherUse',
    });
  });

  it('from the store, a named one too, and the look is in the audit log', async () => {
    const { accountId } = await moveIn('2026-05-01', [
      ['2026-05-01', 0],
      ['2026-06-30', 16],
      ['2026-08-29', 30],
    ]);
    const at = openBilling('2026-09-01');
    const ids: string[] = [];
    for (const periodEnd of ['2026-06-30', '2026-08-29']) {
      const answer = await at.run.issue({ requestId: periodEnd, accountId, periodEnd });
      ids.push(answer.ok ? answer.bill.billId : '');
    }
    expect(await at.billing.explainBill(accountId)).toMatchObject({
      bill: { units: 14 },
      previous: { moreUnits: -2 },
    });
    const look = { key: 'look', actor: 'csr-1', conversationId: 'c1' };
    expect(await at.billing.explainBill(accountId, ids[0], look)).toMatchObject({
      bill: { units: 16 },
      previous: null,
    });
    expect(await AuditEntryModel.find({ _id: 'look' }).lean()).toMatchObject([
      { action: 'bill.explained', actor: 'csr-1' },
    ]);
    expect(await at.billing.explainBill(accountId, 'another')).toEqual({ ok: false, reason: 'noBill' });
    expect(await at.billing.explainBill('nobody')).toEqual({ ok: false, reason: 'noAccount' });
  });
});
