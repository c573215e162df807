import { BillModel } from '../../../models/bill.ts';
import { BillingDayModel } from '../../../models/billingDay.ts';
import { CustomerAccountModel } from '../../../models/customerAccount.ts';
import { CustomerAgreementModel } from '../../../models/customerAgreement.ts';
import { FollowUpModel } from '../../../models/followUp.ts';
import { LedgerEntryModel } from '../../../models/ledgerEntry.ts';
import { type BillingDaysDeps, createBillingDays } from '../../../services/billing/billingDays.ts';
import type { Day } from '../../../services/calendar.ts';
import type { NewCase } from '../../../services/cases.ts';
import { createFollowUps, type FollowUpHandler } from '../../../services/followUps.ts';
import { openBilling, policy } from './fixture.ts';

type Notice = Parameters<BillingDaysDeps['notices']['send']>[0];

/** The District's billing from a first day on, with what it sends and the cases that it opens. */
export async function district(first: Day, today: Day = first) {
  const billing = openBilling(today);
  const { clock, records, adjustments, held } = billing;
  const sent: Notice[] = [];
  const cases: NewCase[] = [];
  /** The ends of the periods of the bills, in the order in which they were issued. */
  const issued: Day[] = [];
  const errors: unknown[] = [];
  const log = { warn() {}, error: (details: object) => void errors.push(details) };

  const deps = (followUps: BillingDaysDeps['followUps']): BillingDaysDeps => ({
    records,
    agreements: CustomerAgreementModel,
    bills: BillModel,
    billRun: {
      finish: billing.run.finish,
      async issueDueOf(accountId, day) {
        const answer = await billing.run.issueDueOf(accountId, day);
        if (answer?.ok) issued.push(answer.bill.periodEnd);
        return answer;
      },
    },
    adjustments,
    feesSince: (accountId, day) => LedgerEntryModel.feesSince(accountId, day),
    isHeld: async () => held.fees,
    notices: {
      async send(notice) {
        if (!sent.some(({ key }) => key === notice.key)) sent.push(notice);
        return 'queued';
      },
    },
    async openCase(request) {
      cases.push(request);
      const { category } = request;
      return {
        ok: true,
        caseNumber: 'C-1',
        category,
        priority: 'normal',
        expectedAt: clock.now(),
        again: false,
      };
    },
    days: {
      missingOf: (ids) => BillingDayModel.missingOf(ids),
      add: (ids, dueAt) => BillingDayModel.add(ids, dueAt),
      bring: (accountId, dueAt) => BillingDayModel.bring(accountId, dueAt),
      due: (now, count) => BillingDayModel.due(now, count),
      nextDueAt: () => BillingDayModel.nextDueAt(),
      keep: async (seen, days, dueAt) => {
        if (isDead) throw new Error('killed');
        await BillingDayModel.keep(seen, days, dueAt);
      },
    },
    accounts: CustomerAccountModel,
    firstDay: async () => first,
    followUps,
    clock,
    policy,
    log,
  });

  /** A dead process writes nothing any more. */
  let isDead = false;
  const machine = { at: new Date('2026-01-01T00:00:00Z') };
  /** A process of its own on the store; one that dies comes back by itself and finds what its last life had claimed. */
  async function process(change: (deps: BillingDaysDeps) => BillingDaysDeps = (same) => same) {
    const followUps = createFollowUps({
      store: {
        schedule: (followUp) => FollowUpModel.schedule(followUp),
        dueAt: (now, count) => FollowUpModel.dueAt(now, count),
        claim: (key, at) => FollowUpModel.claim(key, at),
        drop: (key) => FollowUpModel.drop(key),
        settle: async (key, until, end) => {
          if (!isDead) await FollowUpModel.settle(key, until, end);
        },
      },
      clock,
      policy,
      log,
      machineNow: () => machine.at,
    });
    const handlers: FollowUpHandler[] = [];
    const days = createBillingDays(
      change(
        deps({
          ...followUps,
          handle(kind, handler) {
            if (kind === 'billing.run') handlers.push(handler);
            followUps.handle(kind, handler);
          },
        }),
      ),
    );
    return {
      days,
      followUps,
      async runDue() {
        await followUps.runDue();
        if (isDead) machine.at = new Date(machine.at.getTime() + 120_000);
        isDead = false;
      },
      /** A run without a claim. */
      runUnclaimed: () =>
        Promise.all(handlers.map((one) => one.run({ key: 'x', run: 1, payload: null, dueAt: clock.now() }))),
    };
  }

  const main = await process();
  await main.days.begin();
  await drain();

  /** Runs what is due until nothing is. */
  async function drain() {
    for (let round = 0; round < 500; round++) {
      const ran = [await main.followUps.runDue(), await billing.followUps.runDue()];
      if (ran.every((count) => count === 0)) return;
    }
    throw new Error('the follow-ups come to no end');
  }

  return {
    billing,
    sent,
    cases,
    issued,
    errors,
    days: main.days,
    followUps: main.followUps,
    process,
    die(): never {
      isDead = true;
      throw new Error('killed');
    },
    /** Sets the clock to 9 in the morning of a day. */
    set: async (day: Day) => clock.set(`${day}T16:00:00Z`),
    async to(instant: string) {
      clock.set(instant);
      await drain();
    },
    async toDay(day: Day) {
      clock.set(`${day}T17:00:00Z`);
      await drain();
    },
  };
}
