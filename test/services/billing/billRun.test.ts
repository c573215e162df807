import fc from 'fast-check';
import { AuditEntryModel } from '../../../models/auditEntry.ts';
import { BillModel } from '../../../models/bill.ts';
import { LedgerEntryModel } from '../../../models/ledgerEntry.ts';
import { MeterModel } from '../../../models/meter.ts';
import { ReadingModel } from '../../../models/reading.ts';
import { addDays } from '../../../services/calendar.ts';
import { openStore } from '../district.ts';
import { close, moveIn, openBilling, policy, readMeter } from './fixture.ts';

let store: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

let count = 0;
const today = '2026-11-23';
const open = openBilling(today);
const issue = (accountId: string, periodEnd: string, at = open) =>
  at.run.issue({ requestId: `issue-${++count}`, accountId, periodEnd });
const billed = async (accountId: string, periodEnd: string, at = open) => {
  const answer = await issue(accountId, periodEnd, at);
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return answer;
};
/** A home since May 1 with a reading every 60 days, 16 units each time. */
const home = () =>
  moveIn('2026-05-01', [
    ['2026-05-01', 100],
    ['2026-06-30', 116],
    ['2026-08-29', 132],
    ['2026-10-28', 148],
  ]);

describe('a bill from the meter’s readings', () => {
  it('is made, posted and audited', async () => {
    const { accountId } = await home();
    const { bill, visitNeeded } = await billed(accountId, '2026-06-30');
    expect(bill).toMatchObject({
      total: 13015,
      units: 16,
      days: 60,
      estimated: false,
      issuedOn: today,
      dueOn: '2026-12-14',
    });
    expect(visitNeeded).toBe(false);
    expect(await LedgerEntryModel.find({ accountId }).lean()).toMatchObject([
      { amount: 13015, billId: bill.billId },
    ]);
    expect(await open.records.balance(accountId)).toBe(13015);
    expect(await AuditEntryModel.find({ accountId }).lean()).toMatchObject([
      { action: 'bill.issued', actor: 'system' },
    ]);
    expect((await billed(accountId, '2026-08-29')).bill.periodStart).toBe('2026-06-30');
  });

  it('is one, with one charge, after the same request came 25 times at once', async () => {
    const { accountId } = await home();
    const request = { requestId: 'same', accountId, periodEnd: '2026-06-30' };
    const answers = await Promise.all(Array.from({ length: 25 }, () => open.run.issue(request)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await BillModel.countDocuments({ accountId })).toBe(1);
    expect(await open.records.balance(accountId)).toBe(13015);
    await expect(open.run.issue({ ...request, periodEnd: '2026-08-29' })).rejects.toMatchObject({
      code: 'action.conflict',
    });
  });

  it('is one of the days from its last, where 20 runs end it on different days at once', async () => {
    const { accountId, meterId } = await home();
    for (const day of ['2026-06-28', '2026-06-29']) await readMeter(meterId, [day, 115]);
    const ends = ['2026-06-28', '2026-06-29', '2026-06-30'];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => issue(accountId, ends[at % 3] ?? '')),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    for (const answer of answers.filter(({ ok }) => !ok))
      expect(answer).toMatchObject({ reason: 'alreadyBilled' });
    expect(await LedgerEntryModel.countDocuments({ accountId })).toBe(1);
  });

  it('gets its charge from the repeat, or from the next run, where the process died between the two', async () => {
    const dies = openBilling(today, {
      run: {
        ledger: {
          isPosted: (key) => LedgerEntryModel.isPosted(key),
          post: async () => {
            throw new Error('killed');
          },
        },
      },
    });
    const [first, second] = [await home(), await home()];
    const request = { requestId: 'killed', accountId: first.accountId, periodEnd: '2026-06-30' };
    await expect(dies.run.issue(request)).rejects.toThrow('killed');
    expect(await open.records.balance(first.accountId)).toBe(0);
    expect(await open.run.issue(request)).toMatchObject({ ok: true });
    expect(await open.records.balance(first.accountId)).toBe(13015);

    await expect(issue(second.accountId, '2026-10-28', dies)).rejects.toThrow('killed');
    let cursor: string | null = null;
    do ({ cursor } = await open.run.issueDue({ day: today, cursor, limit: 2 }));
    while (cursor !== null);
    expect(await open.records.balance(second.accountId)).toBe(
      (await open.records.openBill(second.accountId))?.total,
    );
  });

  it.each([
    ['notADay', '2026-02-30'],
    ['inFuture', '2026-11-24'],
    ['alreadyBilled', '2026-06-30'],
    ['alreadyBilled', '2026-06-01'],
  ])('is refused with the reason %s for %s, and nothing is changed', async (reason, periodEnd) => {
    const { accountId } = await home();
    await billed(accountId, '2026-06-30');
    expect(await issue(accountId, periodEnd)).toMatchObject({ ok: false, reason });
    expect(await BillModel.countDocuments({ accountId })).toBe(1);
    expect(await issue('nobody', '2026-06-30')).toEqual({ ok: false, reason: 'noAccount' });
  });

  it('is the same whatever order the readings arrive in', async () => {
    const readings = [
      ['2026-05-01', 999_980],
      ['2026-05-20', 999_990, 'estimated'],
      ['2026-05-20', 999_988],
      ['2026-06-10', 999_999],
      ['2026-06-30', 4],
      ['2026-06-30', 7, 'estimated'],
    ] as const;
    const bills = new Set<string>();
    const shuffled = fc.sample(fc.shuffledSubarray([...readings], { minLength: 6, maxLength: 6 }), 12);
    for (const reads of shuffled) {
      const { accountId, meterId } = await moveIn('2026-05-01', []);
      for (const [day, value, kind] of reads)
        await readMeter(meterId, kind ? [day, value, kind] : [day, value]);
      const { units, lines, total, estimated } = (await billed(accountId, '2026-06-30')).bill;
      bills.add(JSON.stringify({ units, lines, total, estimated }));
    }
    expect(bills.size).toBe(1);
    expect([...bills][0]).toMatch(/^{"units":24,.*"estimated":false}$/);
  });
});

