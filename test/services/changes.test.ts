import { createHttpRecords } from '../../adapters/records/httpRecords.ts';
import { FollowUpModel } from '../../models/followUp.ts';
import { PendingChangeModel } from '../../models/pendingChange.ts';
import { type ChangeStore, createChanges, type Submitted } from '../../services/changes.ts';
import { createFollowUps } from '../../services/followUps.ts';
import { loadPolicy } from '../../services/policy.ts';
import type { RecordsChange } from '../../services/records.ts';
import { createSecrets } from '../../services/secrets.ts';
import { startFakeBilling } from '../support/fakeBilling.ts';
import { handClock, openStore } from './district.ts';

const secret = 'a secret of the tests, 32 letters';
let store: Awaited<ReturnType<typeof openStore>>;
let billing: Awaited<ReturnType<typeof startFakeBilling>>;
let clock: ReturnType<typeof handClock>;
let machine: Date;
let told: [string, Submitted, string | null][];

beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  await Promise.all([PendingChangeModel.deleteMany({}), FollowUpModel.deleteMany({})]);
  billing = await startFakeBilling(secret);
  clock = handClock('2026-11-23T18:00:00Z');
  machine = new Date();
  told = [];
});
afterEach(() => billing.close());

/** A process of its own on the same store: a crash leaves what it had written. */
async function startProcess(faults: { store?: Partial<ChangeStore>; deaf?: boolean } = {}) {
  const policy = await loadPolicy('district');
  const machineNow = () => machine;
  const log = { error() {} };
  const followUps = createFollowUps({ store: FollowUpModel, clock, policy, log, machineNow });
  const changes = createChanges({
    records: createHttpRecords({
      url: billing.url,
      secret,
      timeoutMs: 10_000,
      log: { warn() {} },
      breaker: { failures: 1_000, openMs: 1 },
    }),
    store: { ...statics, ...faults.store },
    followUps,
    secrets: createSecrets(Buffer.alloc(32, 7)),
    clock,
  });
  changes.onAnswered(async (requestId, submitted, { conversationId }) => {
    if (faults.deaf) throw new Error('died');
    told.push([requestId, submitted, conversationId ?? null]);
  });
  return { changes, followUps };
}
const statics: ChangeStore = {
  byRequest: (id) => PendingChangeModel.byRequest(id),
  keep: (change) => PendingChangeModel.keep(change),
  answer: (id, answer) => PendingChangeModel.answer(id, answer),
  owe: (id) => PendingChangeModel.owe(id),
  tell: (id) => PendingChangeModel.tell(id),
  pendingOf: (id) => PendingChangeModel.pendingOf(id),
  hasOlder: (change) => PendingChangeModel.hasOlder(change),
};
const died = () => Promise.reject(new Error('died'));
let count = 0;
const payment = (change: object = {}): RecordsChange =>
  ({
    requestId: `c1:m${++count}:payment:A-1:1`,
    accountId: 'A-1',
    kind: 'payment',
    amount: 500,
    postedOn: '2026-11-23',
    tender: 'card',
    processorId: null,
    ...change,
  }) as RecordsChange;
const enrol = (autopay: boolean): RecordsChange => ({
  requestId: `c1:m${++count}:enrol:A-1:1`,
  accountId: 'A-1',
  kind: 'enrolment',
  autopay,
});
/** District time and machine time go on, and what is due is run. */
async function later(minutes: number, process: Awaited<ReturnType<typeof startProcess>>) {
  clock.pass(minutes);
  machine = new Date(machine.getTime() + minutes * 60_000);
  await process.followUps.runDue();
}

