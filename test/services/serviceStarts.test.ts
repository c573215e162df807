import fc from 'fast-check';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { CustomerModel } from '../../models/customer.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { CustomerAgreementModel } from '../../models/customerAgreement.ts';
import { FieldOrderModel } from '../../models/fieldOrder.ts';
import { FollowUpModel } from '../../models/followUp.ts';
import { LedgerEntryModel } from '../../models/ledgerEntry.ts';
import { PendingChangeModel } from '../../models/pendingChange.ts';
import { ServiceOrderModel } from '../../models/serviceOrder.ts';
import { isAccountNumber } from '../../services/accountNumber.ts';
import { createCalendar, daysBetween } from '../../services/calendar.ts';
import { createChanges } from '../../services/changes.ts';
import { UpstreamError } from '../../services/errors.ts';
import type { ChangeAnswer } from '../../services/records.ts';
import { seedSampleDistrict } from '../../services/sampleDistrict.ts';
import { sampleId } from '../../services/sampleHistory.ts';
import { createOrderDates, instantOf } from '../../services/serviceOrders/dates.ts';
import {
  createServiceOrderService,
  type OrderEffects,
  type StartRequest,
} from '../../services/serviceOrders.ts';
import { openDistrict, openStore } from './district.ts';

const monday = '2026-11-23T20:00:00Z'; // noon
let store: Awaited<ReturnType<typeof openStore>>;
let district: Awaited<ReturnType<typeof openDistrict>>;
let count = 0;

const vacant = sampleId('premise', '400 Dry Creek Ln'); // a 1" meter, never a bill
const left = sampleId('premise', '55 Quarry Lakes Ter'); // a former tenant was here
const taken = sampleId('premise', '12 Alder Creek Rd');
const maria = sampleId('account', '10023414');
const grace = sampleId('account', '10155380');
const applicant = {
  name: 'Ines Alvarez',
  language: 'es',
  phone: '+15105550177',
  email: 'ines@example.com',
};
const lease = { kind: 'lease', reference: 'file-1' };
const asked = (change: Partial<StartRequest> = {}): StartRequest => ({
  requestId: `start-${++count}`,
  conversationId: 'c1',
  serviceLocationId: vacant,
  day: '2026-11-24',
  window: 'morning',
  occupancy: 'tenant',
  applicant,
  proof: lease,
  accessNotes: 'Side gate',
  hazards: ['dog'],
  agreed: 3500 + 10000,
  ...change,
});

let seeded: { customers: object[]; accounts: object[]; agreements: object[] };
beforeAll(async () => {
  store = await openStore();
  district = await openDistrict(monday);
  const { policy, clock } = district;
  await seedSampleDistrict({ districtDir: 'district', policy, clock, neighbours: 0 });
  seeded = {
    customers: await CustomerModel.find().lean(),
    accounts: await CustomerAccountModel.find().lean(),
    agreements: await CustomerAgreementModel.find().lean(),
  };
});
afterAll(() => store?.close());
beforeEach(async () => {
  district.clock.set(monday);
  for (const empty of [
    () => ServiceOrderModel.deleteMany({}),
    () => FieldOrderModel.deleteMany({}),
    () => FollowUpModel.deleteMany({}),
    () => PendingChangeModel.deleteMany({}),
    () => AuditEntryModel.deleteMany({}),
    () => LedgerEntryModel.deleteMany({ accountId: /^account-/ }),
  ])
    await empty();
  // Who is there, and where, is as it was seeded.
  await CustomerModel.deleteMany({});
  await CustomerModel.insertMany(seeded.customers);
  await CustomerAccountModel.deleteMany({});
  await CustomerAccountModel.insertMany(seeded.accounts);
  await CustomerAgreementModel.deleteMany({});
  await CustomerAgreementModel.insertMany(seeded.agreements);
});

