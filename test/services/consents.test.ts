import { AuditEntryModel } from '../../models/auditEntry.ts';
import { ConsentModel } from '../../models/consent.ts';
import { emptied, openCaseWork } from './caseWork.ts';
import { openStore } from './district.ts';

let store: Awaited<ReturnType<typeof openStore>>;
let work: Awaited<ReturnType<typeof openCaseWork>>;
const [phone, mail] = ['+15105550101', 'ana@example.com'];

beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptied();
  work = await openCaseWork('2026-11-23T20:00:00Z');
});

const notice = (key: string) =>
  work.notices.send({ key, to: { accountId: 'a1' }, topic: 'cases', template: 'caseFixed', values: {} });

describe('an address that wants no more', () => {
  it('gets nothing about the topic, however it is written, until it is welcome again', async () => {
    expect(await work.consents.allows(phone, 'cases')).toBe(true);
    const stop = { requestId: 'r1', address: '(510) 555-0101', topic: 'cases' as const, source: 'customer' };
    await Promise.all(Array.from({ length: 20 }, () => work.consents.optOut(stop)));
    expect(await work.consents.allows(phone, 'cases')).toBe(false);
    expect(await work.consents.allows(phone, 'outages')).toBe(true);
    expect(await ConsentModel.countDocuments({})).toBe(1);
    expect(await AuditEntryModel.countDocuments({ action: 'consent.withdrawn' })).toBe(1);
    work.clock.pass(1);
    await work.consents.optIn({ ...stop, requestId: 'r2' });
    expect(await work.consents.allows(phone, 'cases')).toBe(true);
    work.clock.pass(1);
    await work.consents.optOut(stop); // the first request once more, late
    expect(await work.consents.allows(phone, 'cases')).toBe(true);
  });

  it('gets nothing about anything after it said so of all, and mail takes the place of texts', async () => {
    expect(await notice('n1')).toBe('queued');
    await work.consents.optOut({ requestId: 'r1', address: phone, topic: 'all', source: 'carrier' });
    expect(await notice('n2')).toBe('queued');
    await work.consents.optOut({
      requestId: 'r2',
      address: mail.toUpperCase(),
      topic: 'all',
      source: 'customer',
    });
    expect(await notice('n3')).toBe('optedOut');
    expect(work.sent().map(({ to }) => to)).toEqual([phone, mail]);
    const nobody = {
      key: 'n4',
      to: { accountId: 'nobody' },
      topic: 'cases' as const,
      template: 'x',
      values: {},
    };
    expect(await work.notices.send(nobody)).toBe('noContact');
  });

  it('is kept as a hash that nobody can read a number from', async () => {
    await work.consents.optOut({ requestId: 'r1', address: phone, topic: 'all', source: 'carrier' });
    const kept = JSON.stringify([await ConsentModel.find().lean(), await AuditEntryModel.find().lean()]);
    expect(kept).not.toMatch(/5550101/);
  });

  it.each([
    ['badAddress', { address: ' ' }],
    ['noSuchTopic', { topic: 'weather' }],
  ])('is refused with %s', async (reason, change) => {
    const asked = { requestId: 'r1', address: phone, topic: 'all', source: 'customer', ...change };
    expect(await work.consents.optOut(asked as Parameters<typeof work.consents.optOut>[0])).toEqual({
      ok: false,
      reason,
    });
    expect(await ConsentModel.countDocuments({})).toBe(0);
  });
});