describe('readings that cannot be right', () => {
  it('of a meter that went back ask for a check, and make no bill', async () => {
    const { accountId, meterId } = await moveIn('2026-05-01', [
      ['2026-05-01', 100],
      ['2026-06-30', 90],
    ]);
    expect(await issue(accountId, '2026-06-30')).toEqual({
      ok: false,
      reason: 'negativeUse',
      meterId,
      readOn: '2026-06-30',
    });
    expect(await BillModel.countDocuments({ accountId })).toBe(0);
  });

  it('that contradict each other on one day ask for a check', async () => {
    const { accountId } = await moveIn('2026-05-01', [
      ['2026-05-01', 100],
      ['2026-06-30', 110],
      ['2026-06-30', 119],
    ]);
    expect(await issue(accountId, '2026-06-30')).toMatchObject({
      reason: 'readingsConflict',
      readOn: '2026-06-30',
    });
  });

  it('of a dial that rolled over to zero are no mistake', async () => {
    const { accountId } = await moveIn(
      '2026-05-01',
      [
        ['2026-05-01', 9_992.5],
        ['2026-06-30', 7.25],
      ],
      { digits: 4 },
    );
    expect((await billed(accountId, '2026-06-30')).bill.units).toBe(14.75);
  });

  it('that are missing where service began ask for one', async () => {
    const { accountId, meterId } = await moveIn('2026-05-01', [['2026-06-30', 110]]);
    expect(await issue(accountId, '2026-06-30')).toEqual({
      ok: false,
      reason: 'noReading',
      meterId,
      readOn: '2026-05-01',
    });
  });
});

