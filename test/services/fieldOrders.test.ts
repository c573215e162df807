import { createHmac } from 'node:crypto';
import { pino } from 'pino';
import restify from 'restify';
import { mountWorkResults } from '../../adapters/work/workResults.ts';
import { createWorkWebhook } from '../../adapters/work/workWebhook.ts';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { FieldOrderModel } from '../../models/fieldOrder.ts';
import { FollowUpModel } from '../../models/followUp.ts';
import { ReadingModel } from '../../models/reading.ts';
import { fieldOrderStores } from '../../services/fieldOrders/districtStores.ts';
import { createFieldOrders, type FieldRequest } from '../../services/fieldOrders.ts';
import { createFollowUps } from '../../services/followUps.ts';
import { seedSampleDistrict } from '../../services/sampleDistrict.ts';
import { sampleId } from '../../services/sampleHistory.ts';
import {
  isBroken,
  isDown,
  isSlow,
  redirects,
  sayResult,
  startWorkServer,
  takes,
} from '../adapters/work/workServer.ts';
import { openDistrict, openStore } from './district.ts';

const secret = 'a secret of the tests';
const log = pino({ level: 'silent' });
const monday = '2026-11-23T20:00:00Z';
let store: Awaited<ReturnType<typeof openStore>>;
let district: Awaited<ReturnType<typeof openDistrict>>;
let work: Awaited<ReturnType<typeof startWorkServer>>;
let results: restify.Server;
let url: string;
let followUps: ReturnType<typeof createFollowUps>;
let fieldOrders: ReturnType<typeof createFieldOrders>;
let count = 0;