describe('a change of the records', () => {
  it('is confirmed at once where the other side answers, and nobody is told twice', async () => {
    const process = await startProcess();
    const change = payment();
    expect(await process.changes.submit(change)).toEqual({ status: 'confirmed', reference: 'R-1' });
    expect(await process.changes.submit(change)).toEqual({ status: 'confirmed', reference: 'R-1' });
    await later(5, process);
    expect(told).toEqual([]);
    expect(billing.done).toHaveLength(1);
    expect(await process.changes.pendingOf('A-1')).toEqual([]);
  });

  it('is pending while the other side is down, and told once when it was done', async () => {
    const process = await startProcess();
    const change = payment();
    billing.behaviour.mode = 'down';
    const conversationId = 'c1';
    expect(await process.changes.submit(change, { conversationId })).toEqual({ status: 'pending' });
    expect(await process.changes.pendingOf('A-1')).toMatchObject([
      { _id: change.requestId, kind: 'payment' },
    ]);
    await later(1, process);
    expect(told).toEqual([]);
    billing.behaviour.mode = 'well';
    for (let time = 0; time < 4; time++) await later(60, process);
    expect(told).toEqual([[change.requestId, { status: 'confirmed', reference: 'R-1' }, 'c1']]);
    expect(billing.done).toHaveLength(1);
    expect(await process.changes.submit(change)).toEqual({ status: 'confirmed', reference: 'R-1' });
  });

  it.each(['die', 'garbage', 'html', 'huge'] as const)(
    'is done once where the other side did it and its answer was lost (%s)',
    async (mode) => {
      const process = await startProcess();
      const change = payment();
      billing.behaviour.mode = mode;
      expect(await process.changes.submit(change)).toEqual({ status: 'pending' });
      expect(billing.done).toHaveLength(1);
      billing.behaviour.mode = 'well';
      await later(60, process);
      expect(told).toEqual([[change.requestId, { status: 'confirmed', reference: 'R-1' }, null]]);
      expect(billing.done).toHaveLength(1);
      expect(billing.kept.balance).toBe(13015 - 500);
    },
  );

  it('would be done twice by a system that does not honour the key, which is why docs/records.md asks for it', async () => {
    const process = await startProcess();
    billing.behaviour.honoursKeys = false;
    billing.behaviour.mode = 'die';
    await process.changes.submit(payment());
    billing.behaviour.mode = 'well';
    await later(60, process);
    expect(billing.done).toHaveLength(2);
  });

  it('that is refused says why, at once or later', async () => {
    const process = await startProcess();
    billing.behaviour.refuses = { payment: 'accountClosed' };
    const refused = { status: 'refused', reason: 'accountClosed' };
    expect(await process.changes.submit(payment())).toEqual(refused);
    billing.behaviour.mode = 'down';
    const later1 = payment();
    await process.changes.submit(later1);
    billing.behaviour.mode = 'well';
    await later(60, process);
    expect(told).toEqual([[later1.requestId, refused, null]]);
  });

  it('is made once by 20 processes that ask at the same instant, while nobody knows of the others', async () => {
    const processes = await Promise.all(Array.from({ length: 20 }, () => startProcess()));
    const change = payment();
    const answers = await Promise.all(processes.map(({ changes }) => changes.submit(change)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ status: 'confirmed', reference: 'R-1' })]),
    );
    expect(billing.done).toHaveLength(1);
  });

  it('meets a person where the same request asks for something else', async () => {
    const process = await startProcess();
    const change = payment();
    await process.changes.submit(change);
    const other = process.changes.submit({ ...change, amount: 600 } as RecordsChange);
    await expect(other).rejects.toMatchObject({ code: 'action.conflict' });
    expect(billing.done).toHaveLength(1);
  });

  it('does not overtake an older one of its kind that was held up', async () => {
    const process = await startProcess();
    billing.behaviour.mode = 'down';
    const [on, off] = [enrol(true), enrol(false)];
    await process.changes.submit(on);
    clock.pass(1);
    billing.behaviour.mode = 'well';
    expect(await process.changes.submit(off)).toEqual({ status: 'pending' });
    for (let time = 0; time < 4; time++) await later(30, process);
    expect(billing.done.map(({ requestId }) => requestId)).toEqual([on.requestId, off.requestId]);
  });

  it('is kept sealed, and forgotten once it is answered', async () => {
    const process = await startProcess();
    billing.behaviour.mode = 'down';
    const contacts = { phone: '+15105550177' };
    const change: RecordsChange = { requestId: 'sealed', accountId: 'A-1', kind: 'contacts', contacts };
    await process.changes.submit(change);
    const kept = await PendingChangeModel.byRequest('sealed');
    expect(JSON.stringify(kept)).not.toContain('5550177');
    expect(kept?.sealed).not.toBeNull();
    billing.behaviour.mode = 'well';
    await later(60, process);
    expect(await PendingChangeModel.byRequest('sealed')).toMatchObject({ sealed: null, status: 'confirmed' });
  });
});

describe('a process that dies in a change', () => {
  const writes = ['keep', 'answer', 'owe'] as const;
  const faults = writes.flatMap((write) => (['before', 'after'] as const).map((when) => ({ when, write })));
  it.each(faults)(
    '$when it wrote `$write` leaves it to another, which makes it once',
    async ({ when, write }) => {
      const whole = statics[write] as (...args: unknown[]) => Promise<unknown>;
      const dying = async (...args: unknown[]) => {
        if (when === 'after') await whole(...args);
        return died();
      };
      const dead = await startProcess({ store: { [write]: dying } });
      const alive = await startProcess();
      const change = payment();
      billing.behaviour.mode = write === 'owe' ? 'down' : 'well';
      await expect(dead.changes.submit(change)).rejects.toThrow('died');
      billing.behaviour.mode = 'well';
      for (let time = 0; time < 4; time++) await later(30, alive);
      const wasKept = write !== 'keep' || when === 'after';
      expect(billing.done).toHaveLength(wasKept ? 1 : 0);
      // Its caller comes again, as a turn does, and gets the same.
      expect(await alive.changes.submit(change)).toEqual({ status: 'confirmed', reference: 'R-1' });
      expect(billing.done).toHaveLength(1);
    },
  );

  it('before it told the answer leaves the telling to another, which tells it once', async () => {
    const dead = await startProcess({ deaf: true });
    const alive = await startProcess();
    const change = payment();
    billing.behaviour.mode = 'down';
    await dead.changes.submit(change);
    billing.behaviour.mode = 'well';
    await later(1, dead);
    expect(told).toEqual([]);
    for (let time = 0; time < 4; time++) await later(30, alive);
    expect(told).toEqual([[change.requestId, { status: 'confirmed', reference: 'R-1' }, null]]);
    expect(billing.done).toHaveLength(1);
  });
});
