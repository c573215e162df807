import type { NewAuditEntry } from '../models/auditEntry.ts';
import type { NewPaymentPlan, PaymentPlan } from '../models/paymentPlan.ts';
import type { Day } from './calendar.ts';
import type { ChangesService } from './changes.ts';
import type { DistrictClock } from './clock.ts';
import { ConflictError, UpstreamError } from './errors.ts';
import type { FollowUpService } from './followUps.ts';
import type { Cents } from './money.ts';
import { toCents } from './money.ts';
import { addMonths } from './payments/days.ts';
import type { Tell } from './payments/told.ts';
import { createKeeping } from './plans/keeping.ts';
import { arrangementOf, extensionOf, type Instalment } from './plans/offers.ts';
import type { Policy } from './policy.ts';
import type { Records } from './records.ts';
import { argsHash, spokenNumber } from './requests.ts';

/** Who grants: the bot within its own limits, a CSR within wider ones. */
export type PlanRole = 'bot' | 'csr';
export type PlanRequest = { accountId: string; role: PlanRole } & (
  | { kind: 'extension' }
  | { kind: 'arrangement'; months: number }
);
export type PlanOffer = {
  kind: PaymentPlan['kind'];
  /** What is to be paid in all, in cents; new bills are to be paid beside it. */
  total: Cents;
  instalments: Instalment[];
};
export type OfferAnswer =
  | { ok: true; offer: PlanOffer }
  | {
      ok: false;
      reason: 'noAccount' | 'nothingDue' | 'badMonths' | 'tooManyMonths' | 'extensionsUsed' | 'needsCsr';
    }
  | { ok: false; reason: 'tooLittle'; least: Cents }
  | { ok: false; reason: 'openPlan'; plan: Plan };

export type GrantRequest = PlanRequest & {
  requestId: string;
  conversationId?: string | null;
  language?: string | null;
  /** customer, or a CSR's id. */
  actor?: string;
  /** The days and amounts that the customer was told and said yes to. */
  instalments: Instalment[];
};
export type GrantAnswer =
  | { ok: true; plan: Plan; status: 'confirmed' | 'pending' }
  | Extract<OfferAnswer, { ok: false }>
  /** What was told holds no longer: the balance or the day is another. */
  | { ok: false; reason: 'changed'; offer: PlanOffer }
  | { ok: false; reason: 'refused' };

export type Plan = PlanOffer & {
  planNumber: string;
  accountId: string;
  status: PaymentPlan['status'];
  grantedOn: Day;
  behindSince: Day | null;
};

export type PlanDeps = {
  records: Pick<Records, 'accountById' | 'balance' | 'openBill'>;
  changes: Pick<ChangesService, 'submit' | 'onAnswered'>;
  plans: {
    byNumber(planNumber: string): PromiseLike<PaymentPlan | null>;
    byRequest(requestId: string): PromiseLike<PaymentPlan | null>;
    openFor(accountId: string): PromiseLike<PaymentPlan | null>;
    grant(plan: NewPaymentPlan): Promise<boolean>;
    end(planNumber: string, status: 'kept' | 'broken' | 'refused', endedOn: string): Promise<boolean>;
    behind(planNumber: string, since: string | null): Promise<void>;
    grantedSince(accountId: string, kind: PaymentPlan['kind'], since: string): PromiseLike<number>;
  };
  /** What was handed in and is in no balance yet, in cents. */
  onTheWay(accountId: string): PromiseLike<Cents>;
  followUps: Pick<FollowUpService, 'handle' | 'schedule'>;
  audit: { record(entry: NewAuditEntry): Promise<void> };
  tell: Tell;
  clock: Pick<DistrictClock, 'now' | 'today' | 'timeZone'>;
  policy: Pick<Policy, 'plans' | 'hours'>;
};

export type PlansService = ReturnType<typeof createPlansService>;
const numbersToTry = 5;

