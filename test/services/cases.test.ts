import fc from 'fast-check';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { CaseModel } from '../../models/case.ts';
import { FollowUpModel } from '../../models/followUp.ts';
import { asCaseNumber, type NewCase } from '../../services/cases.ts';
import { emptied, openCaseWork } from './caseWork.ts';
import { openStore } from './district.ts';

const mondayNoon = '2026-11-23T20:00:00Z';
let store: Awaited<ReturnType<typeof openStore>>;
let work: Awaited<ReturnType<typeof openCaseWork>>;
let count = 0;

const report = (change: Partial<NewCase> = {}): NewCase => ({
  requestId: `case-${++count}`,
  category: 'meter_box_lid',
  actor: 'customer',
  description: 'The lid of the box is broken',
  accountId: 'a1',
  conversationId: 'c1',
  ...change,
});
const by = (caseNumber: string) => ({ requestId: `act-${++count}`, caseNumber, actor: 'csr2' });
async function opened(change: Partial<NewCase> = {}): Promise<string> {
  const answer = await work.cases.open(report(change));
  if (!answer.ok) throw new Error(answer.reason);
  return answer.caseNumber;
}
const kept = async (caseNumber: string) => {
  const found = await CaseModel.byNumber(caseNumber);
  if (!found) throw new Error('no such case');
  return found;
};
const kinds = async (caseNumber: string) => (await kept(caseNumber)).history.map(({ kind }) => kind);

beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());
beforeEach(async () => {
  await emptied();
  work = await openCaseWork(mondayNoon);
});

