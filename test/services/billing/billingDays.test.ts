import { BillModel, type BillRecord } from '../../../models/bill.ts';
import { BillingDayModel } from '../../../models/billingDay.ts';
import { CustomerAccountModel } from '../../../models/customerAccount.ts';
import { FollowUpModel } from '../../../models/followUp.ts';
import { LedgerEntryModel } from '../../../models/ledgerEntry.ts';
import type { BillingDaysDeps } from '../../../services/billing/billingDays.ts';
import { leaveBilling } from '../../../services/billing/billingDays.ts';
import { openStore } from '../district.ts';
import { district } from './billingDaysFixture.ts';
import { close, moveIn, openBilling, post, readMeter } from './fixture.ts';

let store: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  for (const model of [BillingDayModel, CustomerAccountModel, FollowUpModel] as {
    deleteMany(all: object): PromiseLike<unknown>;
  }[])
    await model.deleteMany({});
});

/** A home since May 1 whose meter is read every 60 days until October 28. */
const home = () =>
  moveIn('2026-05-01', [
    ['2026-05-01', 100],
    ['2026-06-30', 116],
    ['2026-08-29', 132],
    ['2026-10-28', 148],
  ]);
const billsOf = (accountId: string): Promise<BillRecord[]> =>
  BillModel.find({ accountId }).sort({ periodEnd: 1 }).lean();
const feesOf = (accountId: string) => LedgerEntryModel.find({ accountId, label: 'lateFee' }).lean();

describe('a bill that nobody asks for', () => {
  it('is issued the morning after the meter was read at the end of the period, once', async () => {
    const { accountId } = await home();
    const at = await district('2026-05-02');
    await at.toDay('2026-06-29');
    expect(await billsOf(accountId)).toEqual([]);
    await at.toDay('2026-06-30');
    await at.toDay('2026-07-01');
    expect(await billsOf(accountId)).toMatchObject([
      { periodStart: '2026-05-01', periodEnd: '2026-06-30', issuedOn: '2026-06-30', total: 13015 },
    ]);
    expect(await LedgerEntryModel.balanceOf(accountId)).toBe(13015);
  });

  it('waits for a reader as long as the policy says, and is then estimated', async () => {
    const { accountId } = await home();
    const at = await district('2026-10-30');
    for (const day of ['2026-10-31', '2026-12-27', '2026-12-31']) await at.toDay(day);
    expect((await billsOf(accountId)).map(({ periodEnd }) => periodEnd)).toEqual([
      '2026-06-30',
      '2026-08-29',
      '2026-10-28',
    ]);
    await at.toDay('2027-01-01');
    expect((await billsOf(accountId)).at(-1)).toMatchObject({
      periodEnd: '2026-12-27',
      estimated: true,
      issuedOn: '2027-01-01',
    });
  });

  it('is one for each period, in their order, after the clock jumped over many', async () => {
    const customers = [await home(), await home(), await home()];
    const at = await district('2026-05-02');
    await at.toDay('2026-11-23');
    for (const { accountId } of customers) {
      expect((await billsOf(accountId)).map(({ periodEnd }) => periodEnd)).toEqual([
        '2026-06-30',
        '2026-08-29',
        '2026-10-28',
      ]);
      expect(await LedgerEntryModel.balanceOf(accountId)).toBe(3 * 13015);
    }
    expect(at.issued).toHaveLength(9);
    expect(at.issued).toEqual([...at.issued].sort());
  });

  it('makes up for what others left open only with the first period that ends in our time', async () => {
    const { accountId } = await home();
    const at = await district('2026-08-01');
    await at.toDay('2026-08-28');
    expect(await billsOf(accountId)).toEqual([]);
    await at.toDay('2026-08-29');
    expect((await billsOf(accountId)).map(({ periodEnd }) => periodEnd)).toEqual([
      '2026-06-30',
      '2026-08-29',
    ]);
  });

  it('comes to customers who moved in later, and ends with the day on which they moved out', async () => {
    const at = await district('2026-05-02');
    const { accountId, meterId } = await moveIn('2026-06-10', [
      ['2026-06-10', 0],
      ['2026-08-09', 16],
    ]);
    await at.toDay('2026-07-01');
    await at.toDay('2026-08-10');
    await readMeter(meterId, ['2026-09-01', 20]);
    await close(accountId, '2026-09-01');
    await at.days.watch(accountId);
    await at.toDay('2026-09-11');
    expect(await billsOf(accountId)).toHaveLength(1);
    await at.toDay('2026-09-12');
    await at.toDay('2027-03-01');
    expect(await billsOf(accountId)).toMatchObject([
      { periodStart: '2026-06-10', periodEnd: '2026-08-09' },
      { periodStart: '2026-08-09', periodEnd: '2026-09-01', prorated: true },
    ]);
  });

  it('that cannot be made from the meter becomes a case, and holds up nobody else', async () => {
    const odd = await moveIn('2026-05-01', [
      ['2026-05-01', 100],
      ['2026-06-30', 90],
    ]);
    const { accountId } = await home();
    const at = await district('2026-05-02');
    await at.toDay('2026-06-30');
    await at.toDay('2026-07-05');
    expect(await billsOf(odd.accountId)).toEqual([]);
    expect(await billsOf(accountId)).toHaveLength(1);
    expect(at.cases).toMatchObject([
      {
        accountId: odd.accountId,
        category: 'meter_stopped',
        description: expect.stringMatching(/negativeUse/),
      },
      { accountId: odd.accountId },
    ]);
  });
});

