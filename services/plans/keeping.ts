import type { PaymentPlan } from '../../models/paymentPlan.ts';
import { addDays, type Day } from '../calendar.ts';
import type { Cents } from '../money.ts';
import { instantOf } from '../payments/days.ts';
import type { OutcomeDetail } from '../payments/told.ts';
import type { PlanDeps } from '../plans.ts';
import { laterThan } from './offers.ts';

/** A plan is looked at on its own days and at least so often, as bills come beside it. */
const mostDays = 7;

/**
 * Whether a plan is kept, told from the balance alone: what is owed may be at most the instalments that are not due
 * yet and a bill that is not due yet. So any payment, in any parts, meets the instalments in their order, and a
 * payment that came back is missing again. A transfer that is on its way was made in time and ends nothing.
 */
export function createKeeping(deps: PlanDeps) {
  const { records, plans, followUps, audit, tell, clock, policy } = deps;

  followUps.handle('plan.look', {
    async run({ payload }) {
      const plan = await plans.byNumber(String(payload));
      if (plan?.status !== 'open') return { outcome: plan?.status ?? 'gone' };
      const next = await judge(plan);
      return next === null ? { outcome: 'ended' } : { outcome: 'open', again: at(next) };
    },
  });

  const at = (day: Day) => instantOf(day, policy.hours.office.open, clock.timeZone);

  /** Answers the day of the next look, or null where the plan has ended. */
  async function judge(plan: PaymentPlan): Promise<Day | null> {
    const { _id: planNumber, accountId, instalments, kind } = plan;
    const today = clock.today();
    const [balance, bill, onTheWay] = await Promise.all([
      records.balance(accountId),
      records.openBill(accountId),
      deps.onTheWay(accountId),
    ]);
    // The bill that the plan is about is in its instalments.
    const beside = bill && bill.issuedOn > plan.grantedOn ? bill : null;
    const later = laterThan(instalments, today) + (beside && beside.dueOn >= today ? beside.total : 0);
    const missing = balance - onTheWay - later;
    if (missing <= 0) {
      if (plan.behindSince != null) await plans.behind(planNumber, null);
      if (balance > later) return nextLook(plan, today, beside?.dueOn ?? null, null);
      if (laterThan(instalments, today) === 0 || balance <= 0) return end(plan, 'kept', today, 0, today);
      return nextLook(plan, today, beside?.dueOn ?? null, null);
    }
    const behind = plan.behindSince ?? lastDue(plan, today, beside?.dueOn ?? null);
    // A fee came upon it before anything was due: that alone breaks no plan.
    if (behind === null) return nextLook(plan, today, beside?.dueOn ?? null, null);
    const since = laterOf(behind, oldestMissing(plan, today, missing));
    if (since !== plan.behindSince) await plans.behind(planNumber, since);
    const brokenOn = addDays(since, kind === 'extension' ? 1 : policy.plans.defaultAfterDays);
    if (today >= brokenOn) return end(plan, 'broken', today, missing, since);
    await say(plan, `missed:${since}`, { kind: 'planMissed', planNumber, amount: missing, dueOn: since });
    return nextLook(plan, today, beside?.dueOn ?? null, brokenOn);
  }

  async function end(plan: PaymentPlan, status: 'kept' | 'broken', today: Day, missing: Cents, since: Day) {
    const { _id: planNumber, accountId } = plan;
    // Words and audit come first: a process that dies before the end is written says the same once more.
    await audit.record({
      key: `plan:${planNumber}:${status}`,
      at: clock.now(),
      actor: 'system',
      action: `plan.${status}`,
      accountId,
      conversationId: plan.conversationId ?? null,
      details: { planNumber, missing },
    });
    await say(
      plan,
      status,
      status === 'kept'
        ? { kind: 'planKept', planNumber }
        : { kind: 'planBroken', planNumber, amount: missing, dueOn: since },
    );
    await plans.end(planNumber, status, today);
    return null;
  }

  const say = (plan: PaymentPlan, what: string, detail: OutcomeDetail) =>
    tell({
      key: `plan:${plan._id}:${what}`,
      accountId: plan.accountId,
      conversationId: plan.conversationId ?? null,
      language: plan.language ?? null,
      at: clock.now(),
      verified: true,
      late: true,
      ...detail,
    });

  return {
    /** The first look at a new plan: the day after its first instalment, or a week on. */
    async begin(plan: PaymentPlan): Promise<void> {
      await followUps.schedule({
        key: `plan:${plan._id}`,
        kind: 'plan.look',
        dueAt: at(nextLook(plan, plan.grantedOn, null, null)),
        payload: plan._id,
        accountId: plan.accountId,
      });
    },
    async look(accountId: string): Promise<void> {
      const plan = await plans.openFor(accountId);
      if (plan) await judge(plan);
    },
  };
}

/** The day after whatever is due next, a bill beside the plan too, and never more than a week on. */
function nextLook({ instalments }: PaymentPlan, today: Day, billDue: Day | null, brokenOn: Day | null): Day {
  const due = [...instalments.map(({ dueOn }) => dueOn), ...(billDue === null ? [] : [billDue])];
  const days = due.filter((day) => day >= today).map((day) => addDays(day, 1));
  return [...days, ...(brokenOn === null ? [] : [brokenOn]), addDays(today, mostDays)].sort()[0] as Day;
}

/** Payments meet instalments in their order, so what is missing is the last of those that were due. */
function oldestMissing({ instalments }: PaymentPlan, today: Day, missing: Cents): Day | null {
  let left = missing;
  for (const { dueOn, amount } of [...instalments].reverse()) {
    if (dueOn >= today) continue;
    left -= amount;
    if (left <= 0) return dueOn;
  }
  return null;
}

const laterOf = (left: Day, right: Day | null): Day => (right !== null && right > left ? right : left);

/** What was due last before today: since then something is missing. Null where nothing was. */
function lastDue({ instalments }: PaymentPlan, today: Day, billDue: Day | null): Day | null {
  const due = [...instalments.map(({ dueOn }) => dueOn), ...(billDue === null ? [] : [billDue])];
  return (
    due
      .filter((day) => day < today)
      .sort()
      .at(-1) ?? null
  );
}