describe('a customer who reports something', () => {
  it('gets a number to read aloud and a time in office hours, and a crew is asked for at once', async () => {
    const answer = await work.cases.open(report());
    expect(answer).toEqual({
      ok: true,
      caseNumber: expect.stringMatching(/^C-[0-9A-HJKMNP-TV-Z]{8}$/),
      category: 'meter_box_lid',
      priority: 'high',
      // 24 office hours: 5 on Monday, 9 on Tuesday and Wednesday, then Thanksgiving; 1 on Monday.
      expectedAt: new Date('2026-11-30T17:00:00Z'),
      again: false,
    });
    expect(work.crews.all()).toMatchObject([
      { type: 'BOX_LID_REPAIR', serviceLocationId: 'p1', place: '12 Alder Creek Rd', priority: 'high' },
    ]);
    const caseNumber = answer.ok ? answer.caseNumber : '';
    expect(await work.cases.serviceRequest(caseNumber)).toMatchObject({
      service_request_id: caseNumber,
      status: 'open',
      status_notes: 'received',
      service_code: 'meter_box_lid',
      agency_responsible: 'Alder Valley Water District',
      requested_datetime: '2026-11-23T20:00:00.000Z',
      expected_datetime: '2026-11-30T17:00:00.000Z',
      address: '12 Alder Creek Rd',
      zipcode: '94538',
    });
    expect(await AuditEntryModel.find({ accountId: 'a1' }).lean()).toEqual(
      expect.arrayContaining([expect.objectContaining({ action: 'case.opened', actor: 'customer' })]),
    );
  });

  it('has one case after the same request came 50 times at once, and each time the same answer', async () => {
    const same = report();
    const answers = await Promise.all(Array.from({ length: 50 }, () => work.cases.open(same)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await CaseModel.countDocuments({})).toBe(1);
    expect(work.crews.all()).toHaveLength(1);
    expect(await AuditEntryModel.countDocuments({ action: 'case.opened' })).toBe(1);
  });

  it('meets a person where the same request reports something else', async () => {
    const same = report();
    await work.cases.open(same);
    await expect(work.cases.open({ ...same, category: 'other' })).rejects.toThrow(
      expect.objectContaining({ code: 'action.conflict' }),
    );
  });

  it.each<[string, Partial<NewCase>]>([
    ['noSuchCategory', { category: 'aliens' }],
    ['contactNeeded', { accountId: null, conversationId: null }],
    ['notAnonymous', { anonymous: true }],
    ['noAccount', { accountId: 'nobody' }],
    ['badDescription', { description: 'x'.repeat(2_001) }],
    ['badAddress', { address: 'x'.repeat(301) }],
    ['badZip', { zip: '9453' }],
    ['badZip', { zip: '{"$ne":1}' }],
    ['badContact', { contact: { phone: '555' } }],
    ['badContact', { contact: { email: 'me at home' } }],
    ['badFiles', { media: ['../etc/passwd'] }],
    ['badFiles', { media: Array.from({ length: 21 }, (_, n) => `${'f'.repeat(20)}${n}`) }],
  ])('is refused with %s, and nothing is kept', async (reason, change) => {
    expect(await work.cases.open(report(change))).toEqual({ ok: false, reason });
    expect(await CaseModel.countDocuments({})).toBe(0);
  });

  it('may report a neighbour’s water waste without a name, and nothing is kept of them', async () => {
    const caseNumber = await opened({ category: 'water_waste', anonymous: true, address: '4 Elm St' });
    const found = await kept(caseNumber);
    expect(found).toMatchObject({ anonymous: true, accountId: null, conversationId: null, contact: null });
    expect(JSON.stringify(found)).not.toMatch(/a1|c1|case-/);
    const done = await work.cases.close({ ...by(caseNumber), outcome: 'fixed' });
    expect(done.ok).toBe(true);
    await work.pass(60 * 30, 30);
    expect(work.sent()).toEqual([]);
  });

  it('can add words and photos later, once each', async () => {
    const caseNumber = await opened();
    const more = { ...by(caseNumber), text: 'It is worse now', media: ['f'.repeat(24)] };
    const answers = await Promise.all(Array.from({ length: 20 }, () => work.cases.add(more)));
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(await kept(caseNumber)).toMatchObject({
      media: ['f'.repeat(24)],
      attention: { reason: 'customerAdded' },
    });
    expect((await kinds(caseNumber)).filter((kind) => kind === 'added')).toHaveLength(1);
    expect(await work.cases.add({ ...by(caseNumber), text: ' ' })).toEqual({
      ok: false,
      reason: 'nothingAdded',
    });
    expect(await work.cases.add({ ...by('C-00000000'), text: 'hello' })).toEqual({
      ok: false,
      reason: 'noCase',
    });
  });

  it('is added to once, however the repeats of a request fall between each other’s reads and writes', async () => {
    const caseNumber = await opened();
    for (let round = 0; round < 20; round++) {
      const same = { ...by(caseNumber), text: `note ${round}` };
      await Promise.all(
        Array.from({ length: 6 }, async (_, turns) => {
          for (let turn = 0; turn < turns; turn++) await CaseModel.byNumber(caseNumber);
          return work.cases.note(same);
        }),
      );
    }
    expect((await kinds(caseNumber)).filter((kind) => kind === 'noted')).toHaveLength(20);
  });

  it('loses nothing that sixty hands write at once', async () => {
    const caseNumber = await opened();
    const texts = Array.from({ length: 60 }, (_, n) => `word ${n}`);
    await Promise.all(texts.map((text) => work.cases.note({ ...by(caseNumber), text })));
    const { history } = await kept(caseNumber);
    expect(new Set(history.map(({ details }) => details.text).filter(Boolean))).toEqual(new Set(texts));
  });
});

describe('anybody with the number', () => {
  it('hears what it is, how it stands and until when, and not who or where', async () => {
    const caseNumber = await opened();
    const spoken = ` c ${caseNumber.slice(2, 6).toLowerCase()}-${caseNumber.slice(6)}. `;
    const status = await work.cases.status(spoken);
    expect(status).toEqual({
      ok: true,
      caseNumber,
      category: 'meter_box_lid',
      state: 'received',
      expectedAt: expect.any(Date),
      updatedAt: expect.any(Date),
      incidentNumber: null,
    });
    expect(JSON.stringify(status)).not.toMatch(/Alder|a1|94538|Ana/);
    await work.cases.assign({ ...by(caseNumber), owner: 'csr2' });
    expect(await work.cases.status(caseNumber)).toMatchObject({ state: 'inWork' });
  });

  it.each(['', 'C-', 'C-7K2M94Q', '$where', '{"$gt":""}', 'C-00000000', '🙂'.repeat(9), 'x'.repeat(10_000)])(
    'is told that there is none for %j',
    async (text) => {
      expect(await work.cases.status(text)).toEqual({ ok: false, reason: 'noCase' });
    },
  );

  it('is understood whatever hand wrote the number', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
          minLength: 8,
          maxLength: 8,
        }),
        fc.constantFrom(' ', '-', '', '.'),
        (digits, gap) => {
          const written = `c${gap}${digits.slice(0, 4).toLowerCase()}${gap}${digits.slice(4)}`;
          expect(asCaseNumber(written.replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(`C-${digits}`);
        },
      ),
    );
  });
});