const start = (request: StartRequest) => district.serviceOrders.start(request);
async function booked(change: Partial<StartRequest> = {}) {
  const answer = await start(asked(change));
  if (!answer.ok) throw new Error(answer.reason);
  return answer.order;
}
/** Until then, from one thing that is due to the next. */
async function until(instant: string) {
  const { clock, followUps } = district;
  for (;;) {
    const next = await FollowUpModel.findOne({ status: 'waiting' }).sort({ dueAt: 1 }).lean();
    if (next === null || next.dueAt > new Date(instant)) break;
    if (next.dueAt > clock.now()) clock.set(next.dueAt.toISOString());
    if ((await followUps.runDue()) === 0) clock.pass(60);
  }
  if (clock.now() < new Date(instant)) clock.set(instant);
  await followUps.runDue();
}
const made = async (accountId: string) => ({
  account: await CustomerAccountModel.findById(accountId).lean(),
  customers: await CustomerModel.find({ accountIds: accountId }).lean(),
  agreements: await CustomerAgreementModel.find({ accountId }).lean(),
  ledger: (await LedgerEntryModel.find({ accountId }).sort({ label: -1 }).lean()).map(
    ({ label, amount, postedOn }) => ({
      label,
      amount,
      postedOn,
    }),
  ),
});

