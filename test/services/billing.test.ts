import { BillModel } from '../../models/bill.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { LedgerEntryModel } from '../../models/ledgerEntry.ts';
import { MeterModel } from '../../models/meter.ts';
import { ReadingModel } from '../../models/reading.ts';
import { SettingModel } from '../../models/setting.ts';
import { VerificationPinModel } from '../../models/verificationPin.ts';
import { addDays } from '../../services/calendar.ts';
import { loadSampleData } from '../../services/sampleData.ts';
import { seedSampleDistrict } from '../../services/sampleDistrict.ts';
import { sampleId } from '../../services/sampleHistory.ts';
import { openDistrict, openStore } from './district.ts';

const today = '2026-11-23';
const { accounts } = await loadSampleData('district');
let store: Awaited<ReturnType<typeof openStore>>;
let district: Awaited<ReturnType<typeof openDistrict>>;
let seedMs = 0;

const models = [
  BillModel,
  CustomerAccountModel,
  LedgerEntryModel,
  MeterModel,
  ReadingModel,
  VerificationPinModel,
];
const counts = () =>
  Promise.all(models.map((model) => (model.countDocuments as () => Promise<number>).call(model)));
const seed = () =>
  seedSampleDistrict({ districtDir: 'district', policy: district.policy, clock: district.clock });
const dueOf = async (accountNumber: string) => {
  const answer = await district.billing.amountDue(sampleId('account', accountNumber));
  if (!answer.ok) throw new Error(answer.reason);
  return answer;
};

beforeAll(async () => {
  store = await openStore();
  district = await openDistrict(`${today}T20:00:00Z`);
  const begun = performance.now();
  await Promise.all([seed(), seed()]); // two processes that start at once
  seedMs = performance.now() - begun;
});
afterAll(() => store?.close());

describe('the sample District', () => {
  it('is there after two processes have put it in at once, each account once', async () => {
    const [bills, inAll, , meters] = await counts();
    expect(inAll).toBe(310);
    expect(bills).toBe(10 * 7 + 300 * 2);
    expect(meters).toBe(314);
    expect(seedMs).toBeLessThan(10_000);
  });

  it('stays as it is when seeded again, the next day or after a start that was cut short', async () => {
    const before = await counts();
    expect(await seed()).toBe(false);
    await SettingModel.deleteOne({ _id: 'sampleDistrict.seeded' });
    await BillModel.deleteOne({ accountId: sampleId('account', '10023414'), issuedOn: '2026-11-11' });
    district.clock.set('2026-11-25T20:00:00Z');
    expect(await seed()).toBe(true);
    district.clock.set(`${today}T20:00:00Z`);
    expect(await counts()).toEqual(before);
    expect((await dueOf('10023414')).bill.issuedOn).toBe('2026-11-11');
  });

  it.each(accounts)('has account $accountNumber with its bill and balance to the cent', async (account) => {
    const due = await dueOf(account.accountNumber);
    expect(due.balance).toBe(account.balance);
    if (account.bill === undefined) return;
    const { units, amount, periodDays, issuedDays, dueDays } = account.bill;
    expect(due.bill).toMatchObject({ units, total: amount, days: periodDays });
    expect(due.bill.issuedOn).toBe(addDays(today, issuedDays));
    expect(due.bill.dueOn).toBe(addDays(today, dueDays));
    expect(due.samePeriodLastYear?.units).toBe(account.samePeriodLastYearUnits);
  });

  it('has readings that make its bills', async () => {
    for (const { accountNumber, serviceAddress } of accounts) {
      const bills = await BillModel.find({ accountId: sampleId('account', accountNumber) }).sort({
        issuedOn: -1,
      });
      const readings = await ReadingModel.latestOf(sampleId('meter', serviceAddress), 8);
      expect(readings).toHaveLength(8);
      for (const [place, bill] of bills.entries()) {
        const [after, before] = [readings[place], readings[place + 1]];
        expect(Number(after?.value) - Number(before?.value)).toBe(bill.units);
        expect([before?.readOn, after?.readOn]).toEqual([bill.periodStart, bill.periodEnd]);
      }
    }
  });

  it('posts nothing in the future', async () => {
    expect(await LedgerEntryModel.countDocuments({ postedOn: { $gt: today } })).toBe(0);
  });
});

describe('a customer who asks what is owed', () => {
  it('hears $130.15, when it is due, and what it is made of', async () => {
    expect(await dueOf('10023414')).toMatchObject({
      status: 'due',
      balance: 13015,
      bill: { total: 13015, dueOn: '2026-12-02', lines: [{ amount: 5661 }, { amount: 7354 }] },
      samePeriodLastYear: { units: 15 },
    });
  });

  it('hears that a bill is overdue from the day after it was due', async () => {
    district.clock.set('2026-12-03T07:59:00Z'); // still December 2 in the District
    expect((await dueOf('10023414')).status).toBe('due');
    district.clock.set('2026-12-03T08:00:00Z');
    expect((await dueOf('10023414')).status).toBe('overdue');
    district.clock.set(`${today}T20:00:00Z`);
  });

  it('hears that autopay has paid, or that there is a credit', async () => {
    expect(await dueOf('10155380')).toMatchObject({ status: 'paid', balance: 0, bill: { total: 9797 } });
    expect(await dueOf('10366201')).toMatchObject({
      status: 'credit',
      balance: -4120,
      accountState: 'closed',
    });
  });

  it('hears when the bank will be asked, if autopay still has to', async () => {
    const accountId = sampleId('account', '10048726');
    await CustomerAccountModel.updateOne({ _id: accountId }, { $set: { autopay: true } });
    expect((await dueOf('10048726')).autopayOn).toBe('2026-12-07');
    await CustomerAccountModel.updateOne({ _id: accountId }, { $set: { autopay: false } });
    expect((await dueOf('10048726')).autopayOn).toBeUndefined();
  });

  it('gets a reason where there is no account or no bill yet', async () => {
    expect(await district.billing.amountDue('nobody')).toEqual({ ok: false, reason: 'noAccount' });
    await CustomerAccountModel.create({
      _id: 'new',
      accountNumber: '10000009',
      zip: '94538',
      state: 'active',
      kind: 'residential',
      occupancy: 'owner',
      serviceLocationId: sampleId('premise', '1290 Stevenson Pl'),
    });
    expect(await district.billing.amountDue('new')).toEqual({ ok: false, reason: 'noBill' });
  });
});