describe('a case that is not looked at', () => {
  it('rises and comes before the desk when nobody acknowledged it, and again when it is not settled', async () => {
    const heard: string[] = [];
    work.cases.onOverdue(async ({ _id, priority }) => void heard.push(`${_id} ${priority}`));
    const caseNumber = await opened({ category: 'low_pressure' }); // normal: 4 hours, 24 hours
    await work.pass(239, 239);
    expect(await work.cases.overdue()).toEqual([]);
    await work.pass(2);
    expect(await kept(caseNumber)).toMatchObject({ priority: 'high', attention: { reason: 'overdue' } });
    expect(await work.cases.overdue()).toMatchObject([{ caseNumber }]);
    expect((await work.cases.wantingAttention()).map((one) => one.caseNumber)).toEqual([caseNumber]);
    await work.pass(60 * 24 * 9, 60);
    expect((await kinds(caseNumber)).filter((kind) => kind === 'overdue')).toHaveLength(2);
    expect(heard).toEqual([`${caseNumber} high`, `${caseNumber} high`]);
    expect(await AuditEntryModel.countDocuments({ action: 'case.overdue' })).toBe(2);
  });

  it('is not overdue where somebody took it and settled it in time', async () => {
    const caseNumber = await opened({ category: 'low_pressure' });
    await work.cases.assign({ ...by(caseNumber), owner: 'csr2' });
    await work.pass(60 * 5, 60);
    await work.cases.close({ ...by(caseNumber), outcome: 'fixed', contact: { via: 'phone', reached: true } });
    await work.pass(60 * 24 * 9, 60);
    expect(await kinds(caseNumber)).not.toContain('overdue');
  });
});

describe('closing a case', () => {
  it('needs an outcome and that the customer was reached, or was tried to be as often as the policy says', async () => {
    const caseNumber = await opened();
    const close = () => work.cases.close({ ...by(caseNumber), outcome: 'fixed' });
    expect(await close()).toEqual({ ok: false, reason: 'customerNotContacted' });
    expect(await work.cases.close({ ...by(caseNumber), outcome: 'whatever' as 'fixed' })).toEqual({
      ok: false,
      reason: 'noOutcome',
    });
    for (let time = 0; time < work.policy.cases.contactTries; time++) {
      expect((await close()).ok).toBe(false);
      await work.cases.contacted({ ...by(caseNumber), via: 'phone', reached: false });
    }
    expect((await close()).ok).toBe(true);
    expect(await close()).toEqual({ ok: false, reason: 'alreadyClosed' });
    expect(await work.cases.status(caseNumber)).toMatchObject({ state: 'closed' });
  });

  it('asks the customer the next day whether it is fixed, once, in their language, outside of quiet hours', async () => {
    work.clock.set('2026-11-24T06:00:00Z'); // Monday 22:00
    const caseNumber = await opened();
    await work.cases.close({ ...by(caseNumber), outcome: 'fixed', contact: { via: 'phone', reached: true } });
    await work.pass(60 * 24 + 30, 30); // Tuesday 22:30
    expect(work.sent()).toEqual([]);
    await work.pass(60 * 12, 30);
    expect(work.sent()).toMatchObject([
      { channel: 'sms', to: '+15105550101', template: 'caseFixed', language: 'es', values: { caseNumber } },
    ]);
    await work.pass(60 * 48, 60);
    expect(work.sent()).toHaveLength(1);
  });

  it('does not ask where it was opened again meanwhile, and the reopened case has times of its own', async () => {
    const caseNumber = await opened();
    await work.cases.close({ ...by(caseNumber), outcome: 'fixed', contact: { via: 'phone', reached: true } });
    await work.pass(60, 30);
    const again = await work.cases.reopen({ ...by(caseNumber), reason: 'it leaks again' });
    expect(again).toMatchObject({ ok: true, expectedAt: new Date('2026-11-30T18:00:00Z') });
    await work.pass(60 * 48, 30);
    expect(work.sent()).toEqual([]);
    expect(await kinds(caseNumber)).toContain('overdue');
  });

  it('can be undone for so many days, and not after', async () => {
    const caseNumber = await opened();
    expect(await work.cases.reopen(by(caseNumber))).toEqual({ ok: false, reason: 'notClosed' });
    await work.cases.close({
      ...by(caseNumber),
      outcome: 'noFault',
      contact: { via: 'chat', reached: true },
    });
    work.clock.pass(60 * 24 * work.policy.cases.reopenDays + 1);
    expect(await work.cases.reopen(by(caseNumber))).toEqual({ ok: false, reason: 'tooLate' });
  });
});

