import fc from 'fast-check';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { CaseModel } from '../../models/case.ts';
import { IncidentModel } from '../../models/incident.ts';
import { emptied, openCaseWork } from './caseWork.ts';
import { openStore } from './district.ts';

const monday = '2026-11-23T18:00:00Z'; // 10:00
let store: Awaited<ReturnType<typeof openStore>>;
let work: Awaited<ReturnType<typeof openCaseWork>>;
let count = 0;

async function report(category: string, zip = '94538', change: object = {}): Promise<string> {
  const n = ++count;
  const answer = await work.cases.open({
    requestId: `report-${n}`,
    category,
    actor: 'customer',
    zip,
    conversationId: `c${n}`,
    contact: { phone: `+1510555${String(1000 + n)}`, language: 'en' },
    ...change,
  });
  if (!answer.ok) throw new Error(answer.reason);
  return answer.caseNumber;
}
const by = () => ({ requestId: `desk-${++count}`, actor: 'csr2' });
const incidentOf = async (caseNumber: string) =>
  (await CaseModel.byNumber(caseNumber))?.incidentNumber ?? null;
const pages = () => work.sent().filter(({ template }) => template === 'page');
const told = () => work.sent().filter(({ template }) => template === 'incidentState');

beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptied();
  work = await openCaseWork(monday);
});

describe('water-quality reports in one zone', () => {
  it('raise one alarm at the third within a day, and all of them belong to it', async () => {
    const first = await report('discoloured_water');
    work.clock.pass(60 * 12);
    const second = await report('taste_or_odour');
    expect(await IncidentModel.countDocuments({})).toBe(0);
    work.clock.pass(60 * 12);
    const third = await report('cloudy_or_particles');
    const [incident] = await IncidentModel.find().lean();
    expect(incident).toMatchObject({ kind: 'waterQuality', zip: '94538', status: 'open', gathered: true });
    const fourth = await report('discoloured_water');
    for (const one of [first, second, third, fourth]) expect(await incidentOf(one)).toBe(incident?._id);
    await work.pass(2);
    expect(pages()).toMatchObject([{ values: { what: 'cluster of water quality reports', where: '94538' } }]);
    expect(await AuditEntryModel.countDocuments({ action: 'incident.opened' })).toBe(1);
    expect(await work.incidents.read(String(incident?._id))).toMatchObject({ reports: 4 });
  });

  it.each([
    [
      'in other zones',
      async () => [await report('discoloured_water', '94539'), await report('discoloured_water', '94555')],
    ],
    ['of other kinds', async () => [await report('low_pressure'), await report('high_bill')]],
    [
      'where nobody said where',
      async () => [await report('discoloured_water', ''), await report('discoloured_water', '')],
    ],
  ])('raise none %s', async (_what, others) => {
    await report('discoloured_water');
    await others();
    expect(await IncidentModel.countDocuments({})).toBe(0);
  });

  it('raise one once the customer has said where it is', async () => {
    await report('discoloured_water');
    await report('discoloured_water');
    const third = await report('discoloured_water', '');
    await work.cases.locate({ ...by(), caseNumber: third, address: '4 Elm St', zip: '94538' });
    expect(await incidentOf(third)).toMatch(/^I-/);
  });
});