describe('a meter that cannot be read', () => {
  it('is estimated by past use, and after so many in a row somebody is to go there', async () => {
    const { accountId, meterId } = await home();
    for (const day of ['2026-06-30', '2026-08-29', '2026-10-28']) await billed(accountId, day);
    const at = openBilling('2027-04-26');
    const first = await billed(accountId, '2026-12-27', at);
    expect(first).toMatchObject({ bill: { estimated: true, units: 16, total: 13015 }, visitNeeded: false });
    expect(await ReadingModel.find({ meterId, kind: 'estimated' }).lean()).toMatchObject([
      { readOn: '2026-12-27', value: 164 },
    ]);
    expect((await billed(accountId, '2027-02-25', at)).visitNeeded).toBe(false);
    expect((await billed(accountId, '2027-04-26', at)).visitNeeded).toBe(true);
  });

  it('is set right by the next reading, which charges each period its days’ share', async () => {
    const { accountId, meterId } = await home();
    for (const day of ['2026-06-30', '2026-08-29', '2026-10-28']) await billed(accountId, day);
    const at = openBilling('2027-02-25');
    await billed(accountId, '2026-12-27', at);
    await readMeter(meterId, ['2027-02-25', 148 + 20]);
    const { bill } = await billed(accountId, '2027-02-25', at);
    expect(bill).toMatchObject({ estimated: false, units: 10 });
    expect(bill.lines.slice(2)).toMatchObject([
      { label: 'estimateTrueUp', quantity: -6, rate: '4.596', amount: -2758 },
    ]);
    expect((await BillModel.byId(bill.billId))?.truedUp).toHaveLength(1);
    // The next one does it not again.
    at.setDay('2027-04-26');
    await readMeter(meterId, ['2027-04-26', 180]);
    expect((await billed(accountId, '2027-04-26', at)).bill.lines).toHaveLength(2);
  });

  // Whoever reads, and when: the bills and what they set right come to what went through the meter.
  it('has all of its water billed once, whichever cycles were estimated and read in their midst', async () => {
    const cycle = fc.record({
      units: fc.integer({ min: 0, max: 40 }),
      isRead: fc.boolean(),
      inTheMidst: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(cycle, { minLength: 1, maxLength: 4 }), async (cycles) => {
        const { accountId, meterId } = await home();
        const at = openBilling('2026-11-01');
        const ends = ['2026-06-30', '2026-08-29', '2026-10-28'];
        let shown = 148;
        for (const day of ends) await billed(accountId, day, at);
        for (const { units, isRead, inTheMidst } of [
          ...cycles,
          { units: 5, isRead: true, inTheMidst: false },
        ]) {
          const start = ends.at(-1) ?? '';
          const end = addDays(start, 60);
          at.setDay(end);
          if (inTheMidst) await readMeter(meterId, [addDays(start, 30), shown + Math.floor(units / 2)]);
          shown += units;
          if (isRead) await readMeter(meterId, [end, shown]);
          await billed(accountId, end, at);
          ends.push(end);
        }
        const bills = await BillModel.find({ accountId }).lean();
        const water = bills.flatMap(({ lines }) =>
          lines.filter(({ kind }) => kind === 'usage' || kind === 'trueUp'),
        );
        expect(water.reduce((sum, { quantity }) => sum + quantity, 0)).toBeCloseTo(shown - 100, 2);
      }),
      { numRuns: 25 },
    );
  });

  it('gives back more than the bill where an estimate was far too high', async () => {
    const { accountId, meterId } = await home();
    for (const day of ['2026-06-30', '2026-08-29', '2026-10-28']) await billed(accountId, day);
    await readMeter(meterId, ['2026-12-27', 248, 'estimated']);
    const at = openBilling('2027-02-25');
    await billed(accountId, '2026-12-27', at);
    await readMeter(meterId, ['2027-02-25', 148]);
    const { bill } = await billed(accountId, '2027-02-25', at);
    expect(bill).toMatchObject({ units: 0, total: 5661 - 45960 });
    expect(await LedgerEntryModel.findOne({ billId: bill.billId }).lean()).toMatchObject({
      kind: 'credit',
      amount: -40299,
    });
  });
});

describe('a meter that is changed within a period', () => {
  it('and its follower are billed together', async () => {
    const { accountId, serviceLocationId } = await moveIn(
      '2026-05-01',
      [
        ['2026-05-01', 100],
        ['2026-05-31', 108],
      ],
      { removedOn: '2026-05-31' },
    );
    await MeterModel.create({
      _id: `${accountId} new`,
      serialNumber: 'new',
      serviceLocationId,
      size: '1',
      digits: 6,
      installedOn: '2026-05-31',
    });
    await readMeter(`${accountId} new`, ['2026-05-31', 0]);
    await readMeter(`${accountId} new`, ['2026-06-30', 8]);
    const { bill } = await billed(accountId, '2026-06-30');
    expect(bill).toMatchObject({ units: 16, meterSize: '1' });
    expect(bill.lines.map(({ label, amount }) => [label, amount])).toEqual([
      ['serviceCharge', 2831],
      ['serviceCharge', 4365],
      ['waterUsed', 7354],
    ]);
  });
});