describe('a call-back that was promised', () => {
  it('comes before the desk, and its conversation in line, at that time and once', async () => {
    const caseNumber = await opened();
    const at = new Date('2026-11-23T22:00:00Z');
    const promise = { ...by(caseNumber), at, note: 'after two' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => work.cases.promise(promise)));
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    await work.pass(119, 119);
    expect(work.callBacks).toEqual([]);
    await work.pass(3);
    expect(work.callBacks).toHaveLength(1);
    expect(await kept(caseNumber)).toMatchObject({ attention: { reason: 'promise' } });
    await work.cases.contacted({ ...by(caseNumber), via: 'phone', reached: true });
    expect(await kept(caseNumber)).toMatchObject({ attention: null, promise: null });
  });

  it('does not, where the customer was called before, or another time was promised', async () => {
    const caseNumber = await opened();
    await work.cases.promise({ ...by(caseNumber), at: new Date('2026-11-23T21:00:00Z'), note: '' });
    await work.cases.promise({ ...by(caseNumber), at: new Date('2026-11-23T23:00:00Z'), note: '' });
    await work.pass(120, 10);
    expect(work.callBacks).toEqual([]);
    await work.cases.contacted({ ...by(caseNumber), via: 'phone', reached: true });
    await work.pass(120, 10);
    expect(work.callBacks).toEqual([]);
  });

  it('is refused for a time that has passed or that is none', async () => {
    const caseNumber = await opened();
    for (const at of [new Date('2026-11-23T19:00:00Z'), new Date('soon')])
      expect(await work.cases.promise({ ...by(caseNumber), at, note: '' })).toEqual({
        ok: false,
        reason: 'past',
      });
  });
});

describe('a process that dies between two writes', () => {
  it('leaves a case that another process sees to: deadlines, crew, audit', async () => {
    const dead = work.process();
    work.crews.state.isDown = true;
    const answer = await dead.cases.open(report({ category: 'service_line_leak' }));
    expect(answer.ok).toBe(true);
    await Promise.all([AuditEntryModel.deleteMany({}), FollowUpModel.deleteMany({ kind: 'case.deadline' })]);
    work.crews.state.isDown = false;
    await work.pass(3);
    expect(work.crews.all()).toMatchObject([{ type: 'LEAK_CHECK' }]);
    expect(await FollowUpModel.countDocuments({ kind: 'case.deadline' })).toBe(1);
    expect(await AuditEntryModel.countDocuments({ action: 'case.opened' })).toBe(1);
  });
});

describe('the desk', () => {
  it('pages through all cases, the newest first, each once, and looks at one leave a trace', async () => {
    const numbers: string[] = [];
    for (let n = 0; n < 25; n++) {
      numbers.push(await opened({ category: n % 5 === 0 ? 'other' : 'refund' }));
      if (n % 3 === 0) work.clock.pass(1);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await work.cases.list({ status: 'open', limit: 7, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map((one) => one.caseNumber));
      cursor = page.cursor ?? undefined;
    } while (cursor);
    expect(seen).toHaveLength(25);
    expect(new Set(seen)).toEqual(new Set(numbers));
    expect((await work.cases.list({ category: 'other' })).items).toHaveLength(5);
    expect((await work.cases.list({ group: { $ne: 'x' } as never, cursor: 'nonsense' })).items).toHaveLength(
      25,
    );
    expect((await work.cases.ofAccount('a1')).length).toBe(20);
    const read = await work.cases.read(numbers[0] ?? '', 'csr2');
    expect(read).toMatchObject({ ok: true, case: { description: 'The lid of the box is broken' } });
    expect(await AuditEntryModel.countDocuments({ action: 'case.viewed', actor: 'csr2' })).toBe(1);
  });
});
