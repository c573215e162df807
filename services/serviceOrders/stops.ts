import type { NewServiceOrder, ServiceOrderRecord } from '../../models/serviceOrder.ts';
import { ConflictError, UpstreamError } from '../errors.ts';
import type { Account } from '../records.ts';
import { argsHash, spokenNumber } from '../requests.ts';
import type { OrderDates } from './dates.ts';
import type { PremiseChecks } from './premiseChecks.ts';
import type { ProgressService } from './progress.ts';
import { faultOfTexts, isWindow, numbersToTry } from './requests.ts';
import type { ServiceOrderDeps, StopAnswer, StopRequest } from './types.ts';
import { toOrder } from './view.ts';

const longestAddress = 300;

/** Ending service at a premise. */
export function createStops(
  deps: ServiceOrderDeps,
  parts: { dates: OrderDates; checks: PremiseChecks; progress: Pick<ProgressService, 'carryOn'> },
) {
  const { records, orders, agreements, clock, policy } = deps;
  const { dates, checks, progress } = parts;

  async function stop(request: StopRequest): Promise<StopAnswer> {
    const hash = hashOf(request);
    const earlier = await orders.byRequest(request.requestId);
    if (earlier !== null) return answerAgain(earlier, hash);
    const found = await lookUp(request);
    if (!('account' in found)) return found;
    return refusalOf(request) ?? book(request, found, hash);
  }

  async function lookUp({
    accountId,
    serviceLocationId,
  }: StopRequest): Promise<{ account: Account; at: string } | Exclude<StopAnswer, { ok: true }>> {
    const account = await records.accountById(accountId);
    if (account === null) return { ok: false, reason: 'noAccount' };
    if (account.state === 'closed') return { ok: false, reason: 'accountClosed' };
    const at = serviceLocationId ?? account.serviceLocationId;
    if (at !== account.serviceLocationId) {
      const own = await agreements.ofAccount(accountId);
      if (!own.some((one) => one.serviceLocationId === at && !one.endedOn))
        return { ok: false, reason: 'notYourPremise' };
    }
    return { account, at };
  }

  /** What speaks against the request itself, or null. */
  function refusalOf(request: StopRequest): Exclude<StopAnswer, { ok: true }> | null {
    const address = request.forwardingAddress.trim();
    if (address === '' || address.length > longestAddress) return { ok: false, reason: 'badAddress' };
    const texts = faultOfTexts(request);
    if (texts !== null) return { ok: false, reason: texts };
    if (!isWindow(request.window ?? null)) return { ok: false, reason: 'badWindow' };
    const day = dates.checkStopDate(request.lastDay);
    return day.ok ? null : day;
  }

  async function book(request: StopRequest, { at }: { at: string }, hash: string): Promise<StopAnswer> {
    const work = (await checks.landlordOf(at)) === null ? ['READ_OUT', 'TURN_OFF'] : ['READ_OUT'];
    for (let time = 0; time < numbersToTry; time++) {
      const order = toNewOrder(request, at, work, { hash, time, at: clock.now() });
      const { orderNumber, ...rest } = order;
      if (await orders.book(order)) return answerAgain({ ...rest, _id: orderNumber }, hash);
      const same = await orders.byRequest(request.requestId);
      if (same !== null) return answerAgain(same, hash);
      const open = await orders.openFor(request.accountId, 'stop', at);
      if (open !== null)
        return { ok: false, reason: 'alreadyOpen', orderNumber: open._id, effectiveOn: open.effectiveOn };
      // Neither: the number is taken, or the open order has just been closed.
    }
    throw new UpstreamError('serviceOrder.notStored', 'The store takes no order');
  }

  async function answerAgain(order: ServiceOrderRecord, hash: string): Promise<StopAnswer> {
    if (order.argsHash !== hash)
      throw new ConflictError('action.conflict', 'A service order was repeated with other arguments');
    const { status } = await progress.carryOn(order);
    if (status === 'refused') return { ok: false, reason: 'refusedByRecords' };
    return { ok: true, confirmation: status, order: toOrder(order, policy) };
  }

  return {
    stop,
    /** Why such a stop would not be booked, or null; nothing is booked. */
    async refusal(request: StopRequest): Promise<Exclude<StopAnswer, { ok: true }> | null> {
      const found = await lookUp(request);
      if (!('account' in found)) return found;
      const open = await orders.openFor(request.accountId, 'stop', found.at);
      if (open !== null)
        return { ok: false, reason: 'alreadyOpen', orderNumber: open._id, effectiveOn: open.effectiveOn };
      return refusalOf(request);
    },
  };
}

function toNewOrder(
  request: StopRequest,
  serviceLocationId: string,
  work: string[],
  { hash, time, at }: { hash: string; time: number; at: Date },
): NewServiceOrder {
  return {
    ...blank,
    orderNumber: spokenNumber('SO', `${request.requestId} ${time}`),
    kind: 'stop',
    accountId: request.accountId,
    serviceLocationId,
    effectiveOn: request.lastDay,
    window: request.window ?? null,
    bookedFor: request.lastDay,
    bookedWindow: request.window ?? null,
    forwardingAddress: request.forwardingAddress.trim(),
    accessNotes: request.accessNotes?.trim() || null,
    hazards: request.hazards ?? [],
    conversationId: request.conversationId,
    by: request.by ?? 'customer',
    work,
    bookedAt: at,
    requestId: request.requestId,
    argsHash: hash,
  };
}

/** An order of which nothing special is known. */
export const blank = {
  status: 'open',
  records: 'pending',
  why: null,
  revision: 0,
  openChange: null,
  changes: [],
  review: [],
  needsReview: false,
  holdsPremise: null,
  accountNumber: null,
  customerId: null,
  applicant: null,
  occupancy: null,
  accountKind: null,
  fees: [],
  proof: null,
  revertsTo: null,
  transfer: null,
} satisfies Partial<NewServiceOrder>;

function hashOf(request: StopRequest): string {
  const { accountId, lastDay, forwardingAddress, accessNotes, conversationId } = request;
  return argsHash('stop', [
    accountId,
    lastDay,
    forwardingAddress.trim(),
    accessNotes?.trim() || null,
    conversationId,
    request.serviceLocationId ?? null,
    request.window ?? null,
    request.hazards ?? [],
  ]);
}