beforeAll(async () => {
  store = await openStore();
  district = await openDistrict(monday);
  const { policy, clock, records } = district;
  await seedSampleDistrict({ districtDir: 'district', policy, clock, neighbours: 0 });
  work = await startWorkServer();
  followUps = createFollowUps({ store: FollowUpModel, clock, policy, log });
  fieldOrders = createFieldOrders({
    ...fieldOrderStores,
    serviceLocation: records.serviceLocation,
    followUps,
    audit: AuditEntryModel,
    clock,
    policy,
    send: createWorkWebhook({ config: { url: work.url, secret }, policy, log, timeout: 300 }),
  });
  results = restify.createServer();
  mountWorkResults(results, { config: { secret }, fieldOrders, log });
  await new Promise<void>((resolve) => results.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${results.address().port}/work/results`;
});
afterAll(async () => {
  results?.close();
  results?.server.closeAllConnections();
  await work?.stop();
  await store?.close();
});
beforeEach(async () => {
  district.clock.set(monday);
  work.behave(takes);
  work.received.length = 0;
  work.kept.clear();
  await Promise.all([
    FieldOrderModel.deleteMany({}),
    FollowUpModel.deleteMany({}),
    AuditEntryModel.deleteMany({}),
  ]);
});

const premise = sampleId('premise', '12 Alder Creek Rd');
const asked = (change: Partial<FieldRequest> = {}): FieldRequest => ({
  requestId: `field-${++count}`,
  type: 'READ_OUT',
  serviceLocationId: premise,
  accountId: 'a1',
  priority: 'normal',
  scheduledOn: '2026-11-25',
  window: 'morning',
  accessNotes: 'Gate code at the desk',
  hazards: ['dog'],
  ...change,
});
async function made(change: Partial<FieldRequest> = {}) {
  const answer = await fieldOrders.create(asked(change));
  if (!answer.ok) throw new Error(answer.reason);
  return answer.order.orderNumber;
}
async function days(howMany: number) {
  for (let hour = 0; hour < howMany * 24; hour++) {
    district.clock.pass(60);
    await followUps.runDue();
  }
}
const report = (body: object | string, headers?: Record<string, string>) =>
  sayResult({ url, secret }, body, headers);
const readingOf = (orderNumber: string) => ReadingModel.find({ _id: `fieldOrder ${orderNumber}` }).lean();

describe('work for a crew', () => {
  it('reaches the work-management system signed, with all that the crew needs', async () => {
    const orderNumber = await made();
    await followUps.runDue();
    const [one] = work.received;
    expect(one?.body).toMatchObject({
      id: `${orderNumber}:1`,
      action: 'create',
      type: 'READ_OUT',
      premise: { address: '12 Alder Creek Rd', zip: '94538' },
      meter: { size: '5/8' },
      scheduledOn: '2026-11-25',
      window: { name: 'morning', from: '08:00', to: '12:00' },
      accessNotes: 'Gate code at the desk',
      hazards: ['dog'],
    });
    const { 'webhook-id': id, 'webhook-timestamp': timestamp } = one?.headers ?? {};
    const wanted = createHmac('sha256', secret).update(`${id}.${timestamp}.${one?.text}`).digest('base64');
    expect(one?.headers['webhook-signature']).toBe(`v1,${wanted}`);
    expect(id).toBe(`${orderNumber}:1`);
    expect(JSON.stringify(one?.body)).not.toContain('Okafor');
    expect(await fieldOrders.byNumber(orderNumber)).toMatchObject({ status: 'dispatched', sent: 1 });
  });

  it('is one order however often it is asked for, and another under the same request is for a person', async () => {
    const same = asked();
    const answers = await Promise.all(Array.from({ length: 20 }, () => fieldOrders.create(same)));
    const numbers = new Set(answers.map((answer) => answer.ok && answer.order.orderNumber));
    expect([numbers.size, await FieldOrderModel.countDocuments({})]).toEqual([1, 1]);
    await followUps.runDue();
    expect(work.received).toHaveLength(1);
    await expect(fieldOrders.create({ ...same, window: 'afternoon' })).rejects.toMatchObject({
      code: 'action.conflict',
    });
  });

  it('is sent again while the system is down, slow or broken, and arrives once', async () => {
    const orderNumber = await made();
    for (const behaviour of [isDown, isBroken, redirects, isSlow]) {
      work.behave(behaviour);
      await followUps.runDue();
      district.clock.pass(60);
    }
    expect(await fieldOrders.byNumber(orderNumber)).toMatchObject({ status: 'open', sent: 0 });
    work.behave(takes);
    await days(1);
    expect(await fieldOrders.byNumber(orderNumber)).toMatchObject({
      status: 'dispatched',
      needsAttention: null,
    });
    expect(work.received.length).toBeGreaterThan(3);
    expect([...work.kept.keys()]).toEqual([`${orderNumber}:1`]);
  });

  it('is told to a person after the last try, once, and nothing is lost of it', async () => {
    const orderNumber = await made();
    work.behave(isBroken);
    await days(2);
    expect(work.received).toHaveLength(district.policy.field.webhookTries);
    expect(await fieldOrders.needingAttention()).toMatchObject([{ orderNumber, needsAttention: 'notSent' }]);
    expect(await AuditEntryModel.countDocuments({ action: 'fieldOrder.notSent' })).toBe(1);
  });

  it('is sent as it is now where it was moved or taken back, and no old version follows', async () => {
    const orderNumber = await made();
    work.behave(isBroken);
    await followUps.runDue();
    const move = { requestId: 'm1', orderNumber, scheduledOn: '2026-11-30', window: 'afternoon' as const };
    expect(await fieldOrders.move(move)).toMatchObject({
      ok: true,
      order: { scheduledOn: '2026-11-30', version: 2 },
    });
    expect(await fieldOrders.move(move)).toMatchObject({ ok: true, order: { version: 2 } });
    work.behave(takes);
    await days(1);
    expect([...work.kept.keys()]).toEqual([`${orderNumber}:2`]);
    expect(await fieldOrders.cancel({ requestId: 'c1', orderNumber, why: 'moved away' })).toMatchObject({
      ok: true,
    });
    await followUps.runDue();
    expect(work.received.at(-1)?.body).toMatchObject({ action: 'cancel', version: 3 });
    expect(await fieldOrders.move({ ...move, requestId: 'm2' })).toEqual({
      ok: false,
      reason: 'alreadyEnded',
    });
  });

  it.each<[string, Partial<FieldRequest>]>([
    ['badType', { type: 'NONSENSE' as never }],
    ['unknownPremise', { serviceLocationId: 'nowhere' }],
    ['noPlace', { serviceLocationId: null, place: ' ' }],
    ['badDay', { scheduledOn: '2026-02-30' }],
    ['badWindow', { window: 'night' as never }],
    ['badHazards', { hazards: [''] }],
    ['textTooLong', { accessNotes: 'x'.repeat(1001) }],
  ])('is refused with %s, and nothing is kept', async (reason, change) => {
    expect(await fieldOrders.create(asked(change))).toEqual({ ok: false, reason });
    expect(await FieldOrderModel.countDocuments({})).toBe(0);
  });
});

describe('what the field says', () => {
  const done = (orderNumber: string, change: object = {}) => ({
    eventId: `e-${++count}`,
    orderNumber,
    status: 'done',
    technician: 'T7',
    result: { code: 'READ', reading: 4321, notes: 'ok' },
    ...change,
  });

  it('ends the order, and its reading is one that bills are made of', async () => {
    const orderNumber = await made();
    expect(await report(done(orderNumber))).toEqual({ status: 200, body: { status: 'done' } });
    expect(await readingOf(orderNumber)).toMatchObject([
      { meterId: sampleId('meter', '12 Alder Creek Rd'), readOn: '2026-11-23', value: 4321, kind: 'actual' },
    ]);
    expect(await fieldOrders.forAccount('a1')).toMatchObject([
      { status: 'done', result: { code: 'READ', reading: 4321 } },
    ]);
    expect(await fieldOrders.openFor(premise)).toEqual([]);
  });

  it('counts once however often it is said, and a retry after a crash writes what was missing', async () => {
    const orderNumber = await made();
    const event = done(orderNumber);
    const answers = await Promise.all(Array.from({ length: 20 }, () => report(event)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await fieldOrders.byNumber(orderNumber))?.history).toHaveLength(2);
    await Promise.all([
      ReadingModel.deleteOne({ _id: `fieldOrder ${orderNumber}` }),
      AuditEntryModel.deleteMany({}),
    ]);
    expect((await report(event)).status).toBe(200);
    expect(await readingOf(orderNumber)).toHaveLength(1);
    expect(await AuditEntryModel.countDocuments({ action: 'fieldOrder.done' })).toBe(1);
    expect((await report({ ...event, status: 'cannot' })).status).toBe(409);
  });

  it('never turns a status back', async () => {
    const orderNumber = await made();
    const says = (status: string) => report({ eventId: `e-${++count}`, orderNumber, status });
    expect((await says('enRoute')).status).toBe(200);
    expect((await says('dispatched')).status).toBe(409);
    expect((await says('cannot')).status).toBe(200);
    expect((await report(done(orderNumber))).status).toBe(409);
    expect(await fieldOrders.byNumber(orderNumber)).toMatchObject({
      status: 'cannot',
      needsAttention: 'cannot',
    });
    await followUps.runDue(); // sent late: an ended order is not dispatched again
    expect((await fieldOrders.byNumber(orderNumber))?.status).toBe('cannot');
  });

  it('is one of two, where done and cannot are said at once', async () => {
    const orderNumber = await made();
    const said = await Promise.all(
      Array.from({ length: 20 }, (_, at) => report(done(orderNumber, at % 2 ? { status: 'cannot' } : {}))),
    );
    expect(said.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await fieldOrders.byNumber(orderNumber))?.history).toHaveLength(2);
  });

  it.each<[number, string, (orderNumber: string) => object | string, Record<string, string>?]>([
    [401, 'a wrong signature', (no) => done(no), { 'webhook-signature': `v1,${'0'.repeat(44)}` }],
    [401, 'no signature', (no) => done(no), { 'webhook-signature': '' }],
    [401, 'an old signature', (no) => done(no), { 'webhook-timestamp': '1700000000' }],
    [400, 'no JSON', () => '{'],
    [400, 'no such status', (no) => done(no, { status: 'open' })],
    [404, 'no such order', () => done('FO-00000000')],
    [422, 'no reading', (no) => done(no, { result: { code: 'READ' } })],
    [422, 'a minus', (no) => done(no, { result: { code: 'READ', reading: -1 } })],
    [
      422,
      'more digits than the meter has',
      (no) => done(no, { result: { code: 'READ', reading: 1_000_000 } }),
    ],
  ])('is answered %i for %s, and nothing is changed', async (status, _what, body, headers = {}) => {
    const orderNumber = await made();
    const before = await FieldOrderModel.find({}).lean();
    expect((await report(body(orderNumber), headers)).status).toBe(status);
    expect(await FieldOrderModel.find({}).lean()).toEqual(before);
    expect(await readingOf(orderNumber)).toEqual([]);
  });

  it('is refused where it is a page too long', async () => {
    expect((await report('x'.repeat(40_000))).status).toBe(413);
  });
});
