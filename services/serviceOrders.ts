import type { NewAuditEntry } from '../models/auditEntry.ts';
import type { NewServiceOrder, ServiceOrderRecord } from '../models/serviceOrder.ts';
import { addDays, createCalendar, type Day, isDay } from './calendar.ts';
import type { DistrictClock } from './clock.ts';
import { ConflictError, UpstreamError } from './errors.ts';
import type { Policy } from './policy.ts';
import type { Account, Records } from './records.ts';
import { argsHash as hashArgs, spokenNumber } from './requests.ts';

export type ServiceOrder = {
  /** `SO-` and eight letters and digits, easy to read aloud; the customer's confirmation number. */
  orderNumber: string;
  kind: 'stop';
  accountId: string;
  effectiveOn: Day;
  forwardingAddress: string;
  accessNotes: string | null;
  status: 'open' | 'done' | 'cancelled';
  bookedAt: Date;
};

export type StopRequest = {
  requestId: string;
  accountId: string;
  lastDay: Day;
  forwardingAddress: string;
  accessNotes?: string | null;
  conversationId: string;
};

/** `earliest` is the first day after the one asked for that would do. */
export type DayCheck =
  | { ok: true }
  | { ok: false; reason: 'notADay' | 'past' | 'tooSoon' | 'notBusinessDay' | 'tooFar'; earliest: Day };

export type StopAnswer =
  /** `pending`: the system that holds the records has not confirmed it yet. */
  | { ok: true; order: ServiceOrder; pending?: boolean }
  | Exclude<DayCheck, { ok: true }>
  | { ok: false; reason: 'noAccount' | 'accountClosed' | 'badAddress' | 'notesTooLong' }
  | { ok: false; reason: 'alreadyOpen'; orderNumber: string; effectiveOn: Day };

export type ServiceOrderDeps = {
  records: Pick<Records, 'accountById'>;
  orders: {
    byRequest(requestId: string): PromiseLike<ServiceOrderRecord | null>;
    openFor(accountId: string, kind: 'stop'): PromiseLike<ServiceOrderRecord | null>;
    book(order: NewServiceOrder): Promise<boolean>;
  };
  audit: { record(entry: NewAuditEntry): Promise<void> };
  clock: Pick<DistrictClock, 'now' | 'localTime'>;
  policy: Pick<Policy, 'stop' | 'hours' | 'holidays'>;
};

export type ServiceOrderService = ReturnType<typeof createServiceOrderService>;

const longestAddress = 300;
const longestNotes = 1000;
const numbersToTry = 20;