describe('a bill that is not paid', () => {
  it('is spoken of before the late fee, which comes after the days of grace, once', async () => {
    const { accountId } = await home();
    const at = await district('2026-06-29');
    await at.toDay('2026-06-30'); // due July 21
    await at.toDay('2026-07-26');
    expect(at.sent).toEqual([]);
    await at.toDay('2026-07-27');
    expect(at.sent).toMatchObject([
      {
        template: 'billPastDue',
        topic: 'billing',
        values: { amount: '13015', dueOn: '2026-07-21', fee: '500', payBy: '2026-07-28' },
      },
    ]);
    await at.toDay('2026-07-28');
    expect(await feesOf(accountId)).toEqual([]);
    await at.toDay('2026-07-29');
    await at.toDay('2026-08-14');
    await at.toDay('2026-08-15');
    expect(await feesOf(accountId)).toMatchObject([{ amount: 500, postedOn: '2026-07-29' }]);
    expect(at.sent).toMatchObject([{}, { values: { amount: '13515', fee: '' } }]);
    await at.toDay('2026-08-28');
    expect(await LedgerEntryModel.balanceOf(accountId)).toBe(13515);
    expect(at.sent).toHaveLength(2);
  });

  it('has its fee also where the clock jumps past the next bill', async () => {
    const { accountId } = await home();
    const at = await district('2026-06-29');
    await at.toDay('2026-06-30');
    await at.toDay('2026-09-20');
    expect(await feesOf(accountId)).toHaveLength(1);
    expect(await billsOf(accountId)).toHaveLength(2);
  });

  it('has neither a notice nor a fee where it was paid in time', async () => {
    const { accountId } = await home();
    const at = await district('2026-06-29');
    await at.toDay('2026-06-30');
    await post(accountId, -13015, '2026-07-20');
    await at.toDay('2026-08-20');
    expect(await feesOf(accountId)).toEqual([]);
    expect(at.sent).toEqual([]);
  });

  it('has neither while it is held, and the days of grace once more after it', async () => {
    const { accountId } = await home();
    const at = await district('2026-06-29');
    await at.toDay('2026-06-30');
    at.billing.held.fees = true;
    for (const day of ['2026-07-27', '2026-07-29', '2026-08-05']) await at.toDay(day);
    expect(at.sent).toEqual([]);
    at.billing.held.fees = false;
    await at.toDay('2026-08-06');
    expect(await feesOf(accountId)).toMatchObject([{ postedOn: '2026-08-06' }]);
  });

  it('of the time before our first day has no fee and no notice of ours', async () => {
    const { accountId } = await home();
    const bill = { accountId, periodEnd: '2026-06-30' };
    const before = await district('2026-06-30');
    await before.billing.run.issue({ requestId: 'elsewhere', ...bill });
    const at = await district('2026-08-20');
    await at.toDay('2026-08-21');
    expect(await feesOf(accountId)).toEqual([]);
    expect(at.sent).toEqual([]);
    expect(await LedgerEntryModel.balanceOf(accountId)).toBe(13015);
  });

  it('is spoken of in the morning where its time came at night', async () => {
    await home();
    const at = await district('2026-06-29');
    await at.toDay('2026-06-30');
    await at.to('2026-07-28T06:30:00Z'); // 23:30 of July 27
    expect(at.sent).toEqual([]);
    await at.to('2026-07-28T15:00:00Z'); // 8:00
    expect(at.sent).toHaveLength(1);
  });
});