describe('the first and the last bill', () => {
  it('have the service charge for their days', async () => {
    const { accountId } = await moveIn('2026-05-01', [
      ['2026-05-01', 0],
      ['2026-05-31', 4],
      ['2026-07-30', 14],
      ['2026-08-14', 16],
    ]);
    expect((await billed(accountId, '2026-05-31')).bill).toMatchObject({
      prorated: true,
      total: 2831 + 1838,
    });
    expect((await billed(accountId, '2026-07-30')).bill).toMatchObject({
      prorated: false,
      total: 5661 + 4596,
    });
    await close(accountId, '2026-08-14');
    const final = await open.run.issueFinal({ requestId: 'final', accountId, lastDay: '2026-08-14' });
    expect(final).toMatchObject({ ok: true, bill: { prorated: true, days: 15, total: 1415 + 919 } });
    expect(await issue(accountId, '2026-09-30')).toEqual({
      ok: false,
      reason: 'serviceEnded',
      endedOn: '2026-08-14',
    });
  });
});

describe('the low-income credit', () => {
  it('is on the bills after the enrolment, until it has to be certified anew', async () => {
    const { accountId } = await home();
    const at = openBilling('2026-07-10');
    await billed(accountId, '2026-06-30', at);
    const by = { actor: 'csr', conversationId: null };
    const enrol = (requestId: string, proof = 'CARE') =>
      at.assistance.enrol({ requestId, accountId, proof, ...by });
    expect(await enrol('e1', 'a note')).toMatchObject({
      reason: 'badProof',
      proofs: expect.arrayContaining(['CARE']),
    });
    const told = { ok: true, startsOn: '2026-07-10', endsOn: '2028-07-10' };
    expect(await Promise.all(Array.from({ length: 20 }, () => enrol('e2')))).toEqual(
      Array.from({ length: 20 }, () => told),
    );
    expect(await enrol('e3')).toEqual({ ok: false, reason: 'alreadyEnrolled', endsOn: '2028-07-10' });
    await expect(enrol('e2', 'CalFresh')).rejects.toMatchObject({ code: 'action.conflict' });
    at.setDay('2026-09-01');
    expect((await billed(accountId, '2026-08-29', at)).bill).toMatchObject({ total: 13015 - 3500 });
    expect(await at.assistance.isAssisted(accountId, '2028-07-10')).toBe(false);
  });
});

describe('excess use in a drought', () => {
  it('is warned of on the first bill and charged on the second', async () => {
    const limit = { aboveUnitsPerMonth: 66, perUnit: 2, firstIsWarning: true, monthDays: 30 };
    const drought = [
      { effectiveOn: '2026-01-01', source: 'Stage 2', stage: 2, surchargePct: 0, excess: limit },
    ];
    const { accountId } = await moveIn('2026-05-01', [
      ['2026-05-01', 0],
      ['2026-06-30', 140],
      ['2026-08-29', 280],
    ]);
    const dry = openBilling(today, { policy: { ...policy, drought } });
    expect((await billed(accountId, '2026-06-30', dry)).bill.warnings).toMatchObject([
      { kind: 'excessUse', units: 8 },
    ]);
    const second = (await billed(accountId, '2026-08-29', dry)).bill;
    expect(second.warnings).toEqual([]);
    expect(second.lines.at(-1)).toMatchObject({ label: 'excessUse', quantity: 8, amount: 1600 });
  });
});

describe('the run of all bills that are due', () => {
  it('goes through all accounts by a cursor, bills what is due, and once', async () => {
    const at = openBilling('2026-07-01');
    const [due, late, young] = [await home(), await home(), await moveIn('2026-06-20', [['2026-06-20', 0]])];
    await ReadingModel.deleteOne({ meterId: late.meterId, readOn: '2026-06-30' });
    const runAll = async (day: string) => {
      const ends = new Map<string, unknown>();
      let cursor: string | null = null;
      do {
        const page = await at.run.issueDue({ day, cursor, limit: 3 });
        for (const { accountId, billId } of page.issued)
          ends.set(accountId, (await BillModel.byId(billId))?.periodEnd);
        for (const { accountId, reason } of page.refused) ends.set(accountId, reason);
        cursor = page.cursor;
      } while (cursor !== null);
      return [due, late, young].map(({ accountId }) => ends.get(accountId));
    };
    expect(await runAll('2026-07-01')).toEqual(['2026-06-30', undefined, undefined]);
    expect(await runAll('2026-07-01')).toEqual([undefined, undefined, undefined]);
    // No reader came within the days of the policy, and there is no use yet to go by.
    at.setDay('2026-07-05');
    expect(await runAll('2026-07-05')).toEqual([undefined, 'noReading', undefined]);
    await readMeter(late.meterId, ['2026-07-03', 117]);
    expect(await runAll('2026-07-05')).toEqual([undefined, '2026-07-03', undefined]);
  });
});
