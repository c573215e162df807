import { createHttpRecords } from '../../../adapters/records/httpRecords.ts';
import type { Records, RecordsChange } from '../../../services/records.ts';
import { type Behaviour, startFakeBilling } from '../../support/fakeBilling.ts';

const secret = 'a secret of the tests, 32 letters';
let billing: Awaited<ReturnType<typeof startFakeBilling>>;
let machine: Date;
let warned: object[];

beforeEach(async () => {
  billing = await startFakeBilling(secret);
  machine = new Date();
  warned = [];
});
afterEach(() => billing.close());

const open = (change: Partial<Parameters<typeof createHttpRecords>[0]> = {}): Records =>
  createHttpRecords({
    url: billing.url,
    secret,
    timeoutMs: billing.behaviour.mode === 'hang' ? 300 : 10_000,
    log: { warn: (details) => warned.push(details) },
    machineNow: () => machine,
    ...change,
  });
const payment: RecordsChange = {
  requestId: 'c1:m1:payment:A-1:1',
  accountId: 'A-1',
  kind: 'payment',
  amount: 500,
  postedOn: '2026-11-23',
  tender: 'card',
  processorId: null,
};

describe('records of a billing system elsewhere', () => {
  it('are read as our own are', async () => {
    const records = open();
    expect(await records.matchAccount({ accountNumber: '10023414', zip: '94538-1234' })).toEqual(
      billing.kept.account,
    );
    expect(await records.accountById('A-1')).toEqual(billing.kept.account);
    expect(await records.contacts('A-1')).toEqual(billing.kept.contacts);
    expect(await records.serviceLocation('P-1')).toMatchObject({ address: '12 Alder Creek Road' });
    expect(await records.openBill('A-1')).toEqual(billing.kept.bill);
    expect(await records.samePeriodLastYear(billing.kept.bill as never)).toBeNull();
    expect(await records.balance('A-1')).toBe(13015);
    const query = { by: 'accountNumber' as const, value: '10023414', limit: 20, cursor: null };
    expect((await records.findCustomers(query)).matches).toMatchObject([{ accountId: 'A-1' }]);
    expect(await records.submit(payment)).toEqual({ ok: true, reference: 'R-1' });
  });

  it('answer null for what is not there, at the same cost for a wrong number and a wrong ZIP', async () => {
    const records = open();
    expect(await records.matchAccount({ accountNumber: '10000009', zip: '94538' })).toBeNull();
    expect(await records.matchAccount({ accountNumber: '10023414', zip: '94555' })).toBeNull();
    expect(await records.accountById('nobody')).toBeNull();
    expect(await records.contacts('nobody')).toBeNull();
    expect(await records.serviceLocation('nowhere')).toBeNull();
    expect(await records.openBill('nobody')).toBeNull();
    expect(billing.calls).toHaveLength(6);
  });

  it('carry the time up to which they are posted', async () => {
    billing.behaviour.asOf = '2026-11-22T18:00:00-08:00';
    expect(await open().accountById('A-1')).toMatchObject({ asOf: '2026-11-22T18:00:00-08:00' });
  });

  it('have no account number, ZIP or name in an address', async () => {
    const records = open();
    await records.matchAccount({ accountNumber: '10023414', zip: '94538' });
    await records.findCustomers({ by: 'name', value: 'okafor', limit: 20, cursor: null });
    expect(billing.calls.join(' ')).not.toMatch(/10023414|94538|okafor/);
  });

  it.each([
    ['down', 'records.unavailable'],
    ['hang', 'records.unavailable'],
    ['error', 'records.unavailable'],
    ['redirect', 'records.unavailable'],
    ['html', 'records.badAnswer'],
    ['huge', 'records.badAnswer'],
    ['garbage', 'records.badAnswer'],
  ] satisfies [Behaviour['mode'], string][])('throw a coded error while it is %s', async (mode, code) => {
    billing.behaviour.mode = mode;
    const records = open();
    await expect(records.accountById('A-1')).rejects.toMatchObject({ code });
    await expect(records.submit(payment)).rejects.toMatchObject({ code });
    expect(billing.done).toHaveLength(['html', 'huge', 'garbage'].includes(mode) ? 1 : 0);
    expect(JSON.stringify(warned)).not.toMatch(/10023414|okafor|5550101|a secret/i);
  });

  it('refuse a signature under another secret', async () => {
    const records = open({ secret: 'another secret, of 32 letters too' });
    await expect(records.accountById('A-1')).rejects.toMatchObject({ code: 'records.unavailable' });
  });

  it('are asked once more where a read reached nobody, and a write is not', async () => {
    billing.behaviour.mode = 'down';
    const records = open();
    await records.accountById('A-1').catch(() => null);
    expect(billing.calls).toHaveLength(2);
    await records.submit(payment).catch(() => null);
    expect(billing.calls).toHaveLength(3);
  });

  it('are not asked at all while it is known to be down, and again after a while', async () => {
    billing.behaviour.mode = 'down';
    const records = open({ breaker: { failures: 4, openMs: 10_000 } });
    for (let time = 0; time < 5; time++) await records.balance('A-1').catch(() => null);
    expect(billing.calls).toHaveLength(4);
    billing.behaviour.mode = 'well';
    await expect(records.balance('A-1')).rejects.toMatchObject({ code: 'records.unavailable' });
    machine = new Date(machine.getTime() + 10_001);
    expect(await records.balance('A-1')).toBe(13015);
    expect(await records.balance('A-1')).toBe(13015);
    expect(billing.calls).toHaveLength(6);
  });

  it('let one call through to see, of many at once', async () => {
    billing.behaviour.mode = 'down';
    const records = open({ breaker: { failures: 2, openMs: 10_000 }, timeoutMs: 500 });
    await records.balance('A-1').catch(() => null);
    machine = new Date(machine.getTime() + 10_001);
    billing.behaviour.mode = 'hang';
    const before = billing.calls.length;
    await Promise.allSettled(Array.from({ length: 20 }, () => records.submit(payment)));
    expect(billing.calls.length - before).toBe(1);
  });

  it('make a change once, however often it is submitted, and whatever a client put into its id', async () => {
    const records = open();
    const odd = { ...payment, requestId: 'c1:señal ☂\n:payment' };
    for (let time = 0; time < 3; time++) {
      expect(await records.submit(payment)).toEqual({ ok: true, reference: 'R-1' });
      expect(await records.submit(odd)).toEqual({ ok: true, reference: 'R-2' });
    }
    expect(billing.done).toHaveLength(2);
    await expect(records.submit({ ...payment, amount: 600 })).rejects.toMatchObject({
      code: 'records.badAnswer',
    });
    expect(billing.done).toHaveLength(2);
  });
});
