import { AuditEntryModel } from '../../models/auditEntry.ts';
import { CaseModel } from '../../models/case.ts';
import { PageModel } from '../../models/page.ts';
import { asAcknowledgement } from '../../services/onCall.ts';
import { emptied, openCaseWork } from './caseWork.ts';
import { openStore } from './district.ts';

const night = '2026-11-24T10:00:00Z'; // Tuesday, 2:00
let store: Awaited<ReturnType<typeof openStore>>;
let work: Awaited<ReturnType<typeof openCaseWork>>;
let count = 0;

const danger = (change: object = {}) => ({
  requestId: `turn-${++count}`,
  danger: 'gas' as const,
  conversationId: `c${count}`,
  ...change,
});
const pages = () => work.sent().filter(({ template }) => template === 'page');
const whom = () => pages().map(({ to }) => to);
const [supervisor, operations, manager] = ['+15105550171', '+15105550172', '+15105550173'];
const tokenOf = (place = 0) => pages()[place]?.values.token ?? '';

beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptied();
  work = await openCaseWork(night, (policy) => ({
    ...policy,
    onCall: { ...policy.onCall, rounds: 2 },
  }));
});

describe('a danger that a customer tells of', () => {
  it('is an emergency case by the clock at once, with a crew, and wakes the first on call at night', async () => {
    const report = danger({ danger: 'flood', accountId: 'a1' });
    const answer = await work.emergencies.report(report);
    expect(answer).toMatchObject({ ok: true, again: false });
    await work.followUps.runDue();
    expect(await CaseModel.find().lean()).toMatchObject([
      {
        serviceCode: 'flooding',
        priority: 'emergency',
        acknowledgeBy: new Date('2026-11-24T10:15:00Z'),
        expectedAt: new Date('2026-11-25T10:00:00Z'),
        address: '12 Alder Creek Rd',
        description: null,
        conversationId: report.conversationId,
      },
    ]);
    expect(work.crews.all()).toMatchObject([{ type: 'MAIN_BREAK', place: '12 Alder Creek Rd' }]);
    expect(pages()).toMatchObject([
      {
        to: supervisor,
        values: { what: 'flooding', where: '12 Alder Creek Rd, 94538', about: expect.stringMatching(/^C-/) },
      },
    ]);
  });

  it('is one case and one page however often it is told in a conversation, at once or later', async () => {
    const same = danger();
    const again = () => danger({ conversationId: same.conversationId });
    await Promise.all(
      [...Array.from({ length: 20 }, () => same), ...Array.from({ length: 20 }, again)].map(
        work.emergencies.report,
      ),
    );
    work.clock.pass(1);
    expect(await work.emergencies.report(again())).toMatchObject({ ok: true, again: true });
    await work.followUps.runDue();
    expect(await CaseModel.countDocuments({})).toBe(1);
    expect(await PageModel.countDocuments({})).toBe(1);
    expect(whom()).toEqual([supervisor]);
    await work.emergencies.report(danger({ conversationId: same.conversationId, danger: 'illness' }));
    expect(await CaseModel.countDocuments({})).toBe(2);
  });

  it('is a new case once the first was closed', async () => {
    const first = danger();
    const { caseNumber } = (await work.emergencies.report(first)) as { caseNumber: string };
    const contact = { via: 'phone' as const, reached: true };
    await work.cases.close({ requestId: 'end', caseNumber, actor: 'csr2', outcome: 'fixed', contact });
    expect(await work.emergencies.report(first)).toMatchObject({ caseNumber });
    const later = await work.emergencies.report(danger({ conversationId: first.conversationId }));
    expect(later).toMatchObject({ ok: true, again: false });
  });

  it('has a crew though nobody has said where it is, and that order is replaced once somebody has', async () => {
    await work.emergencies.report(danger({ danger: 'flood', zip: '94538' }));
    const { _id: caseNumber = '' } = (await CaseModel.findOne().lean()) ?? {};
    expect(work.crews.all()).toMatchObject([
      { place: 'ZIP 94538, address not known yet', priority: 'emergency' },
    ]);
    const place = { requestId: 'where', caseNumber, actor: 'csr2', address: '4 Elm St', zip: '94538' };
    for (let time = 0; time < 2; time++) await work.cases.locate(place);
    expect(work.crews.all()).toMatchObject([
      { orderNumber: 'F-1' },
      { orderNumber: 'F-2', place: '4 Elm St' },
    ]);
    expect(work.crews.cancelled).toEqual(['F-1']);
    expect(await CaseModel.byNumber(caseNumber)).toMatchObject({ orderNumber: 'F-2' });
  });

  it('wakes nobody any more once the desk has closed it', async () => {
    await work.emergencies.report(danger({ danger: 'flood', zip: '94538' }));
    await work.followUps.runDue();
    expect(whom()).toHaveLength(1);
    const { _id: caseNumber = '' } = (await CaseModel.findOne().lean()) ?? {};
    const contact = { via: 'chat' as const, reached: true };
    const end = { requestId: 'end', caseNumber, actor: 'csr2', outcome: 'duplicate' as const, contact };
    expect(await work.cases.close(end)).toMatchObject({ ok: true });
    await work.pass(60);
    expect(whom()).toHaveLength(1);
    expect(await AuditEntryModel.findOne({ action: 'page.acknowledged' }).lean()).toMatchObject({
      details: { person: 'csr2', via: 'desk' },
    });
  });

  it.each([
    'gas',
    'flood',
    'no_water',
    'contamination',
    'illness',
    'electric',
    'threat',
    'self_harm',
  ] as const)('has a category in the policy: %s', async (kind) => {
    expect(await work.emergencies.report(danger({ danger: kind }))).toMatchObject({ ok: true });
  });

  it('is a case even where the account is not there, the ZIP is not the District’s, and the crews are down', async () => {
    work.crews.state.isDown = true;
    const report = danger({ danger: 'no_water', accountId: 'gone', zip: '00000' });
    expect(await work.emergencies.report(report)).toMatchObject({ ok: true });
    expect(await CaseModel.findOne().lean()).toMatchObject({ accountId: null, zip: null });
    await work.followUps.runDue();
    expect(whom()).toEqual([supervisor]);
    work.crews.state.isDown = false;
    await work.pass(2);
    expect(work.crews.all()).toHaveLength(1);
  });

  it('is a case even where the system that holds the accounts is down', async () => {
    work.system.isDown = true;
    expect(await work.emergencies.report(danger({ accountId: 'a1' }))).toMatchObject({ ok: true });
    expect(await CaseModel.findOne().lean()).toMatchObject({ accountId: 'a1', address: null });
    await work.followUps.runDue();
    expect(whom()).toEqual([supervisor]);
  });

  it('sends nobody to the mailbox of a customer whose address is protected, and its order names the premise', async () => {
    work.system.isProtected = true;
    await work.emergencies.report(danger({ danger: 'flood', accountId: 'a1' }));
    await work.followUps.runDue();
    expect(pages()[0]?.values.where).toBe('');
    expect(work.crews.all()).toMatchObject([{ serviceLocationId: 'p1', place: null }]);
  });

  it('says so, and throws nothing, where it cannot be recorded', async () => {
    const broken = { ...danger(), danger: 'unheard of' as 'gas' };
    expect(await work.emergencies.report(broken)).toEqual({ ok: false, reason: 'notRecorded' });
    expect(work.faults).toHaveLength(1);
  });
});

