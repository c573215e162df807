import { AuditEntryModel } from '../../models/auditEntry.ts';
import { DistrictClockModel } from '../../models/districtClock.ts';
import { insertMissing } from '../../models/insertMissing.ts';
import { LedgerEntryModel } from '../../models/ledgerEntry.ts';
import { SettingModel } from '../../models/setting.ts';
import { openStore } from '../services/district.ts';

let store: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

const atOnce = <Answer>(times: number, ask: (place: number) => Promise<Answer>) =>
  Promise.all(Array.from({ length: times }, (_, place) => ask(place)));

describe('what many processes decide at once', () => {
  it('a setting is decided by the first, and all get it', async () => {
    const values = await atOnce(20, (place) => SettingModel.once('secretKey', `value ${place}`));
    expect(new Set(values).size).toBe(1);
    expect(await SettingModel.valueOf('secretKey')).toBe(values[0]);
    expect(await SettingModel.valueOf('other')).toBeNull();
  });

  it('the clock begins once, and no move of it is lost', async () => {
    expect(await DistrictClockModel.moveBy(1000)).toBeNull();
    const begun = await atOnce(20, (place) => DistrictClockModel.offsetOrBegin(place * 1_000_000));
    expect(new Set(begun).size).toBe(1);
    await atOnce(100, () => DistrictClockModel.moveBy(60_000));
    expect(await DistrictClockModel.offsetOrBegin(0)).toBe(Number(begun[0]) + 6_000_000);
  });

  it('an action is audited once', async () => {
    const entry = {
      at: new Date(),
      actor: 'customer',
      action: 'a.b',
      accountId: 'one',
      conversationId: null,
    };
    await atOnce(20, () => AuditEntryModel.record({ ...entry, key: 'request 1' }));
    expect(await AuditEntryModel.ofAccount('one', 10)).toHaveLength(1);
  });
});

describe('an account’s balance', () => {
  const entry = (id: string, amount: number, requestId = id) => ({
    _id: id,
    accountId: 'two',
    kind: 'charge' as const,
    amount,
    postedOn: '2026-11-23',
    billId: null,
    requestId,
  });

  it('is the sum of its ledger, and a repeated request adds nothing', async () => {
    expect(await LedgerEntryModel.balanceOf('two')).toBe(0);
    await insertMissing(LedgerEntryModel, [entry('1', 13015), entry('2', -5000)]);
    await insertMissing(LedgerEntryModel, [entry('3', -5000, '2'), entry('2', 1), entry('4', 7)]);
    expect(await LedgerEntryModel.balanceOf('two')).toBe(8022);
  });
});
