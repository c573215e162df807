import type { BillingDay, Days } from '../../models/billingDay.ts';
import { addDays, type Day } from '../calendar.ts';
import type { DistrictClock } from '../clock.ts';
import type { FollowUpService } from '../followUps.ts';
import { instantOf } from '../payments/days.ts';
import type { Policy } from '../policy.ts';
import { type AccountDayDeps, createAccountDay } from './accountDay.ts';

export type BillingDaysDeps = AccountDayDeps & {
  days: {
    missingOf(accountIds: string[]): Promise<string[]>;
    add(accountIds: string[], dueAt: Date): Promise<void>;
    bring(accountId: string, dueAt: Date): Promise<void>;
    due(now: Date, count: number): PromiseLike<BillingDay[]>;
    nextDueAt(): Promise<Date | null>;
    keep(seen: BillingDay, days: Days, dueAt: Date | null): Promise<void>;
  };
  accounts: { idsAfter(accountId: string, count: number): Promise<string[]> };
  /** The first day of this billing, kept by whichever process was the first to ask. */
  firstDay(): Promise<Day>;
  followUps: Pick<FollowUpService, 'handle' | 'schedule'>;
  clock: Pick<DistrictClock, 'now' | 'today' | 'timeZone' | 'localTime'>;
  policy: Policy;
  log: AccountDayDeps['log'] & { error(details: object, message: string): void };
  machineNow?: () => number;
};

export type BillingDays = ReturnType<typeof createBillingDays>;

/** One run looks at so many accounts, or for so long (machine time): then other follow-ups have their turn. */
const mostAtOnce = 100;
const mostMs = 1_000;
const sideBySide = 10;
const accountsAPage = 500;

/**
 * What becomes of bills by itself: issued when a period has closed, spoken of, charged for being late, and what is
 * left of a closed account paid back. A follow-up a day goes through the accounts whose day has come, some at a time.
 */
export function createBillingDays(deps: BillingDaysDeps) {
  const { days, accounts, firstDay, followUps, clock, policy, log, machineNow = Date.now } = deps;
  const look = createAccountDay(deps);
  const at = (day: Day) => instantOf(day, policy.billing.schedule.at, clock.timeZone);

  /** The latest day whose run has come. */
  function runDay(): Day {
    const { day, time } = clock.localTime();
    return time >= policy.billing.schedule.at ? day : addDays(day, -1);
  }

  /** Each day's run has its own key, so that no start and no second process begins another chain. */
  const schedule = (day: Day) =>
    followUps.schedule({ key: `billing.run:${day}`, kind: 'billing.run', dueAt: at(day), payload: day });

  followUps.handle('billing.run', {
    async run({ payload }) {
      const today = runDay();
      // The next day is there before anything can go wrong on this one; after a pause the latest day does it all.
      if (payload !== null && String(payload) < today) {
        await schedule(today);
        return { outcome: 'handedOn' };
      }
      await schedule(addDays(today, 1));
      await lookForNew(today.slice(0, 7), '');
      const looked = await lookAtDue();
      const next = await days.nextDueAt();
      if (next === null || next >= at(addDays(today, 1))) return { outcome: `looked at ${looked}` };
      const now = clock.now();
      return { outcome: `looked at ${looked}`, again: new Date(Math.max(next.getTime(), now.getTime())) };
    },
  });

  async function lookAtDue(): Promise<number> {
    const [since, ends] = [await firstDay(), machineNow() + mostMs];
    const due = await days.due(clock.now(), mostAtOnce);
    let looked = 0;
    // Accounts know nothing of each other; the store writes what comes at the same time at once.
    while (looked < due.length && machineNow() < ends) {
      const some = due.slice(looked, looked + sideBySide);
      const looks = await Promise.allSettled(some.map((seen) => lookAt(seen, since)));
      // Only once all of them have come to an end: none goes on beside the next run.
      for (const one of looks) if (one.status === 'rejected') throw one.reason;
      looked += some.length;
    }
    return looked;
  }

  async function lookAt(seen: BillingDay, since: Day): Promise<void> {
    try {
      const ahead = await look(seen, since);
      await days.keep(seen, ahead?.days ?? {}, ahead?.dueAt ?? null);
    } catch (err) {
      // One account's fault holds up no other: it is tried again with the next day's run.
      log.error({ err, accountId: seen._id }, 'an account’s billing failed');
      await days.keep(seen, {}, at(addDays(runDay(), 1)));
    }
  }

  // Once a month all accounts are gone through, a page at a time, for those that came without a word.
  const lookForNew = (month: string, after: string) =>
    followUps.schedule({
      key: `billing.find:${month}:${after}`,
      kind: 'billing.find',
      dueAt: clock.now(),
      payload: { month, after },
    });

  followUps.handle('billing.find', {
    async run({ key, payload }) {
      const { month, after } = payload as { month: string; after: string };
      const page = await accounts.idsAfter(after, accountsAPage);
      const first = at(addDays(await firstDay(), 1));
      const dueAt = new Date(Math.max(first.getTime(), clock.now().getTime()));
      const missing = await days.missingOf(page);
      // The day's own run may be over: these have one of their own, which is there before they are.
      if (missing.length > 0)
        await followUps.schedule({ key: `${key}:run`, kind: 'billing.run', dueAt, payload: null });
      await days.add(missing, dueAt);
      const last = page.length < accountsAPage ? undefined : page.at(-1);
      if (last !== undefined) await lookForNew(month, last);
      return { outcome: `found ${missing.length}` };
    },
  });

  return {
    /** Begins, unless it has begun: at every start, in every process. */
    async begin(): Promise<void> {
      await firstDay();
      await schedule(runDay());
      await schedule(addDays(runDay(), 1));
    },
    /** Something has happened on an account that its days hang on (service, a bill): it is looked at by tomorrow. */
    watch: (accountId: string): Promise<void> => days.bring(accountId, clock.now()),
  };
}

/** Bills are made elsewhere: what is still scheduled from before ends without doing anything. */
export function leaveBilling(followUps: Pick<FollowUpService, 'handle'>): void {
  for (const kind of ['billing.run', 'billing.find'])
    followUps.handle(kind, { run: async () => ({ outcome: 'elsewhere' }) });
}
