import { daysBetween } from './calendar.ts';
import { createApplicants } from './serviceOrders/applicants.ts';
import { createOrderChanges } from './serviceOrders/changes.ts';
import { createOrderDates } from './serviceOrders/dates.ts';
import { createFinalBills } from './serviceOrders/finalBills.ts';
import { createPremiseChecks } from './serviceOrders/premiseChecks.ts';
import { createProgress, waitsMs } from './serviceOrders/progress.ts';
import { createQuotes } from './serviceOrders/quote.ts';
import { createStarts } from './serviceOrders/starts.ts';
import { createStops } from './serviceOrders/stops.ts';
import type {
  ServiceOrder,
  ServiceOrderDeps,
  StartAnswer,
  StartRequest,
  StopRequest,
  TransferAnswer,
  TransferRequest,
} from './serviceOrders/types.ts';
import { toOrder } from './serviceOrders/view.ts';

export type { DayCheck, StartCheck } from './serviceOrders/dates.ts';
export type * from './serviceOrders/types.ts';

export type ServiceOrderService = ReturnType<typeof createServiceOrderService>;

const most = 100;

/**
 * What the District does at a premise because a customer asks: start, stop, transfer, another day, taking back.
 * Whoever stops, transfers or names an account has been verified (L2) before; anybody may start.
 */
export function createServiceOrderService(deps: ServiceOrderDeps) {
  const { orders, followUps, audit, secrets, clock, policy } = deps;
  const dates = createOrderDates({ clock, policy });
  const checks = createPremiseChecks(deps);
  const applicants = createApplicants(deps);
  const quote = createQuotes(deps, dates, checks);
  const progress = createProgress(deps, { dates, checks, bookStop });
  progress.onTaken(createFinalBills(deps, dates).schedule);
  const stops = createStops(deps, { dates, checks, progress });
  const starts = createStarts(deps, { checks, applicants, progress, quote });
  const changes = createOrderChanges(deps, { dates, progress });

  followUps.handle('serviceOrder.carryOn', {
    async run({ run, payload }) {
      const order = await orders.byNumber(String(payload));
      if (order === null) return { outcome: 'gone' };
      const { status } = await progress.carryOn(order);
      // Read again: it may have been changed while its work was being ordered.
      const isSettled = await changes.carryOnLatest((await orders.byNumber(order._id)) ?? order);
      if (status !== 'pending' && isSettled) return { outcome: status };
      const wait = waitsMs[Math.min(run, waitsMs.length - 1)] ?? 0;
      return { outcome: 'pending', again: new Date(clock.now().getTime() + wait) };
    },
  });

  /** Books the stop that a transfer's start brings with it. A day that has become too late is for a person. */
  async function bookStop(sealed: string, { _id }: { _id: string }): Promise<void> {
    const answer = await stops.stop(JSON.parse(secrets.open(sealed, _id)) as StopRequest);
    if (!answer.ok && answer.reason !== 'alreadyOpen') await orders.flag(_id, `stop.${answer.reason}`);
  }

  return {
    earliestStop: dates.earliestStop,
    checkStopDate: dates.checkStopDate,
    earliestStart: dates.earliestStart,
    checkStartDate: dates.checkStartDate,

    /** What a start on a day would cost and need, or why it cannot be; nothing is booked. */
    quote,

    /**
     * Books the end of service: one order a request, however often it is repeated, and one open order a premise.
     * @throws ConflictError `action.conflict` where the requestId has booked something else.
     */
    stop: stops.stop,

    /**
     * Books the beginning of service at what `quote` told: one order a request, and one customer a premise.
     * Without a proof of occupancy the order waits for it. The account, the agreement and the charges are made on
     * the day.
     * @throws ConflictError `action.conflict` where the requestId has booked something else.
     */
    start: (request: StartRequest): Promise<StartAnswer> => starts.start(request),

    /** Stop and start in one. The start decides: the stop is booked when the start is confirmed. */
    async transfer(request: TransferRequest): Promise<TransferAnswer> {
      const { lastDay, forwardingAddress, ...rest } = request;
      const stop = toStop(request);
      if ((await orders.byRequest(`${request.requestId}:start`)) === null) {
        const mostDays = policy.transfer.mostOverlapDays;
        const refused = await stops.refusal(stop);
        if (refused !== null) return { ok: false, of: 'stop', answer: refused };
        if (daysBetween(request.day, lastDay) > mostDays)
          return { ok: false, of: 'both', answer: { ok: false, reason: 'overlapTooLong', mostDays } };
      }
      const start = { ...rest, requestId: `${request.requestId}:start` };
      const answer = await starts.start(start, JSON.stringify(stop));
      if (!answer.ok) return { ok: false, of: 'start', answer };
      const booked = await orders.byRequest(stop.requestId);
      const order = booked && toOrder(booked, policy);
      return { ok: true, confirmation: answer.confirmation, start: answer.order, stop: order };
    },

    move: changes.move,
    cancel: changes.cancel,
    giveProof: changes.giveProof,

    /**
     * Has a premise fall back to a landlord's account whenever a tenant there stops. Answers why not where the
     * account is no landlord's, or nobody else has service there.
     */
    async revertTo(request: { requestId: string; serviceLocationId: string; accountId: string; by: string }) {
      const { requestId, serviceLocationId, accountId, by } = request;
      const account = await deps.records.accountById(accountId);
      if (account?.kind !== 'landlord' || account.state !== 'active')
        return { ok: false as const, reason: 'noLandlord' as const };
      if (!(await deps.agreements.revert(serviceLocationId, accountId)))
        return { ok: false as const, reason: 'noTenant' as const };
      await audit.record({
        key: `${requestId}:revertTo`,
        at: clock.now(),
        actor: by,
        action: 'agreement.revertsTo',
        accountId,
        conversationId: null,
        details: { serviceLocationId },
      });
      return { ok: true as const };
    },

    async byNumber(orderNumber: string): Promise<ServiceOrder | null> {
      const order = await orders.byNumber(orderNumber);
      return order && toOrder(order, policy);
    },
    /** An account's orders, the latest first. */
    forAccount: async (accountId: string) =>
      (await orders.ofAccount(accountId, most)).map((order) => toOrder(order, policy)),
    /** Orders that a person must look at, and why. */
    toReview: async () =>
      (await orders.toReview(most)).map((order) => ({
        ...toOrder(order, policy),
        review: [...order.review],
      })),
    /** A CSR has looked at an order that a person must look at, and did this. False where none has to. */
    async lookedAt(request: { requestId: string; orderNumber: string; by: string; note: string }) {
      const { requestId, orderNumber, by, note } = request;
      const order = await orders.byNumber(orderNumber);
      if (!order?.needsReview) return false;
      await audit.record({
        key: `${requestId}:lookedAt`,
        at: clock.now(),
        actor: by,
        action: 'serviceOrder.lookedAt',
        accountId: order.accountId,
        conversationId: null,
        details: { orderNumber, note },
      });
      await orders.unflag(orderNumber);
      return true;
    },
    /** Tells of each order on its day, as it takes effect; may tell the same again after a crash. */
    onTaken(listener: (order: ServiceOrder) => Promise<void>): void {
      progress.onTaken((order) => listener(toOrder(order, policy)));
    },
  };
}

function toStop({ requestId, accountId, lastDay, forwardingAddress, ...rest }: TransferRequest): StopRequest {
  return {
    requestId: `${requestId}:stop`,
    accountId,
    lastDay,
    forwardingAddress,
    conversationId: rest.conversationId,
    by: rest.by ?? 'customer',
  };
}