describe('the people on call', () => {
  it('are paged in turn, five minutes each, by all their ways, for so many rounds, and then the desk has it', async () => {
    await work.emergencies.report(danger());
    const at = new Map<number, (string | null)[]>();
    for (let minute = 0; minute <= 60; minute++) {
      const before = pages().length;
      await work.followUps.runDue();
      if (pages().length > before) at.set(minute, whom().slice(before));
      work.clock.pass(1);
    }
    const round = [
      [supervisor],
      [operations, 'operations@alder.example.com'],
      [manager, 'manager@alder.example.com'],
    ];
    expect([...at]).toEqual([...round, ...round].map((ways, step) => [step * 5, ways]));
    expect(new Set(pages().map(({ key }) => key)).size).toBe(pages().length);
    const audit = await AuditEntryModel.find({ action: /^page\./ })
      .sort({ at: 1 })
      .lean();
    expect(audit.map(({ action }) => action)).toEqual([...Array(6).fill('page.sent'), 'page.unanswered']);
    expect(await work.cases.wantingAttention()).toMatchObject([{ attention: { reason: 'pageUnanswered' } }]);
    expect(await work.onCall.open()).toMatchObject([{ status: 'unanswered' }]);
  });

  it('are left alone once one has acknowledged by the link; looking at it acknowledges nothing', async () => {
    await work.emergencies.report(danger());
    await work.followUps.runDue();
    expect(await work.onCall.look(tokenOf())).toMatchObject({ ok: true, page: { status: 'open' } });
    await work.pass(5);
    expect(whom()).toEqual([supervisor, operations, 'operations@alder.example.com']);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => work.onCall.acknowledgeByLink(tokenOf())),
    );
    expect(answers[0]).toMatchObject({ ok: true, page: { acknowledgedBy: 'Field supervisor on call' } });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await work.onCall.acknowledgeByLink(tokenOf(1))).toMatchObject({ ok: true, already: true });
    await work.pass(60);
    expect(pages()).toHaveLength(3);
    expect(await AuditEntryModel.countDocuments({ action: 'page.acknowledged' })).toBe(1);
    const found = await CaseModel.findOne().lean();
    expect(found?.acknowledgedAt).toBeInstanceOf(Date);
    expect(found?.priority).toBe('emergency');
  });

  it('acknowledge with a text, from their own number only', async () => {
    await work.emergencies.report(danger());
    await work.followUps.runDue();
    const n = Number(pages()[0]?.values.n);
    expect(await work.onCall.acknowledge({ from: '+15105550101', n })).toEqual({
      ok: false,
      reason: 'notOnCall',
    });
    expect(await work.onCall.acknowledge({ from: manager as string, n: 1 })).toEqual({
      ok: false,
      reason: 'noPage',
    });
    expect(await work.onCall.acknowledge({ from: manager as string, n: null })).toMatchObject({
      ok: true,
      page: { n, acknowledgedBy: 'General manager' },
    });
  });

  it('or at the desk', async () => {
    await work.emergencies.report(danger());
    const id = String((await CaseModel.findOne().lean())?._id);
    expect(await work.onCall.acknowledgeAtDesk({ id, csr: 'csr2' })).toMatchObject({ ok: true });
    expect(await work.onCall.acknowledgeAtDesk({ id: 'C-00000000', csr: 'csr2' })).toMatchObject({
      ok: false,
    });
    await work.pass(10);
    expect(pages()).toEqual([]);
  });

  it.each(['', 'x', '....', 'C-1.0.zzz.sig', '\u0000'])(
    'a link that was not made here opens nothing: %j',
    async (token) => {
      expect(await work.onCall.look(token)).toEqual({ ok: false, reason: 'linkExpired' });
      expect(await work.onCall.acknowledgeByLink(token)).toEqual({ ok: false, reason: 'linkExpired' });
    },
  );

  it('a link is good for a short time, and only as it was sent', async () => {
    await work.emergencies.report(danger());
    await work.followUps.runDue();
    const [id, place, until, signature] = tokenOf().split('.');
    for (const forged of [
      [id, '1', until, signature],
      [id, place, 'zzzzzzzz', signature],
      ['C-00000000', place, until, signature],
    ])
      expect(await work.onCall.acknowledgeByLink(forged.join('.'))).toMatchObject({ ok: false });
    work.machine.at = new Date(work.machine.at.getTime() + 121 * 60_000);
    expect(await work.onCall.look(tokenOf())).toEqual({ ok: false, reason: 'linkExpired' });
  });

  it.each([
    ['ACK 4821', 4821],
    ['ack4821.', 4821],
    ['Ack', null],
    ['acknowledged #4821', 4821],
    ['back 4821', undefined],
    ['I acknowledge that 4821', undefined],
  ])('are understood: %s', (text, n) => {
    expect(asAcknowledgement(text)).toBe(n);
  });
});