/** What the District does at a premise because a customer asks. Whoever asks has been verified (L2) before. */
export function createServiceOrderService(deps: ServiceOrderDeps) {
  const { records, orders, audit, clock, policy } = deps;
  const calendar = createCalendar(policy);

  /** The first day on which service can still be stopped: business days' notice, given before the cut-off. */
  function earliestStop(): Day {
    const { day, time } = clock.localTime();
    const received = time < policy.stop.cutoff ? day : addDays(day, 1);
    return calendar.businessDayFrom(
      calendar.addBusinessDays(calendar.businessDayFrom(received), policy.stop.noticeBusinessDays),
    );
  }

  /** Whether service can be stopped on that day, and if not, why and when instead. */
  function checkStopDate(day: Day): DayCheck {
    const earliest = earliestStop();
    const today = clock.localTime().day;
    if (!isDay(day)) return { ok: false, reason: 'notADay', earliest };
    if (day < today) return { ok: false, reason: 'past', earliest };
    if (day > addDays(today, policy.stop.furthestDays)) return { ok: false, reason: 'tooFar', earliest };
    if (day < earliest) return { ok: false, reason: 'tooSoon', earliest };
    if (!calendar.isBusinessDay(day))
      return { ok: false, reason: 'notBusinessDay', earliest: calendar.businessDayFrom(day) };
    return { ok: true };
  }

  return {
    earliestStop,
    checkStopDate,

    /**
     * Books the end of service: one order a request, however often it is repeated, and one open order an account.
     * @throws ConflictError `action.conflict` where the requestId has booked something else.
     */
    async stop(request: StopRequest): Promise<StopAnswer> {
      const argsHash = hashOf(request);
      const earlier = await orders.byRequest(request.requestId);
      if (earlier !== null) return answerAgain(earlier, argsHash);
      const account = await records.accountById(request.accountId);
      if (account === null) return { ok: false, reason: 'noAccount' };
      return refusalOf(request, account) ?? book(request, account, argsHash);
    },
  };

  function refusalOf(request: StopRequest, account: Account): StopAnswer | null {
    if (account.state === 'closed') return { ok: false, reason: 'accountClosed' };
    const address = request.forwardingAddress.trim();
    if (address === '' || address.length > longestAddress) return { ok: false, reason: 'badAddress' };
    if ((request.accessNotes ?? '').length > longestNotes) return { ok: false, reason: 'notesTooLong' };
    const day = checkStopDate(request.lastDay);
    return day.ok ? null : day;
  }

  // The order is the first write and holds all; the audit entry follows under its own key, so a turn that
  // died between the two writes it when it runs again.
  async function book(request: StopRequest, account: Account, argsHash: string): Promise<StopAnswer> {
    for (let time = 0; time < numbersToTry; time++) {
      const order: NewServiceOrder = {
        orderNumber: spokenNumber('SO', `${request.requestId} ${time}`),
        kind: 'stop',
        accountId: request.accountId,
        serviceLocationId: account.serviceLocationId,
        effectiveOn: request.lastDay,
        forwardingAddress: request.forwardingAddress.trim(),
        accessNotes: request.accessNotes?.trim() || null,
        conversationId: request.conversationId,
        bookedAt: clock.now(),
        requestId: request.requestId,
        argsHash,
      };
      const { orderNumber, ...rest } = order;
      if (await orders.book(order))
        return answerAgain({ ...rest, _id: orderNumber, status: 'open' }, argsHash);
      const same = await orders.byRequest(request.requestId);
      if (same !== null) return answerAgain(same, argsHash);
      const open = await orders.openFor(request.accountId, 'stop');
      if (open !== null)
        return { ok: false, reason: 'alreadyOpen', orderNumber: open._id, effectiveOn: open.effectiveOn };
      // Neither: the number is taken, or the open order has just been closed.
    }
    throw new UpstreamError('serviceOrder.notStored', 'The store takes no order');
  }

  async function answerAgain(order: ServiceOrderRecord, argsHash: string): Promise<StopAnswer> {
    if (order.argsHash !== argsHash)
      throw new ConflictError('action.conflict', 'A service order was repeated with other arguments');
    await audit.record({
      key: `${order.requestId}:booked`,
      at: order.bookedAt,
      actor: 'customer',
      action: 'serviceOrder.booked',
      accountId: order.accountId,
      conversationId: order.conversationId ?? null,
      details: { orderNumber: order._id, kind: order.kind, effectiveOn: order.effectiveOn },
    });
    return { ok: true, order: toOrder(order) };
  }
}

function toOrder({
  _id,
  kind,
  accountId,
  effectiveOn,
  status,
  bookedAt,
  ...rest
}: ServiceOrderRecord): ServiceOrder {
  const { forwardingAddress, accessNotes } = rest;
  return {
    orderNumber: _id,
    kind,
    accountId,
    effectiveOn,
    forwardingAddress: forwardingAddress ?? '',
    accessNotes: accessNotes ?? null,
    status,
    bookedAt,
  };
}

function hashOf({ accountId, lastDay, forwardingAddress, accessNotes, conversationId }: StopRequest): string {
  const given = [accountId, lastDay, forwardingAddress.trim(), accessNotes?.trim() || null, conversationId];
  return hashArgs('stop', given);
}
