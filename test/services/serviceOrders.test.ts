import { AuditEntryModel } from '../../models/auditEntry.ts';
import { ServiceOrderModel } from '../../models/serviceOrder.ts';
import { seedSampleDistrict } from '../../services/sampleDistrict.ts';
import { sampleId } from '../../services/sampleHistory.ts';
import { openDistrict, openStore } from './district.ts';

let store: Awaited<ReturnType<typeof openStore>>;
let district: Awaited<ReturnType<typeof openDistrict>>;
let count = 0;

const mondayNoon = '2026-11-23T20:00:00Z';
const request = (change: object = {}) => ({
  requestId: `stop-${++count}`,
  accountId: sampleId('account', '10155380'),
  lastDay: '2026-12-03',
  forwardingAddress: '9 Elm St, Reno NV 89501',
  accessNotes: 'The dog is friendly',
  conversationId: 'c1',
  ...change,
});

beforeAll(async () => {
  store = await openStore();
  district = await openDistrict(mondayNoon);
  await seedSampleDistrict({
    districtDir: 'district',
    policy: district.policy,
    clock: district.clock,
    neighbours: 120,
  });
});
afterAll(() => store?.close());
beforeEach(async () => {
  district.clock.set(mondayNoon);
  await Promise.all([ServiceOrderModel.deleteMany({}), AuditEntryModel.deleteMany({})]);
});

describe('the first day on which service can be stopped', () => {
  it.each([
    ['Monday at noon', '2026-11-23T20:00:00Z', '2026-11-24'],
    ['Monday one minute before five', '2026-11-24T00:59:00Z', '2026-11-24'],
    ['Monday at five', '2026-11-24T01:00:00Z', '2026-11-25'],
    ['Wednesday before Thanksgiving', '2026-11-25T20:00:00Z', '2026-11-30'],
    ['Thanksgiving itself', '2026-11-26T20:00:00Z', '2026-12-01'],
    ['Friday evening', '2026-12-05T03:00:00Z', '2026-12-08'],
    ['Saturday', '2026-12-05T20:00:00Z', '2026-12-08'],
  ])('asked on %s', (_when, now, earliest) => {
    district.clock.set(now);
    expect(district.serviceOrders.earliestStop()).toBe(earliest);
  });

  it.each([
    ['tooSoon', '2026-11-23', '2026-11-24'],
    ['past', '2026-11-20', '2026-11-24'],
    ['notBusinessDay', '2026-12-05', '2026-12-07'],
    ['notBusinessDay', '2026-11-26', '2026-11-30'],
    ['tooFar', '2027-12-03', '2026-11-24'],
    ['notADay', '2026-02-30', '2026-11-24'],
    ['notADay', 'soon', '2026-11-24'],
  ])('is told with the reason %s for %s', (reason, day, earliest) => {
    expect(district.serviceOrders.checkStopDate(day)).toEqual({ ok: false, reason, earliest });
  });

  it('is any working day from then on', () => {
    for (const day of ['2026-11-24', '2026-12-03', '2027-02-19'])
      expect(district.serviceOrders.checkStopDate(day)).toEqual({ ok: true });
  });
});

describe('a customer who stops service', () => {
  it('gets a confirmation number, and the order says all that the field needs', async () => {
    const answer = await district.serviceOrders.stop(request());
    expect(answer).toMatchObject({
      ok: true,
      order: {
        orderNumber: expect.stringMatching(/^SO-[0-9A-HJKMNP-TV-Z]{8}$/),
        kind: 'stop',
        effectiveOn: '2026-12-03',
        forwardingAddress: '9 Elm St, Reno NV 89501',
        accessNotes: 'The dog is friendly',
        status: 'open',
      },
    });
    expect(await ServiceOrderModel.findOne({}).lean()).toMatchObject({
      serviceLocationId: sampleId('premise', '31 Paseo Padre Ct'),
    });
    expect(await AuditEntryModel.find({ action: 'serviceOrder.booked' }).lean()).toMatchObject([
      { action: 'serviceOrder.booked', accountId: sampleId('account', '10155380'), actor: 'customer' },
    ]);
  });

  it('has one order after the same request came 100 times at once', async () => {
    const same = request();
    const answers = await Promise.all(Array.from({ length: 100 }, () => district.serviceOrders.stop(same)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.ok).toBe(true);
    expect(await ServiceOrderModel.countDocuments({})).toBe(1);
    expect(await AuditEntryModel.countDocuments({ action: 'serviceOrder.booked' })).toBe(1);
  });

  it('has one order after 20 different requests came at once, and every other one hears its number', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => district.serviceOrders.stop(request())),
    );
    const booked = answers.filter((answer) => answer.ok);
    expect(booked).toHaveLength(1);
    const orderNumber = booked[0]?.ok ? booked[0].order.orderNumber : '';
    for (const answer of answers.filter(({ ok }) => !ok))
      expect(answer).toMatchObject({ reason: 'alreadyOpen', orderNumber, effectiveOn: '2026-12-03' });
  });

  it('gets the same order again after the day has passed', async () => {
    const same = request();
    const first = await district.serviceOrders.stop(same);
    district.clock.set('2026-12-10T20:00:00Z');
    expect(await district.serviceOrders.stop(same)).toEqual(first);
  });

  it('is not booked twice by a turn that died before it wrote the audit entry', async () => {
    const same = request();
    const first = await district.serviceOrders.stop(same);
    await AuditEntryModel.deleteMany({});
    expect(await district.serviceOrders.stop(same)).toEqual(first);
    expect(await AuditEntryModel.countDocuments({ action: 'serviceOrder.booked' })).toBe(1);
  });

  it('meets a person where the same request asks for another day', async () => {
    const same = request();
    await district.serviceOrders.stop(same);
    await expect(district.serviceOrders.stop({ ...same, lastDay: '2026-12-04' })).rejects.toThrow(
      expect.objectContaining({ code: 'action.conflict' }),
    );
    expect(await ServiceOrderModel.countDocuments({})).toBe(1);
  });

  it('may stop again once the order was done', async () => {
    await district.serviceOrders.stop(request());
    await ServiceOrderModel.updateOne({}, { $set: { status: 'done' } });
    expect((await district.serviceOrders.stop(request())).ok).toBe(true);
  });

  it.each([
    ['noAccount', { accountId: 'nobody' }],
    ['accountClosed', { accountId: sampleId('account', '10366201') }],
    ['badAddress', { forwardingAddress: '   ' }],
    ['badAddress', { forwardingAddress: 'x'.repeat(301) }],
    ['notesTooLong', { accessNotes: 'x'.repeat(1001) }],
    ['tooSoon', { lastDay: '2026-11-23' }],
    ['notADay', { lastDay: '' }],
  ])('hears the reason %s, and nothing is booked', async (reason, change) => {
    expect(await district.serviceOrders.stop(request(change))).toMatchObject({ ok: false, reason });
    expect(await ServiceOrderModel.countDocuments({})).toBe(0);
  });
});