describe('customers without paper', () => {
  it('hear that their bill is there, and when it is drawn', async () => {
    const { accountId } = await home();
    await CustomerAccountModel.enrol(accountId, { paperless: true, autopay: true });
    const at = await district('2026-06-29');
    await at.toDay('2026-06-30');
    await at.toDay('2026-07-02');
    expect(at.sent).toMatchObject([
      { template: 'billReady', values: { amount: '13015', dueOn: '2026-07-21', drawnOn: '2026-07-20' } },
    ]);
  });
});

describe('the credit of a closed account', () => {
  /** Closed on June 30 with its last bill, and $30 too much paid. */
  async function closed() {
    const customer = await home();
    const at = await district('2026-06-29');
    await close(customer.accountId, '2026-06-30');
    await at.toDay('2026-06-30');
    await at.billing.run.issueFinal({
      requestId: `final ${customer.accountId}`,
      accountId: customer.accountId,
      lastDay: '2026-06-30',
    });
    await at.days.watch(customer.accountId);
    await post(customer.accountId, -16015, '2026-07-02');
    return { ...customer, at };
  }
  const refundsOf = (accountId: string) => LedgerEntryModel.find({ accountId, kind: 'refund' }).lean();

  it('goes back after the policy’s days, once', async () => {
    const { accountId, at } = await closed();
    await at.toDay('2026-07-27');
    expect(await refundsOf(accountId)).toEqual([]);
    await at.toDay('2026-07-28');
    await at.toDay('2026-12-01');
    expect(await refundsOf(accountId)).toMatchObject([{ amount: 3000, postedOn: '2026-07-28' }]);
    expect(await LedgerEntryModel.balanceOf(accountId)).toBe(0);
  });

  it('waits where a contact was changed lately', async () => {
    const { accountId, at } = await closed();
    at.billing.held.refundsUntil = '2026-08-03';
    await at.toDay('2026-07-28');
    at.billing.held.refundsUntil = null;
    await at.toDay('2026-08-02');
    expect(await refundsOf(accountId)).toEqual([]);
    await at.toDay('2026-08-03');
    expect(await refundsOf(accountId)).toHaveLength(1);
  });
});

