import { FollowUpModel } from '../../models/followUp.ts';
import { createFollowUps, type FollowUpHandler } from '../../services/followUps.ts';
import { loadPolicy } from '../../services/policy.ts';
import { handClock, openStore } from './district.ts';

const quiet = { error() {} };
let store: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());
beforeEach(() => FollowUpModel.deleteMany({}));

/** Processes that share the store and the clock, each with the same handler. */
async function processes(count: number, handler: FollowUpHandler) {
  const policy = await loadPolicy('district');
  const clock = handClock('2026-11-23T18:00:00Z'); // Monday, 10:00
  const machine = { at: new Date('2026-01-01T00:00:00Z') };
  const all = Array.from({ length: count }, () => {
    const followUps = createFollowUps({
      store: FollowUpModel,
      clock,
      policy,
      log: quiet,
      machineNow: () => machine.at,
    });
    followUps.handle('callBack', handler);
    return followUps;
  });
  const [first] = all as [(typeof all)[0]];
  return { all, first, clock, machine };
}
const callBack = (key: string, dueAt: string) => ({ key, kind: 'callBack', dueAt: new Date(dueAt) });
const noon = '2026-11-23T20:00:00Z';

describe('what must happen later', () => {
  it('happens when it is due and not before, once, whichever of many processes is up', async () => {
    const ran: string[] = [];
    const { all, first, clock } = await processes(5, {
      run: async ({ key, run }) => ({ outcome: `called ${ran.push(`${key} ${run}`)}` }),
    });
    expect(await first.schedule(callBack('a promise', noon))).toBe(true);
    await Promise.all(all.map((one) => one.runDue()));
    expect(ran).toEqual([]);
    clock.pass(121);
    await Promise.all(all.map((one) => one.runDue()));
    expect(ran).toEqual(['a promise 1']);
    expect(await first.schedule(callBack('a promise', noon))).toBe(false);
    await Promise.all(all.map((one) => one.runDue()));
    expect(ran).toHaveLength(1);
  });

  it('is not kept waiting by a hundred that this release cannot run, or that somebody else is at', async () => {
    const ran: string[] = [];
    const { first, clock, machine } = await processes(1, {
      run: async ({ key }) => ({ outcome: `called ${ran.push(key)}` }),
    });
    const at = new Date('2026-11-23T19:00:00Z');
    for (let n = 0; n < 60; n++) {
      await first.schedule({ key: `newer ${n}`, kind: 'ofANewerRelease', dueAt: at });
      await first.schedule({ key: `taken ${n}`, kind: 'callBack', dueAt: at });
    }
    const claimedUntil = new Date(machine.at.getTime() + 60_000);
    await FollowUpModel.updateMany({ kind: 'callBack' }, { $set: { claimedUntil } });
    await first.schedule(callBack('a promise', noon));
    clock.pass(121);
    await first.runDue();
    expect(ran).toEqual(['a promise']);
  });

  it('is run again under the same number by another process, when the first died in it', async () => {
    const ran: number[] = [];
    let began = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      began = resolve;
    });
    const { all, machine, clock } = await processes(2, {
      run: ({ run }) => {
        ran.push(run);
        began();
        // The first run never comes back: its process is gone.
        return ran.length === 1 ? new Promise(() => {}) : Promise.resolve({ outcome: 'called' });
      },
    });
    const [dead, alive] = all as [(typeof all)[0], (typeof all)[0]];
    await dead.schedule(callBack('a promise', noon));
    clock.pass(121);
    void dead.runDue();
    await hasBegun;
    await alive.runDue();
    expect(ran).toEqual([1]);
    machine.at = new Date(machine.at.getTime() + 61_000);
    await alive.runDue();
    expect(ran).toEqual([1, 1]);
    expect(await FollowUpModel.findById('a promise').lean()).toMatchObject({
      status: 'done',
      outcome: 'called',
    });
  });

  it('comes again when it says so, under the next number', async () => {
    const ran: number[] = [];
    const { first, clock } = await processes(1, {
      run: async ({ run, dueAt }) => {
        ran.push(run);
        return run < 3
          ? { outcome: 'paged', again: new Date(dueAt.getTime() + 300_000) }
          : { outcome: 'end' };
      },
    });
    await first.schedule(callBack('a page', noon));
    for (let minute = 0; minute < 140; minute++) {
      clock.pass(1);
      await first.runDue();
    }
    expect(ran).toEqual([1, 2, 3]);
  });

  it('waits for the end of the quiet hours when it writes to a customer', async () => {
    const at: Date[] = [];
    const { first, clock } = await processes(1, {
      quiet: true,
      run: async () => ({ outcome: `sent ${at.push(clock.now())}` }),
    });
    await first.schedule(callBack('a notice', '2026-11-24T06:00:00Z')); // 22:00
    for (let quarter = 0; quarter < 24 * 4; quarter++) {
      clock.pass(15);
      await first.runDue();
    }
    expect(at.map((one) => one.toISOString())).toEqual(['2026-11-24T16:00:00.000Z']); // 8:00
  });

  it('is tried again, less and less often, while it fails, and in the end given up for a person to see', async () => {
    let tries = 0;
    const { first, clock } = await processes(1, {
      run: () => {
        tries++;
        return Promise.reject(new Error('no line'));
      },
    });
    await first.schedule(callBack('a promise', noon));
    for (let hour = 0; hour < 48; hour++) {
      clock.pass(60);
      await first.runDue();
    }
    expect(tries).toBe(10);
    expect(await FollowUpModel.findById('a promise').lean()).toMatchObject({ status: 'failed' });
  });

  it('does not happen once it was taken back', async () => {
    let ran = 0;
    const { first, clock } = await processes(1, { run: async () => ({ outcome: `${++ran}` }) });
    await first.schedule(callBack('a promise', noon));
    expect(await first.cancel('a promise')).toBe(true);
    clock.pass(200);
    await first.runDue();
    expect(ran).toBe(0);
    expect(await first.cancel('a promise')).toBe(false);
  });
});