describe('the days on which service can begin', () => {
  const dates = (now: string) => {
    district.clock.set(now);
    return district.serviceOrders;
  };
  it.each([
    ['Monday at 4:58 pm', '2026-11-24T00:58:00Z', '2026-11-24'],
    ['Monday at 5:02 pm', '2026-11-24T01:02:00Z', '2026-11-25'],
    ['the eve of Thanksgiving', '2026-11-25T20:00:00Z', '2026-11-30'],
    ['Friday evening', '2026-12-05T03:00:00Z', '2026-12-08'],
  ])('asked on %s', (_when, now, earliest) => {
    expect(dates(now).earliestStart()).toBe(earliest);
  });

  it('are today until noon, for a fee, and never on a holiday', () => {
    expect(dates('2026-11-23T19:59:00Z').checkStartDate('2026-11-23')).toEqual({ ok: true, sameDay: true });
    expect(dates('2026-11-23T20:00:00Z').checkStartDate('2026-11-23')).toMatchObject({ reason: 'tooSoon' });
    expect(dates('2026-11-26T17:00:00Z').checkStartDate('2026-11-26')).toMatchObject({ ok: false });
  });

  it('are business days with their notice, whenever it is asked', () => {
    const { policy } = district;
    const calendar = createCalendar(policy);
    const instants = fc.date({
      min: new Date('2026-01-01T00:00:00Z'),
      max: new Date('2029-12-31T00:00:00Z'),
    });
    fc.assert(
      fc.property(
        instants.filter((at) => !Number.isNaN(at.getTime())),
        fc.integer({ min: 0, max: 100 }),
        (at, ahead) => {
          district.clock.set(at.toISOString());
          const { day, time } = district.clock.localTime();
          const of = createOrderDates({ clock: district.clock, policy });
          for (const [earliest, check, cutoff] of [
            [of.earliestStart(), of.checkStartDate, policy.start.cutoff],
            [of.earliestStop(), of.checkStopDate, policy.stop.cutoff],
          ] as const) {
            expect(calendar.isBusinessDay(earliest)).toBe(true);
            expect(daysBetween(day, earliest)).toBeGreaterThanOrEqual(time < cutoff ? 1 : 2);
            expect(check(earliest).ok).toBe(true);
            const any = new Date(Date.parse(`${day}T00:00:00Z`) + ahead * 86_400_000)
              .toISOString()
              .slice(0, 10);
            const checked = check(any);
            if (checked.ok) expect(calendar.isBusinessDay(any)).toBe(true);
            else expect(calendar.isBusinessDay(checked.earliest)).toBe(true);
            if (checked.ok && any < earliest)
              expect([any, time < policy.start.sameDayCutoff]).toEqual([day, true]);
          }
          const by = of.proofBy(of.earliestStart());
          expect(by > at && by < instantOf(of.earliestStart(), '23:59', district.clock.timeZone)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what a start costs', () => {
  const quote = (change: object = {}) =>
    district.serviceOrders.quote({ serviceLocationId: vacant, day: '2026-11-24', ...change });

  it('is told before anybody commits: fees, deposit, windows, proofs', async () => {
    expect(await quote()).toMatchObject({
      ok: true,
      quote: {
        sameDay: false,
        fees: [
          { label: 'setupFee', amount: 3500 },
          { label: 'deposit', amount: 10000 },
        ],
        total: 13500,
        depositCap: 17458, // twice the least bill of a 1" meter
        windows: [{ name: 'morning' }, { name: 'afternoon' }],
        proofNeeded: { tenant: ['lease', 'letter from the owner'] },
        proofBy: new Date('2026-11-24T01:00:00Z'),
      },
    });
    expect(await ServiceOrderModel.countDocuments({})).toBe(0);
  });

  it('is more on the same day, and a window that has begun is not offered', async () => {
    district.clock.set('2026-11-23T18:00:00Z'); // 10:00
    expect(await quote({ day: '2026-11-23' })).toMatchObject({
      quote: { sameDay: true, total: 17000, windows: [{ name: 'afternoon' }] },
    });
    expect(await start(asked({ day: '2026-11-23', agreed: 17000 }))).toEqual({
      ok: false,
      reason: 'tooLateForWindow',
    });
  });

  it('has no deposit where credit was shown or is known', async () => {
    expect(await quote({ creditShown: true })).toMatchObject({ quote: { total: 3500, depositCap: null } });
    expect(await quote({ accountId: maria })).toMatchObject({ quote: { total: 3500 } });
  });

  it('is told again where it is not what was agreed to, and nothing is booked', async () => {
    expect(await start(asked({ agreed: 3500 }))).toMatchObject({
      reason: 'feesChanged',
      quote: { total: 13500 },
    });
    expect(await ServiceOrderModel.countDocuments({})).toBe(0);
  });
});

describe('a customer who starts service', () => {
  it('gets a number, the crew its work, and on the day an account, an agreement and the charges', async () => {
    const answer = await start(asked());
    expect(answer).toMatchObject({
      ok: true,
      confirmation: 'confirmed',
      order: { status: 'open', proofNeeded: null },
    });
    const order = answer.ok ? answer.order : ({} as never);
    expect(order.orderNumber).toMatch(/^SO-[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(isAccountNumber(order.accountNumber ?? '')).toBe(true);
    const work = await district.fieldOrders.forServiceOrder(order.orderNumber);
    expect(work.map(({ type }) => type).sort()).toEqual(['READ_IN', 'TURN_ON']);
    expect(work[0]).toMatchObject({ scheduledOn: '2026-11-24', window: 'morning', hazards: ['dog'] });
    expect(await CustomerAccountModel.findById(order.accountId).lean()).toBeNull();
    expect(JSON.stringify(await ServiceOrderModel.find({}).lean())).not.toContain('Ines');

    await until('2026-11-24T09:00:00Z');
    expect(await made(order.accountId)).toMatchObject({
      account: { accountNumber: order.accountNumber, state: 'active', zip: '94539', occupancy: 'tenant' },
      customers: [{ name: 'Ines Alvarez', language: 'es', phone: '+15105550177' }],
      agreements: [{ serviceLocationId: vacant, startedOn: '2026-11-24', endedOn: null }],
      ledger: [
        { label: 'setupFee', amount: 3500, postedOn: '2026-11-24' },
        { label: 'deposit', amount: 10000, postedOn: '2026-11-24' },
      ],
    });
    expect(await district.serviceOrders.byNumber(order.orderNumber)).toMatchObject({ status: 'done' });
    expect(await ServiceOrderModel.findOne({ applicant: { $type: 'string' } }).lean()).toBeNull();
  });

  it('has one order after the same request came 50 times at once', async () => {
    const same = asked();
    const answers = await Promise.all(Array.from({ length: 50 }, () => start(same)));
    expect(new Set(answers.map((answer) => answer.ok && answer.order.orderNumber)).size).toBe(1);
    expect([await ServiceOrderModel.countDocuments({}), await FieldOrderModel.countDocuments({})]).toEqual([
      1, 2,
    ]);
    await expect(start({ ...same, window: 'afternoon' })).rejects.toMatchObject({ code: 'action.conflict' });
  });

  it('is the only one of 100 who ask for one vacant premise at once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => start(asked())));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    for (const answer of answers.filter(({ ok }) => !ok))
      expect(answer).toEqual({ ok: false, reason: 'premiseActive' });
    expect(await ServiceOrderModel.countDocuments({})).toBe(1);
  });

  it('has a number of its own, where 100 start at 100 premises at once', async () => {
    const { ServiceLocationModel } = await import('../../models/serviceLocation.ts');
    const { insertMissing } = await import('../../models/insertMissing.ts');
    const places = Array.from({ length: 100 }, (_, at) => `new-${at}`);
    const blank = { insideDistrict: true, street: null, number: null, unit: null };
    await insertMissing(
      ServiceLocationModel,
      places.map((_id) => ({ _id, address: `${_id} Rd`, zip: '94538', ...blank })),
    );
    const answers = await Promise.all(
      places.map((serviceLocationId) => start(asked({ serviceLocationId, creditShown: true, agreed: 3500 }))),
    );
    const numbers = answers.map((answer) => (answer.ok ? answer.order.accountNumber : answer.reason));
    expect(new Set(numbers).size).toBe(100);
    expect(numbers.every((number) => isAccountNumber(number ?? ''))).toBe(true);
  });

  it('hears nothing of who is there, and of nobody else’s debt', async () => {
    const answer = await start(asked({ serviceLocationId: taken }));
    expect(answer).toEqual({ ok: false, reason: 'premiseActive' });
    const former = sampleId('account', '10366201');
    await LedgerEntryModel.create({
      _id: 'former debt',
      requestId: 'former debt',
      accountId: former,
      kind: 'charge',
      amount: 50_000,
      postedOn: '2026-10-01',
    });
    const here = await district.serviceOrders.quote({ serviceLocationId: left, day: '2026-11-24' });
    const agreed = here.ok ? here.quote.total : 0;
    expect(await start(asked({ serviceLocationId: left, agreed }))).toMatchObject({ ok: true });
    expect(await district.serviceOrders.toReview()).toEqual([]);
    await LedgerEntryModel.deleteOne({ _id: 'former debt' });
  });

  it('hears of a debt of their own only once they are known; until then a CSR does', async () => {
    const former = sampleId('account', '10366201'); // Samuel Brandt, closed
    const debt = {
      _id: 'own debt',
      requestId: 'own debt',
      accountId: former,
      kind: 'charge',
      amount: 50_000,
    } as const;
    await LedgerEntryModel.create({ ...debt, postedOn: '2026-10-01' });
    const owed = await LedgerEntryModel.balanceOf(former);
    expect(await start(asked({ accountId: former, agreed: 3500 }))).toEqual({
      ok: false,
      reason: 'priorDebt',
      amount: owed,
    });
    const same = { ...applicant, name: 'samuel BRANDT', email: 'sam.brandt@example.com' };
    expect(await start(asked({ applicant: same }))).toMatchObject({ ok: true });
    expect(await district.serviceOrders.toReview()).toMatchObject([{ review: ['priorDebt'] }]);
    await LedgerEntryModel.deleteOne({ _id: 'own debt' });
  });

  it.each<[string, Partial<StartRequest>]>([
    ['unknownPremise', { serviceLocationId: 'nowhere' }],
    ['tooSoon', { day: '2026-11-23' }],
    ['notADay', { day: 'soon' }],
    ['past', { day: '2026-11-20' }],
    ['notBusinessDay', { day: '2026-11-26' }],
    ['tooFar', { day: '2027-11-24' }],
    ['badApplicant', { applicant: null }],
    ['badApplicant', { applicant: { ...applicant, name: ' ' } }],
    ['badApplicant', { applicant: { ...applicant, phone: null, email: null } }],
    ['badApplicant', { applicant: { ...applicant, phone: '510' } }],
    ['badApplicant', { applicant: { ...applicant, email: 'ines' } }],
    ['badOccupancy', { occupancy: 'guest' as never }],
    ['badProof', { proof: { kind: 'deed', reference: 'f' } }],
    ['badProof', { proof: { kind: 'lease', reference: ' ' } }],
    ['badWindow', { window: 'night' as never }],
    ['notesTooLong', { accessNotes: 'x'.repeat(1001) }],
    ['badHazards', { hazards: [' '] }],
    ['noAccount', { accountId: 'nobody' }],
    ['alreadyYours', { accountId: maria, serviceLocationId: taken, agreed: 3500 }],
  ])('hears the reason %s, and nothing is booked', async (reason, change) => {
    expect(await start(asked(change))).toMatchObject({ ok: false, reason });
    expect(await ServiceOrderModel.countDocuments({})).toBe(0);
    expect(await FieldOrderModel.countDocuments({})).toBe(0);
  });
});

describe('a proof of occupancy that comes later', () => {
  it('makes the order go on; before, neither the records nor the crew hear of it', async () => {
    const order = await booked({ proof: null, day: '2026-11-30' });
    expect(order).toMatchObject({
      status: 'waitingForProof',
      proofNeeded: { kinds: ['lease', 'letter from the owner'] },
    });
    expect([await FieldOrderModel.countDocuments({}), await PendingChangeModel.countDocuments({})]).toEqual([
      0, 0,
    ]);
    const give = {
      requestId: 'p1',
      orderNumber: order.orderNumber,
      who: { conversationId: 'c1' },
      kind: 'lease',
      reference: 'file-2',
    };
    const { giveProof } = district.serviceOrders;
    expect(await giveProof({ ...give, kind: 'deed' })).toEqual({ ok: false, reason: 'badProof' });
    expect(await giveProof({ ...give, who: { conversationId: 'c2' } })).toEqual({
      ok: false,
      reason: 'noOrder',
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => giveProof(give)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(await giveProof(give)).toMatchObject({
      ok: true,
      confirmation: 'confirmed',
      order: { status: 'open' },
    });
    expect(await FieldOrderModel.countDocuments({})).toBe(2);
  });

  it('lapses the order at its deadline where it does not come, and the premise is free again', async () => {
    const order = await booked({ proof: null, day: '2026-11-30' });
    expect(await start(asked({ day: '2026-11-30' }))).toMatchObject({ reason: 'premiseActive' });
    await until('2026-11-26T01:30:00Z'); // the business day before is the Wednesday: Thursday and Friday are holidays
    expect(await district.serviceOrders.byNumber(order.orderNumber)).toMatchObject({ status: 'cancelled' });
    expect(await start(asked({ day: '2026-12-02' }))).toMatchObject({ ok: true });
  });
});

describe('stop, transfer, another day, taking back', () => {
  const stop = (change: object = {}) =>
    district.serviceOrders.stop({
      requestId: `stop-${++count}`,
      accountId: grace,
      lastDay: '2026-12-03',
      forwardingAddress: '9 Elm St, Reno NV 89501',
      conversationId: 'c1',
      ...change,
    });
  const gracesPremise = sampleId('premise', '31 Paseo Padre Ct');

  it('ends the agreement and closes the account on the day, once, and the next customer may begin then', async () => {
    const told: string[] = [];
    district.serviceOrders.onTaken(async ({ orderNumber }) => void told.push(orderNumber));
    const answer = await stop();
    const orderNumber = answer.ok ? answer.order.orderNumber : '';
    const next = { serviceLocationId: gracesPremise, creditShown: true, agreed: 3500 };
    expect(await start(asked({ ...next, day: '2026-12-02' }))).toEqual({
      ok: false,
      reason: 'premiseActive',
    });
    const begun = await booked({ ...next, day: '2026-12-03' });
    expect((await district.fieldOrders.forServiceOrder(begun.orderNumber)).map(({ type }) => type)).toEqual([
      'READ_IN',
    ]);
    // The stop cannot be taken back any more, nor moved behind the start.
    const who = { accountId: grace };
    expect(await district.serviceOrders.cancel({ requestId: 'x1', orderNumber, who })).toEqual({
      ok: false,
      reason: 'premiseTaken',
    });
    expect(
      await district.serviceOrders.move({ requestId: 'x2', orderNumber, who, day: '2026-12-04' }),
    ).toEqual({ ok: false, reason: 'premiseTaken' });
    await until('2026-12-03T12:00:00Z');
    expect(await CustomerAccountModel.findById(grace).lean()).toMatchObject({
      state: 'closed',
      closedOn: '2026-12-03',
    });
    expect(await CustomerAgreementModel.find({ accountId: grace }).lean()).toMatchObject([
      { endedOn: '2026-12-03' },
    ]);
    expect((await made(begun.accountId)).account).toMatchObject({ state: 'active' });
    expect(told).toContain(orderNumber);
  });

  it.each([
    ['as soon as the meter was read', true, '2026-12-04'],
    ['by the last day of the policy where nobody read it', false, '2026-12-13'],
  ])('makes the last bill once, %s', async (_when, isRead, on) => {
    const issued: object[] = [];
    const service = createServiceOrderService({
      ...district.orderDeps,
      issueFinal: async (request) =>
        ({ ok: issued.push({ ...request, on: district.clock.today() }) > 0 }) as { ok: true },
    });
    const answer = await service.stop({
      requestId: `stop-${++count}`,
      accountId: grace,
      lastDay: '2026-12-03',
      forwardingAddress: '9 Elm St, Reno NV 89501',
      conversationId: 'c1',
    });
    const orderNumber = answer.ok ? answer.order.orderNumber : '';
    await until('2026-12-03T22:00:00Z');
    const [read] = await FieldOrderModel.find({ type: 'READ_OUT' }).lean();
    const event = { eventId: `read-${count}`, orderNumber: read?._id ?? '', status: 'done' as const };
    if (isRead) await district.fieldOrders.takeEvent({ ...event, result: { code: 'READ', reading: 9000 } });
    await until('2026-12-15T12:00:00Z');
    const requestId = `serviceOrder:${orderNumber}:finalBill`;
    expect(issued).toEqual([{ requestId, accountId: grace, lastDay: '2026-12-03', on }]);
    createServiceOrderService(district.orderDeps);
  });

  it('falls back to the landlord where an agreement says so, and the next tenant may begin', async () => {
    const landlord = await CustomerAccountModel.findOne({ kind: 'landlord' }).lean();
    const accountId = landlord?._id ?? '';
    const request = { requestId: 'r1', serviceLocationId: gracesPremise, accountId, by: 'csr1' };
    expect(await district.serviceOrders.revertTo({ ...request, accountId: maria })).toMatchObject({
      reason: 'noLandlord',
    });
    expect(await district.serviceOrders.revertTo(request)).toEqual({ ok: true });
    const answer = await stop();
    const work = await district.fieldOrders.forServiceOrder(answer.ok ? answer.order.orderNumber : '');
    expect(work.map(({ type }) => type)).toEqual(['READ_OUT']);
    await until('2026-12-03T12:00:00Z');
    expect(await CustomerAgreementModel.runningAt(gracesPremise)).toMatchObject([
      { accountId, interim: true, startedOn: '2026-12-03' },
    ]);
    const next = await booked({
      serviceLocationId: gracesPremise,
      day: '2026-12-07',
      creditShown: true,
      agreed: 3500,
    });
    await until('2026-12-07T12:00:00Z');
    expect(await CustomerAgreementModel.runningAt(gracesPremise)).toMatchObject([
      { accountId: next.accountId, interim: false, revertsTo: accountId },
    ]);
  });

  it('moves to another day, once, and the crew and the calendar follow', async () => {
    const order = await booked();
    const { move, byNumber } = district.serviceOrders;
    const to = {
      requestId: 'm1',
      orderNumber: order.orderNumber,
      who: { conversationId: 'c1' },
      day: '2026-12-01',
      window: 'afternoon' as const,
    };
    expect(await move({ ...to, who: { conversationId: 'c9' } })).toEqual({ ok: false, reason: 'noOrder' });
    expect(await move({ ...to, day: '2026-11-26' })).toMatchObject({ ok: false, reason: 'notBusinessDay' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => move(to)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    await expect(move({ ...to, day: '2026-12-02' })).rejects.toMatchObject({ code: 'action.conflict' });
    for (const { scheduledOn, window } of await district.fieldOrders.forServiceOrder(order.orderNumber))
      expect([scheduledOn, window]).toEqual(['2026-12-01', 'afternoon']);
    await until('2026-11-25T20:00:00Z');
    expect(await byNumber(order.orderNumber)).toMatchObject({ status: 'open', effectiveOn: '2026-12-01' });
    await until('2026-12-01T12:00:00Z');
    expect((await made(order.accountId)).agreements).toMatchObject([{ startedOn: '2026-12-01' }]);
    expect(await move({ ...to, requestId: 'm3', day: '2026-12-09' })).toEqual({
      ok: false,
      reason: 'alreadyEnded',
    });
  });

  it('is taken back, its work too, and its premise is free', async () => {
    const order = await booked();
    const back = { requestId: 'b1', orderNumber: order.orderNumber, who: { csr: 'csr1' } };
    const answers = await Promise.all(Array.from({ length: 20 }, () => district.serviceOrders.cancel(back)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect((await FieldOrderModel.find({}).lean()).map(({ status }) => status)).toEqual([
      'cancelled',
      'cancelled',
    ]);
    await until('2026-11-24T12:00:00Z');
    expect((await made(order.accountId)).account).toBeNull();
    expect(await start(asked({ day: '2026-11-30' }))).toMatchObject({ ok: true });
  });

  it('is taken back whole, where the process died before the crew heard of it', async () => {
    const order = await booked();
    const { orderDeps } = district;
    const mute = {
      ...orderDeps.fieldOrders,
      cancel: () => Promise.reject(new Error('the process has died')),
    };
    const mortal = createServiceOrderService({ ...orderDeps, fieldOrders: mute });
    const back = { requestId: 'b2', orderNumber: order.orderNumber, who: { csr: 'csr1' } };
    await expect(mortal.cancel(back)).rejects.toThrow('died');
    createServiceOrderService(orderDeps); // another process, which only has the follow-ups
    district.clock.pass(1);
    await district.followUps.runDue();
    expect((await FieldOrderModel.find({}).lean()).map(({ status }) => status)).toEqual([
      'cancelled',
      'cancelled',
    ]);
  });

  it('transfers in one: both orders or none, and no longer overlap than the policy has', async () => {
    const request = {
      ...asked({ accountId: grace, agreed: 3500 }),
      accountId: grace,
      lastDay: '2026-11-30',
      forwardingAddress: '400 Dry Creek Ln, Fremont',
    };
    const { transfer } = district.serviceOrders;
    expect(await transfer({ ...request, lastDay: '2026-12-14' })).toMatchObject({
      answer: { reason: 'overlapTooLong' },
    });
    expect(await transfer({ ...request, serviceLocationId: taken })).toMatchObject({ of: 'start' });
    expect(await transfer({ ...request, forwardingAddress: '' })).toMatchObject({ of: 'stop' });
    expect(await ServiceOrderModel.countDocuments({})).toBe(0);
    const answers = await Promise.all(Array.from({ length: 20 }, () => transfer(request)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(await ServiceOrderModel.countDocuments({})).toBe(2);
    await until('2026-11-30T12:00:00Z');
    const customer = await CustomerModel.ofAccount(grace);
    const start_ = await ServiceOrderModel.findOne({ kind: 'start' }).lean();
    expect(customer?.accountIds).toEqual([grace, start_?.accountId]);
    expect(await CustomerAccountModel.findById(grace).lean()).toMatchObject({ state: 'closed' });
  });
});

describe('a billing system that answers late, never, or no', () => {
  function withRecords(submit: () => Promise<ChangeAnswer>) {
    const { secrets, clock, orderDeps, followUps } = district;
    const changes = createChanges({
      records: { submit },
      store: PendingChangeModel,
      followUps,
      secrets,
      clock,
    });
    return createServiceOrderService({ ...orderDeps, changes });
  }
  it('leaves the order pending, which the customer is told, and confirms it by itself later', async () => {
    let isUp = false;
    const late = withRecords(async () => {
      if (!isUp) throw new UpstreamError('records.unavailable', 'down');
      return { ok: true, reference: 'R1' };
    });
    const request = asked();
    expect(await late.start(request)).toMatchObject({ ok: true, confirmation: 'pending' });
    expect(await FieldOrderModel.countDocuments({})).toBe(0);
    await until('2026-11-23T22:00:00Z');
    isUp = true;
    await until('2026-11-24T02:00:00Z');
    expect(await FieldOrderModel.countDocuments({})).toBe(2);
    expect(await late.start(request)).toMatchObject({ ok: true, confirmation: 'confirmed' });
  });

  it('refuses it, and nothing stays: the premise is free', async () => {
    const no = withRecords(async () => ({ ok: false, reason: 'blocked' }));
    const request = asked();
    expect(await no.start(request)).toEqual({ ok: false, reason: 'refusedByRecords' });
    expect(await no.start(request)).toEqual({ ok: false, reason: 'refusedByRecords' });
    expect(await FieldOrderModel.countDocuments({})).toBe(0);
    district.clock.set(monday);
    expect(await start(asked())).toMatchObject({ ok: true });
  });
});

describe('a process that dies between any two writes', () => {
  /** The deps, each write of which may be the last of its process. */
  function dying<Deps extends object>(deps: Deps, budget: { left: number }): Deps {
    return new Proxy(deps, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value === 'function')
          return (...args: unknown[]) => {
            if (writes.includes(String(name))) {
              if (budget.left <= 0) return Promise.reject(new Error('the process has died'));
              budget.left--;
            }
            return (value as (...args: unknown[]) => unknown).apply(target, args);
          };
        return value;
      },
    });
  }
  const writes = 'book set record schedule create submit begin end beginChange endChange flag'.split(' ');

  it('has booked once, however far it came: one number, one account, one agreement, one set of charges', async () => {
    const { orderDeps } = district;
    let deaths = 0;
    for (let budget = 0; budget < 40; budget++) {
      const left = { left: budget };
      const mortal = createServiceOrderService({
        ...orderDeps,
        orders: dying(orderDeps.orders, left),
        audit: dying(orderDeps.audit, left),
        changes: dying(orderDeps.changes, left),
        fieldOrders: dying(orderDeps.fieldOrders, left),
        effects: dying(orderDeps.effects as OrderEffects, left),
        followUps: { ...orderDeps.followUps, schedule: dying(orderDeps.followUps, left).schedule },
      });
      const request = asked();
      district.clock.set(monday);
      const first = await mortal.start(request).catch(() => null);
      // Some other process: the customer's retry, or the follow-ups alone.
      left.left = Number.POSITIVE_INFINITY;
      const again = await mortal.start(request);
      if (first === null) deaths++;
      else expect(again).toEqual(first);
      const order = again.ok ? again.order : ({} as never);
      expect(await ServiceOrderModel.countDocuments({ requestId: request.requestId })).toBe(1);
      expect(await district.fieldOrders.forServiceOrder(order.orderNumber)).toHaveLength(2);
      // On its day it dies once more, and the follow-up is run again.
      left.left = budget;
      for (let hour = 0; hour < 20; hour++) {
        district.clock.pass(60);
        await district.followUps.runDue();
        if (hour > 14) left.left = Number.POSITIVE_INFINITY;
      }
      const { account, customers, agreements, ledger } = await made(order.accountId);
      expect([account?.accountNumber, customers.length, agreements.length, ledger.length]).toEqual([
        order.accountNumber,
        1,
        1,
        2,
      ]);
      if (first !== null && budget > 25) break;
      await Promise.all([
        ServiceOrderModel.deleteMany({}),
        CustomerAgreementModel.deleteMany({ accountId: order.accountId }),
        FollowUpModel.deleteMany({}),
      ]);
    }
    expect(deaths).toBeGreaterThan(8);
  });
});