describe('reports of one outage', () => {
  it('join one incident, fifty at once, and wake whoever is on call once for each kind', async () => {
    const numbers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => report(n % 2 === 0 ? 'no_water' : 'main_break')),
    );
    expect(await IncidentModel.countDocuments({})).toBe(1);
    const incidents = await Promise.all(numbers.map(incidentOf));
    expect(new Set(incidents).size).toBe(1);
    expect(incidents[0]).toMatch(/^I-/);
    await work.followUps.runDue();
    const kinds = pages().map(({ values }) => values.what);
    expect(new Set(kinds)).toEqual(new Set(['no water', 'main break']));
    expect(kinds.length).toBeLessThanOrEqual(4);
    expect(work.crews.all()).toHaveLength(50);
  });

  it('after fifty one after the other, have paged three times at most', async () => {
    for (let n = 0; n < 50; n++) await report('no_water');
    await work.followUps.runDue();
    expect(pages()).toHaveLength(1);
    expect(await IncidentModel.countDocuments({})).toBe(1);
  });

  it('are of another outage once nobody reported for hours, which wakes somebody again', async () => {
    await report('no_water');
    const first = await incidentOf(await report('no_water'));
    await work.pass(60 * 6 + 1, 30);
    const before = pages().length;
    const lone = await report('no_water');
    await work.followUps.runDue();
    expect(await incidentOf(lone)).toBeNull();
    expect(pages().length).toBe(before + 1);
    const second = await incidentOf(await report('no_water'));
    expect(second).toMatch(/^I-/);
    expect(second).not.toBe(first);
    expect(await incidentOf(lone)).toBe(second);
  });

  it('still belong to it for as long as the desk expects it to last', async () => {
    await report('no_water');
    const first = String(await incidentOf(await report('no_water')));
    await work.incidents.update({
      ...by(),
      incidentNumber: first,
      expectedAt: new Date('2026-11-25T00:00:00Z'),
    });
    work.clock.pass(60 * 12);
    expect(await incidentOf(await report('no_water'))).toBe(first);
  });

  it('windows: for any run of reports, the incidents and who belongs to which are as the rule says', async () => {
    const hourMs = 3_600_000;
    const { outageWithinHours, outageReports } = work.policy.cluster;
    const gaps = fc.array(fc.integer({ min: 0, max: outageWithinHours * 60 * 2 }), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(gaps, async (minutes) => {
        await emptied();
        work.clock.set(monday);
        // The rule, by hand: the incident of the last report within the window, else a new one of those apart.
        const apart: { at: number; place: number }[] = [];
        const expected: (number | null)[] = [];
        let current: { id: number; last: number } | null = null;
        let ids = 0;
        const actual: string[] = [];
        for (const [place, gap] of minutes.entries()) {
          work.clock.pass(gap);
          const at = work.clock.now().getTime();
          actual.push(await report('main_break'));
          expected.push(null);
          if (current && at - current.last <= outageWithinHours * hourMs) {
            expected[place] = current.id;
            current.last = at;
            continue;
          }
          current = null;
          apart.push({ at, place });
          const near = apart.filter(
            (one) => at - one.at <= outageWithinHours * hourMs && expected[one.place] === null,
          );
          if (near.length < outageReports) continue;
          current = { id: ++ids, last: at };
          for (const one of near) expected[one.place] = current.id;
        }
        const found = await Promise.all(actual.map(incidentOf));
        const names = [...new Set(found.filter((one) => one !== null))];
        expect(found.map((one) => (one === null ? null : names.indexOf(one) + 1))).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  it('are joined by another process where the one that made the incident died in it', async () => {
    const first = await report('no_water');
    const second = await report('no_water');
    const incident = String(await incidentOf(second));
    // As it stood: the incident is there, nothing has joined it, nobody was told.
    await CaseModel.updateMany({}, { $set: { incidentNumber: null } });
    await CaseModel.updateMany({}, { $pull: { history: { kind: 'joined' } } } as never);
    await IncidentModel.updateOne({ _id: incident }, { $set: { gathered: false } });
    await AuditEntryModel.deleteMany({ action: 'incident.opened' });
    await work.incidents.consider({ _id: second });
    expect([await incidentOf(first), await incidentOf(second)]).toEqual([incident, incident]);
    expect(await AuditEntryModel.countDocuments({ action: 'incident.opened' })).toBe(1);
  });
});

describe('customers whose report has joined', () => {
  it('hear of each change of its state once, by day, and not where they opted out', async () => {
    const numbers = [];
    for (let n = 0; n < 60; n++) numbers.push(await report('no_water'));
    const incidentNumber = String(await incidentOf(numbers[1] ?? ''));
    const optedOut = `+1510555${String(1000 + count)}`;
    await work.consents.optOut({
      requestId: 'stop',
      address: optedOut,
      topic: 'outages',
      source: 'customer',
    });
    work.clock.set('2026-11-24T06:00:00Z'); // 22:00
    const notice = { en: 'A main broke on Elm St. Crews are there.', es: 'Se rompió una tubería.' };
    const update = { ...by(), incidentNumber, notice };
    const processes = Array.from({ length: 5 }, () => work.process());
    await Promise.all(processes.flatMap((one) => [update, update, update, update].map(one.incidents.update)));
    expect((await IncidentModel.byNumber(incidentNumber))?.told).toBe(1);
    await work.pass(60 * 9, 30);
    expect(told()).toEqual([]);
    await work.pass(90, 30);
    expect(told()).toHaveLength(59);
    expect(told()[0]?.values).toMatchObject({ en: notice.en, state: 'open' });
    await work.incidents.close({ ...by(), incidentNumber });
    await work.pass(10);
    expect(told()).toHaveLength(118);
    expect(told().at(-1)?.values.state).toBe('closed');
    expect(new Set(told().map(({ key }) => key)).size).toBe(118);
  });
});

describe('"is it my street?"', () => {
  it('is answered with what goes on in the zone and what is planned, and no longer than it lasts', async () => {
    const [from, to] = [new Date('2026-11-24T17:00:00Z'), new Date('2026-11-24T20:00:00Z')];
    const plan = { ...by(), kind: 'planned' as const, zip: '94538', from, to };
    const answers = await Promise.all(Array.from({ length: 20 }, () => work.incidents.open(plan)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await work.incidents.near('94538')).toMatchObject([
      { state: 'planned', from, to, expectedAt: to },
    ]);
    expect(await work.incidents.near('94555')).toEqual([]);
    expect(await work.incidents.near('{"$ne":1}')).toEqual([]);
    work.clock.set('2026-11-24T18:00:00Z');
    expect(await work.incidents.near('94538')).toMatchObject([{ state: 'open' }]);
    work.clock.set('2026-11-24T20:01:00Z');
    expect(await work.incidents.near('94538')).toEqual([]);
    await work.pass(2);
    expect(await work.incidents.list('closed')).toHaveLength(1);
  });

  it.each([
    ['badZip', { zip: '9453' }],
    ['badTimes', { kind: 'planned' }],
    ['badTimes', { kind: 'planned', from: new Date(2), to: new Date(1) }],
    ['badNotice', { notice: { en: 'x', es: '' } }],
  ])('an incident is refused with %s', async (reason, change) => {
    const request = { ...by(), kind: 'outage' as const, zip: '94538', ...change };
    expect(await work.incidents.open(request as Parameters<typeof work.incidents.open>[0])).toEqual({
      ok: false,
      reason,
    });
  });

  it('the desk’s own incident takes in what was reported, and there is one of a kind in a zone', async () => {
    const lone = await report('no_water');
    const opened = await work.incidents.open({ ...by(), kind: 'outage', zip: '94538' });
    const incidentNumber = opened.ok ? opened.incidentNumber : '';
    expect(await incidentOf(lone)).toBe(incidentNumber);
    expect(await work.incidents.open({ ...by(), kind: 'outage', zip: '94538' })).toEqual({
      ok: false,
      reason: 'alreadyOpen',
      incidentNumber,
    });
    expect((await work.incidents.close({ ...by(), incidentNumber })).ok).toBe(true);
    expect(await work.incidents.close({ ...by(), incidentNumber })).toEqual({
      ok: false,
      reason: 'alreadyClosed',
    });
    expect(await work.incidents.update({ ...by(), incidentNumber: 'I-0' })).toEqual({
      ok: false,
      reason: 'noIncident',
    });
  });
});
