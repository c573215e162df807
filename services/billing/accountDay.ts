import type { BillRecord } from '../../models/bill.ts';
import type { BillingDay, Days } from '../../models/billingDay.ts';
import { addDays, type Day, localTime } from '../calendar.ts';
import type { CaseService } from '../cases.ts';
import type { DistrictClock } from '../clock.ts';
import { toBill } from '../districtRecords.ts';
import { instantOf } from '../payments/days.ts';
import type { Policy } from '../policy.ts';
import { quietUntil } from '../quietHours.ts';
import type { Account, Records } from '../records.ts';
import type { AdjustmentService } from './adjustments.ts';
import { type BillNoticeDeps, createBillNotices } from './billNotices.ts';
import type { BillRun, IssueAnswer } from './billRun.ts';
import type { BillSources } from './makeBill.ts';
import { type Known, nextDays } from './nextDays.ts';
import { nextPeriod } from './schedule.ts';

export type AccountDayDeps = BillNoticeDeps & {
  records: Pick<Records, 'accountById' | 'balance'>;
  agreements: BillSources['agreements'];
  bills: { recentOf(accountId: string, count: number): PromiseLike<BillRecord[]> };
  billRun: Pick<BillRun, 'finish' | 'issueDueOf'>;
  adjustments: Pick<AdjustmentService, 'chargeLateFee' | 'refundCredit'>;
  openCase: CaseService['openOnce'];
  clock: Pick<DistrictClock, 'now' | 'today' | 'timeZone'>;
  policy: Policy;
  log: { warn(details: object, message: string): void };
};

const bySystem = { actor: 'system', conversationId: null };

/**
 * Does for one account what its day has come for, in the order of the days. Each is once by a key of its own (the
 * bill's period, the bill of the fee, the closing of the refund), so that a second run after a crash changes nothing.
 */
export function createAccountDay(deps: AccountDayDeps) {
  const { records, agreements, bills, billRun, adjustments, clock, policy, log } = deps;
  const notices = createBillNotices(deps);

  async function knownOf(seen: BillingDay): Promise<(Known & { bill: BillRecord | null }) | null> {
    const account = await records.accountById(seen._id);
    if (account === null) return null;
    const [bill = null] = await bills.recentOf(seen._id, 1);
    const next = await nextPeriod({ agreements, policy }, account, bill);
    return { today: clock.today(), account, bill, latest: bill && toBill(bill), next, planned: seen };
  }

  /** Late: the answer says when to ask again, null where it is settled. */
  async function charge(accountId: string): Promise<Day | null> {
    const answer = await adjustments.chargeLateFee({ accountId });
    if (answer.ok) return null;
    if (answer.reason === 'notLate') return answer.from;
    // The customer has the days of grace once more after what held the fee.
    if (answer.reason === 'held') return addDays(clock.today(), policy.billing.lateFee.graceDays + 1);
    if (answer.reason === 'underWay') return addDays(clock.today(), 1);
    if (answer.reason === 'refusedByRecords') log.warn({ event: 'lateFee.refused', accountId }, 'a late fee');
    return null;
  }

  async function refund({ accountId, closedOn }: Account): Promise<Day | null> {
    const requestId = `creditRefund:${accountId}:${closedOn}`;
    const answer = await adjustments.refundCredit({ requestId, accountId, ...bySystem });
    if (answer.ok) return null;
    if (answer.reason === 'held') return answer.until;
    if (answer.reason === 'underWay') return addDays(clock.today(), 1);
    if (answer.reason === 'finalBillPending') return addDays(clock.today(), policy.stop.finalBillDays);
    if (answer.reason === 'refusedByRecords') log.warn({ event: 'refund.refused', accountId }, 'a refund');
    return null;
  }

  /** Bills what is due; answers when to try again, or null where there is a new bill. */
  async function bill(account: Account): Promise<Day | null> {
    const today = clock.today();
    const answer = await billRun.issueDueOf(account.accountId, today);
    // Until then its meter may still be read.
    if (answer === null) return addDays(today, 1);
    await sendSomebody(account, answer);
    return answer.ok ? null : addDays(today, policy.billing.readWithinDays);
  }

  /** A meter that gives no bill, or only estimates, is a case for somebody to go there. */
  async function sendSomebody({ accountId }: Account, answer: IssueAnswer): Promise<void> {
    if (answer.ok && !answer.visitNeeded) return;
    if (!answer.ok && !('meterId' in answer) && answer.reason !== 'noMeter') return;
    const about = answer.ok
      ? { id: answer.bill.billId, description: 'No reading for several bills in a row: they are estimates.' }
      : {
          id: `${accountId}:${clock.today()}`,
          description: `No bill can be made from the meter: ${answer.reason}.`,
        };
    const opened = await deps.openCase(
      {
        requestId: `billing.meter:${about.id}`,
        category: policy.billing.schedule.meterCase,
        actor: 'system',
        accountId,
        description: about.description,
      },
      `billing.meter:${accountId}`,
    );
    if (!opened.ok)
      log.warn({ event: 'billing.noCase', accountId, reason: opened.reason }, 'a meter wants a visit');
  }

  /** When the account is to be looked at for its days; a notice that came at night waits for the morning. */
  function dueAt(days: Days, upTo: Day): Date | null {
    const at = (day: Day) => instantOf(day, policy.billing.schedule.at, clock.timeZone);
    const { noticeOn, ...others } = days;
    const times = [others.billOn, others.feeOn, others.refundOn].flatMap((day) => (day ? [at(day)] : []));
    if (noticeOn) times.push((isDue(noticeOn, upTo) ? quiet() : null) ?? at(noticeOn));
    return times.sort((left, right) => left.getTime() - right.getTime())[0] ?? null;
  }

  const quiet = () => quietUntil(clock.now(), clock.timeZone, policy);

  /** Answers what lies ahead of the account and when; null where there is no such account. */
  return async function look(
    seen: BillingDay,
    since: Day,
  ): Promise<{ days: Days; dueAt: Date | null } | null> {
    const known = await knownOf(seen);
    if (known === null) return null;
    const { account, bill: latest, today } = known;
    const { accountId } = account;
    const seenAt = seen.dueAt ?? clock.now();
    // What was planned until the day of this look; after a pause, the days are made up for one by one.
    const upTo = localTime(seenAt, clock.timeZone).day;
    const days = nextDays(known, since, policy);
    if (latest !== null) {
      if (latest._id !== seen.billId) await billRun.finish(latest);
      if (isDue(days.noticeOn, upTo) && quiet() === null)
        days.noticeOn = await notices.send({
          account,
          bill: toBill(latest),
          feeOn: days.feeOn ?? null,
          today,
        });
      if (isDue(days.feeOn, upTo)) days.feeOn = await charge(accountId);
    }
    if (isDue(days.refundOn, upTo)) days.refundOn = await refund(account);
    if (isDue(days.billOn, upTo)) {
      days.billOn = await bill(account);
      // A new bill has days of its own: the same look, once more.
      if (days.billOn === null) return { days: { ...days, billOn: upTo }, dueAt: seenAt };
    }
    return { days, dueAt: dueAt(days, upTo) };
  };
}

/** Whether what is planned for a day has come, on a look that was planned for another. */
const isDue = (day: Day | null | undefined, upTo: Day): boolean => day != null && day <= upTo;