/** More time to pay, within what the policy lets a bot or a CSR give. Whoever asks has been verified (L2) before. */
export function createPlansService(deps: PlanDeps) {
  const { records, changes, plans, audit, clock, policy } = deps;
  const limits = policy.plans;
  const keeping = createKeeping(deps);

  changes.onAnswered(async (requestId, { status }) => {
    const plan = status === 'refused' ? await plans.byRequest(requestId) : null;
    if (plan) await plans.end(plan._id, 'refused', clock.today());
  });

  /** What can be given: the days and amounts, to be told before the customer says yes. Changes nothing. */
  async function offer(request: PlanRequest): Promise<OfferAnswer> {
    const { accountId } = request;
    const [account, owed, bill, open] = await Promise.all([
      records.accountById(accountId),
      records.balance(accountId),
      records.openBill(accountId),
      plans.openFor(accountId),
    ]);
    if (!account) return { ok: false, reason: 'noAccount' };
    if (open) return { ok: false, reason: 'openPlan', plan: toPlan(open) };
    if (owed <= 0) return { ok: false, reason: 'nothingDue' };
    const least = toCents(limits.leastBalance);
    if (owed < least) return { ok: false, reason: 'tooLittle', least };
    const today = clock.today();
    if (request.kind === 'extension') {
      const used = await plans.grantedSince(accountId, 'extension', addMonths(today, -12));
      if (used >= limits.extension.perYear) return { ok: false, reason: 'extensionsUsed' };
      const from = { today, billDue: bill?.dueOn ?? null };
      return offered('extension', owed, extensionOf(owed, from, limits.extension.days));
    }
    const { months, role } = request;
    if (!Number.isSafeInteger(months) || months < 1) return { ok: false, reason: 'badMonths' };
    if (months > limits.csr.mostMonths) return { ok: false, reason: 'tooManyMonths' };
    const isBots = months <= limits.bot.mostMonths && owed <= toCents(limits.bot.mostBalance);
    if (role === 'bot' && !isBots) return { ok: false, reason: 'needsCsr' };
    return offered('arrangement', owed, arrangementOf(owed, today, months));
  }

  /**
   * Grants what was offered and told: one plan a request, one open plan an account.
   * @throws ConflictError `action.conflict` where the requestId has asked for something else.
   */
  async function grant(request: GrantRequest): Promise<GrantAnswer> {
    const hash = hashOf(request);
    const earlier = await plans.byRequest(request.requestId);
    if (earlier) return settle(earlier, hash);
    const found = await offer(request);
    if (!found.ok) {
      // The open plan may be this request's own, granted a moment ago by its other run.
      const own = found.reason === 'openPlan' ? await plans.byRequest(request.requestId) : null;
      return own ? settle(own, hash) : found;
    }
    if (!isSame(found.offer.instalments, request.instalments))
      return { ok: false, reason: 'changed', offer: found.offer };
    for (let time = 0; time < numbersToTry; time++) {
      const granted = await plans.grant(toRecord(request, found.offer, hash, time));
      const same = await plans.byRequest(request.requestId);
      if (same) return settle(same, hash);
      const open = granted ? null : await plans.openFor(request.accountId);
      if (open) return { ok: false, reason: 'openPlan', plan: toPlan(open) };
    }
    throw new UpstreamError('plan.notStored', 'The store takes no plan');
  }

  // The plan is the first write and holds all; what follows is derived from it, so a second run does the same.
  async function settle(plan: PaymentPlan, hash: string): Promise<GrantAnswer> {
    if (plan.argsHash !== hash)
      throw new ConflictError('action.conflict', 'A payment plan was repeated with other arguments');
    const { _id: planNumber, accountId, kind, instalments } = plan;
    const submitted = await changes.submit({
      kind: 'plan',
      requestId: plan.requestId,
      accountId,
      plan: { planNumber, kind, instalments },
    });
    if (submitted.status === 'refused') {
      await plans.end(planNumber, 'refused', clock.today());
      return { ok: false, reason: 'refused' };
    }
    await keeping.begin(plan);
    await audit.record({
      key: `plan:${planNumber}:granted`,
      at: plan.grantedAt,
      actor: plan.actor,
      action: 'plan.granted',
      accountId,
      conversationId: plan.conversationId ?? null,
      details: { planNumber, kind, total: totalOf(instalments), instalments: instalments.length },
    });
    return { ok: true, plan: toPlan(plan), status: submitted.status };
  }

  function toRecord(request: GrantRequest, { kind, instalments }: PlanOffer, hash: string, time: number) {
    const { requestId, accountId, conversationId = null, language = null, actor = 'customer' } = request;
    return {
      _id: spokenNumber('P', `${requestId} ${time}`),
      accountId,
      kind,
      instalments,
      grantedOn: clock.today(),
      grantedAt: clock.now(),
      conversationId,
      language,
      actor,
      requestId,
      argsHash: hash,
    };
  }

  return {
    offer,
    grant,
    /** The account's open plan, or null. */
    async open(accountId: string): Promise<Plan | null> {
      const found = await plans.openFor(accountId);
      return found ? toPlan(found) : null;
    },
    /** A payment was made or came back: the open plan may be met by it, or behind again. */
    look: keeping.look,
  };
}

const offered = (kind: PlanOffer['kind'], total: Cents, instalments: Instalment[]): OfferAnswer => ({
  ok: true,
  offer: { kind, total, instalments },
});

const isSame = (left: Instalment[], right: Instalment[]): boolean =>
  left.length === right.length &&
  left.every(({ dueOn, amount }, at) => right[at]?.dueOn === dueOn && right[at]?.amount === amount);

const totalOf = (instalments: Instalment[]): Cents =>
  instalments.reduce((sum, { amount }) => sum + amount, 0);

function toPlan(plan: PaymentPlan): Plan {
  const { _id, accountId, kind, status, grantedOn, behindSince } = plan;
  const instalments = plan.instalments.map(({ dueOn, amount }) => ({ dueOn, amount }));
  return {
    planNumber: _id,
    accountId,
    kind,
    status,
    grantedOn,
    behindSince: behindSince ?? null,
    instalments,
    total: totalOf(instalments),
  };
}

function hashOf(request: GrantRequest): string {
  const { accountId, kind, role, conversationId = null, actor = 'customer', instalments } = request;
  const months = request.kind === 'arrangement' ? request.months : null;
  const parts = instalments.map(({ dueOn, amount }) => [dueOn, amount]);
  return argsHash('plan', [accountId, kind, months, role, conversationId, actor, parts]);
}
