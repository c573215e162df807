import type { FollowUpEnd, FollowUpRecord, NewFollowUp } from '../models/followUp.ts';
import type { DistrictClock } from './clock.ts';
import type { Policy } from './policy.ts';
import { quietUntil } from './quietHours.ts';

/** What is done when a follow-up is due. */
export type FollowUpHandler = {
  /** It writes to a customer, so it waits until the District's quiet hours are over. */
  quiet?: boolean;
  /**
   * Does it. Where the process dies in it, the same `run` is done again: what it changes must go by a requestId
   * made of `key` and `run`. `again` schedules the next run of the same follow-up.
   */
  run(followUp: { key: string; run: number; payload: unknown; dueAt: Date }): Promise<FollowUpResult>;
};
export type FollowUpResult = { outcome: string; again?: Date };

export type FollowUpStore = {
  schedule(followUp: NewFollowUp): Promise<boolean>;
  dueAt(at: { now: Date; machineNow: Date; kinds: string[] }, count: number): PromiseLike<FollowUpRecord[]>;
  claim(key: string, at: { now: Date; machineNow: Date; until: Date }): PromiseLike<FollowUpRecord | null>;
  settle(key: string, claimedUntil: Date, end: FollowUpEnd): Promise<void>;
  drop(key: string): Promise<boolean>;
};

export type FollowUpService = ReturnType<typeof createFollowUps>;

/** How long one run may take before another process takes it over, in milliseconds of machine time. */
const claimMs = 60_000;
const mostAtOnce = 50;
/** A run that throws is tried again after so long, each time twice as long, and so often at most. */
const firstWaitMs = 30_000;
const mostFailures = 10;

/**
 * Things that must happen later: documents with a due time of the District's clock, run by whichever process is
 * up, one run at a time. What was scheduled under a key is never scheduled under it again.
 */
export function createFollowUps(deps: {
  store: FollowUpStore;
  clock: Pick<DistrictClock, 'now' | 'timeZone'>;
  policy: Pick<Policy, 'messaging'>;
  log: { error(details: object, message: string): void };
  machineNow?: () => Date;
}) {
  const { store, clock, policy, log, machineNow = () => new Date() } = deps;
  const handlers = new Map<string, FollowUpHandler>();

  async function runOne({ _id: key, kind }: FollowUpRecord): Promise<void> {
    const handler = handlers.get(kind);
    if (!handler) return;
    const until = new Date(machineNow().getTime() + claimMs);
    const claimed = await store.claim(key, { now: clock.now(), machineNow: machineNow(), until });
    if (claimed) await store.settle(key, until, await endOf(claimed, handler));
  }

  async function endOf(claimed: FollowUpRecord, handler: FollowUpHandler): Promise<FollowUpEnd> {
    const { _id: key, kind, runs, claims, payload, dueAt } = claimed;
    const loud = handler.quiet ? quietUntil(clock.now(), clock.timeZone, policy) : null;
    if (loud) return { status: 'waiting', outcome: 'quietHours', dueAt: loud, runs, claims: 0 };
    if (claims > mostFailures) {
      log.error({ followUp: kind, claims }, 'follow-up given up');
      return { status: 'failed', outcome: 'gaveUp', runs, claims };
    }
    try {
      const { outcome, again } = await handler.run({ key, run: runs + 1, payload, dueAt });
      const ended = { outcome, runs: runs + 1, claims: 0 };
      return again ? { status: 'waiting', dueAt: again, ...ended } : { status: 'done', ...ended };
    } catch (err) {
      log.error({ err, followUp: kind, claims }, 'follow-up failed');
      const wait = firstWaitMs * 2 ** (claims - 1);
      return {
        status: 'waiting',
        outcome: 'failed',
        dueAt: new Date(clock.now().getTime() + wait),
        runs,
        claims,
      };
    }
  }

  return {
    /** Says what is done for a kind; before the first `runDue`. */
    handle(kind: string, handler: FollowUpHandler): void {
      handlers.set(kind, handler);
    },
    /** Schedules a follow-up; a key that was used before changes nothing. Answers whether it is new. */
    schedule: (followUp: NewFollowUp): Promise<boolean> => store.schedule(followUp),
    /** Takes a follow-up back that has not run to its end. */
    cancel: (key: string): Promise<boolean> => store.drop(key),
    /** Runs all that is due, the earliest first; answers how many were looked at. */
    async runDue(): Promise<number> {
      // A newer release may have scheduled kinds that this one does not know: that one will run them.
      const wanted = { now: clock.now(), machineNow: machineNow(), kinds: [...handlers.keys()] };
      const due = await store.dueAt(wanted, mostAtOnce);
      for (const followUp of due) await runOne(followUp);
      return due.length;
    },
  };
}