describe('whatever dies or comes twice', () => {
  it.each<[string, (deps: BillingDaysDeps, die: () => never) => Partial<BillingDaysDeps>]>([
    [
      'before the account’s days are kept',
      ({ days }, die) => ({ days: { ...days, keep: async () => die() } }),
    ],
    [
      'between a bill and its charge',
      (_, die) => ({
        billRun: openBilling('2026-06-30', {
          run: { ledger: { isPosted: async () => false, post: async () => die() } },
        }).run,
      }),
    ],
    [
      'between a notice and what is kept of it',
      ({ notices }, die) => ({
        notices: { send: async (notice) => (await notices.send(notice)) && die() },
      }),
    ],
    ['after the next day is scheduled', ({ days }, die) => ({ days: { ...days, due: async () => die() } })],
    [
      'after new accounts have their run, before they are taken in',
      ({ days }, die) => ({ days: { ...days, add: async () => die() } }),
    ],
  ])('has one bill, one fee and one notice where the process dies %s', async (_, change) => {
    const customers = [await home(), await home()];
    const at = await district('2026-06-29');
    const dying = await at.process((deps) => ({ ...deps, ...change(deps, at.die) }));
    for (const day of ['2026-06-30', '2026-07-27', '2026-07-29', '2026-08-15']) {
      await at.set(day);
      await dying.runDue();
      await at.toDay(day);
    }
    for (const { accountId } of customers) {
      expect(await billsOf(accountId)).toHaveLength(1);
      expect(await feesOf(accountId)).toHaveLength(1);
      expect(await LedgerEntryModel.balanceOf(accountId)).toBe(13515);
    }
    expect(at.sent.map(({ key }) => key)).toHaveLength(4);
  });

  it('has one of each where four processes run at once, and one chain of days after twenty starts', async () => {
    const customers = await Promise.all(Array.from({ length: 12 }, home));
    const at = await district('2026-06-29');
    const processes = await Promise.all(Array.from({ length: 4 }, () => at.process()));
    await Promise.all(Array.from({ length: 20 }, () => at.days.begin()));
    for (const day of ['2026-06-30', '2026-07-27', '2026-07-29', '2026-09-20']) {
      await at.set(day);
      for (let round = 0; round < 6; round++) await Promise.all(processes.map((one) => one.runDue()));
    }
    for (const { accountId } of customers) {
      expect(await billsOf(accountId)).toHaveLength(2);
      expect(await feesOf(accountId)).toHaveLength(1);
      expect(await LedgerEntryModel.balanceOf(accountId)).toBe(2 * 13015 + 500);
    }
    const waiting = await FollowUpModel.find({ kind: 'billing.run', status: 'waiting' }).lean();
    expect(waiting.map(({ _id }) => _id)).toEqual(['billing.run:2026-09-21']);
  });

  it('has one of each where two looks at the same account overlap', async () => {
    const { accountId } = await home();
    const at = await district('2026-06-29');
    await at.toDay('2026-06-30');
    await at.set('2026-09-20');
    const looks = await Promise.all(Array.from({ length: 20 }, () => at.process()));
    // No claim between them: as where one process was held up for longer than its claim.
    await Promise.all(looks.map((one) => one.runUnclaimed()));
    await at.toDay('2026-09-20');
    expect(await billsOf(accountId)).toHaveLength(2);
    expect(await feesOf(accountId)).toHaveLength(1);
    expect(await LedgerEntryModel.balanceOf(accountId)).toBe(2 * 13015 + 500);
  });
});

describe('a day of many accounts', () => {
  it('is done some at a time, so that what else is due is not held up, and reads no account without a task', async () => {
    const count = 230;
    for (let made = 0; made < count; made++) await home();
    const at = await district('2026-06-29');
    const looks = { accounts: 0, mostInARun: 0 };
    const counting = await at.process((deps) => ({
      ...deps,
      records: {
        ...deps.records,
        accountById: (accountId) => {
          looks.accounts++;
          return deps.records.accountById(accountId);
        },
      },
    }));
    await at.set('2026-06-30');
    for (let round = 0; round < 60; round++) {
      const before = looks.accounts;
      await counting.runDue();
      looks.mostInARun = Math.max(looks.mostInARun, looks.accounts - before);
    }
    expect(
      await BillModel.countDocuments({ periodEnd: '2026-06-30', issuedOn: '2026-06-30' }),
    ).toBeGreaterThanOrEqual(count);
    expect(looks.mostInARun).toBeLessThanOrEqual(100 * 3);
    looks.accounts = 0;
    for (const day of ['2026-07-03', '2026-07-04', '2026-07-05']) {
      await at.set(day);
      await counting.runDue();
    }
    expect(looks.accounts).toBe(0);
  });
});

describe('where a billing system elsewhere holds the records', () => {
  it('nothing is billed here, and what was scheduled before ends', async () => {
    const { accountId } = await home();
    const at = await district('2026-06-29');
    leaveBilling(at.followUps);
    await at.toDay('2026-07-01');
    expect(await billsOf(accountId)).toEqual([]);
    expect(await FollowUpModel.countDocuments({ status: 'waiting' })).toBe(0);
    // Its own billing goes on from the day on which it is the District's again.
    const back = await district('2026-06-29', '2026-07-02');
    await back.toDay('2026-07-03');
    expect(await billsOf(accountId)).toHaveLength(1);
  });
});