describe('two processes over one store, of which one dies', () => {
  it('page nobody twice for one step, and leave nobody out', async () => {
    const processes = [work.process(), work.process(), work.process()];
    await work.emergencies.report(danger());
    for (let minute = 0; minute < 40; minute++) {
      await Promise.all(processes.map((one) => one.followUps.runDue()));
      // A process that died in its run: its claim runs out and another does the same run again.
      if (minute % 7 === 0) work.machine.at = new Date(work.machine.at.getTime() + 61_000);
      work.clock.pass(1);
    }
    const round = [
      supervisor,
      operations,
      'operations@alder.example.com',
      manager,
      'manager@alder.example.com',
    ];
    expect(whom()).toEqual([...round, ...round]);
    expect((await PageModel.findOne().lean())?.steps).toHaveLength(6);
  });

  it('page the same person under the same key where the first died after it had noted whose turn it is', async () => {
    await work.emergencies.report(danger());
    const page = await PageModel.findOne().lean();
    await PageModel.step(String(page?._id), {
      run: 1,
      person: 'Field supervisor on call',
      at: work.clock.now(),
    });
    await work.followUps.runDue();
    expect(whom()).toEqual([supervisor]);
    await work.pass(6);
    expect(whom()).toEqual([supervisor, operations, 'operations@alder.example.com']);
  });
});
