import type { ServiceOrderChange, ServiceOrderRecord } from '../../models/serviceOrder.ts';
import { ConflictError } from '../errors.ts';
import { argsHash } from '../requests.ts';
import type { OrderDates } from './dates.ts';
import type { ProgressService } from './progress.ts';
import { isWindow } from './requests.ts';
import { isProof } from './starts.ts';
import type {
  Asker,
  ChangeAnswer,
  ChangeRequest,
  OrderWindow,
  ProofAnswer,
  ServiceOrderDeps,
} from './types.ts';
import { toOrder } from './view.ts';

type MoveRequest = ChangeRequest & { day: string; window?: OrderWindow | null };

/** Another day for an order that is open, taking it back, and the proof that it waits for. */
export function createOrderChanges(
  deps: ServiceOrderDeps,
  parts: { dates: OrderDates; progress: ProgressService },
) {
  const { orders, customers, changes, fieldOrders, audit, clock, policy } = deps;
  const { dates, progress } = parts;

  /** Gives an open order another day, once. */
  function move(request: MoveRequest): Promise<ChangeAnswer> {
    const { requestId, day, window = null } = request;
    const hash = argsHash('serviceOrder.move', [request.orderNumber, day, window]);
    const change = { requestId, argsHash: hash, kind: 'move' as const, day, window };
    return ask(request, change, (order) => dayRefusal(order, day, window));
  }

  /** Takes an open order back, once. */
  function cancel(request: ChangeRequest): Promise<ChangeAnswer> {
    const { requestId, orderNumber } = request;
    const hash = argsHash('serviceOrder.cancel', [orderNumber]);
    return ask(request, { requestId, argsHash: hash, kind: 'cancel', day: null, window: null }, () => null);
  }

  async function ask(
    { orderNumber, who, requestId }: ChangeRequest,
    wanted: Pick<ServiceOrderChange, 'requestId' | 'argsHash' | 'kind' | 'day' | 'window'>,
    refusal: (order: ServiceOrderRecord) => Exclude<ChangeAnswer, { ok: true }> | null,
  ): Promise<ChangeAnswer> {
    const order = await orders.byNumber(orderNumber);
    if (order === null || !(await isTheirs(order, who))) return { ok: false, reason: 'noOrder' };
    if (changeOf(order, requestId) !== null) return carryOn(order, wanted);
    if (order.status !== 'open' && order.status !== 'waitingForProof')
      return { ok: false, reason: 'alreadyEnded' };
    if (order.status === 'open' && order.records !== 'confirmed')
      return { ok: false, reason: 'notConfirmedYet' };
    const refused = refusal(order);
    if (refused !== null) return refused;
    const change = { ...wanted, outcome: null, reason: null, at: clock.now() };
    const begun = await orders.beginChange(orderNumber, change);
    const now = begun ?? (await orders.byNumber(orderNumber));
    if (now === null) return { ok: false, reason: 'noOrder' };
    if (begun === null && changeOf(now, requestId) === null)
      return { ok: false, reason: now.openChange === null ? 'alreadyEnded' : 'changeUnderWay' };
    return carryOn(now, wanted);
  }

  /** Brings a change to its end, as far as the records have answered. Beginning it was the first write. */
  async function carryOn(
    order: ServiceOrderRecord,
    wanted: Pick<ServiceOrderChange, 'requestId' | 'argsHash'>,
  ): Promise<ChangeAnswer> {
    const change = changeOf(order, wanted.requestId) as ServiceOrderChange;
    if (change.argsHash !== wanted.argsHash)
      throw new ConflictError('action.conflict', 'A change of an order was repeated with other arguments');
    if (change.outcome === null) {
      await progress.look(order, change.requestId);
      if (await isNeeded(order, change)) return settle(order, change, 'premiseTaken');
      const answer = order.status === 'waitingForProof' ? 'confirmed' : await askRecords(order, change);
      if (answer === 'pending') return { ok: true, confirmation: 'pending', order: toOrder(order, policy) };
      return settle(order, change, answer === 'confirmed' ? null : 'refusedByRecords');
    }
    return settle(order, change, change.reason ?? null);
  }

  async function askRecords(order: ServiceOrderRecord, { requestId, kind, day }: ServiceOrderChange) {
    const change = {
      requestId: `${order._id}:records:${requestId}`,
      accountId: order.accountId,
      kind: 'serviceOrder' as const,
      order: {
        kind: order.kind,
        action: kind,
        orderNumber: order._id,
        serviceLocationId: order.serviceLocationId,
        effectiveOn: day ?? order.bookedFor ?? order.effectiveOn,
        forwardingAddress: order.forwardingAddress ?? null,
      },
    };
    const { status } = await changes.submit(change, { conversationId: order.conversationId ?? null });
    return status;
  }

  async function settle(
    order: ServiceOrderRecord,
    change: ServiceOrderChange,
    reason: string | null,
  ): Promise<ChangeAnswer> {
    const outcome = reason === null ? ('done' as const) : ('refused' as const);
    if (change.outcome === null) {
      const ended = { ...change, outcome, reason };
      await orders.endChange(order._id, ended, reason === null ? resultOf(order, change) : {});
    }
    const after = (await orders.byNumber(order._id)) ?? order;
    await note(after, change, outcome);
    if (reason !== null) return { ok: false, reason: reason as 'premiseTaken' | 'refusedByRecords' };
    await passOn(after, change);
    const confirmation = after.status === 'waitingForProof' ? 'waitingForProof' : 'confirmed';
    return { ok: true, confirmation, order: toOrder(after, policy) };
  }

  function resultOf(order: ServiceOrderRecord, { kind, day, window }: ServiceOrderChange) {
    if (kind === 'cancel' || day == null)
      return {
        status: 'cancelled' as const,
        why: 'asked',
        holdsPremise: null,
        applicant: null,
        transfer: null,
      };
    const fees = order.fees.filter(({ label }) => label !== 'sameDayFee');
    const proof = order.proof && { ...order.proof, by: dates.proofBy(day) };
    return { effectiveOn: day, window, ...(order.kind === 'start' ? { fees, proof } : {}) };
  }

  /** The crew and the calendar follow what the order now says. */
  async function passOn(order: ServiceOrderRecord, { requestId, kind, day, window }: ServiceOrderChange) {
    if (kind === 'move' && order.status === 'open') await progress.scheduleEffect(order);
    for (const { orderNumber } of await fieldOrders.forServiceOrder(order._id)) {
      const key = { requestId: `${requestId}:${orderNumber}`, orderNumber };
      if (kind === 'cancel') await fieldOrders.cancel({ ...key, why: 'the service order was cancelled' });
      else
        await fieldOrders.move({
          ...key,
          scheduledOn: day ?? null,
          window: (window ?? null) as OrderWindow | null,
        });
    }
  }

  /** Somebody has booked to begin there because this customer leaves. */
  async function isNeeded(order: ServiceOrderRecord, { kind, day }: ServiceOrderChange): Promise<boolean> {
    if (order.kind !== 'stop') return false;
    const start = await orders.startAt(order.serviceLocationId);
    return start !== null && (kind === 'cancel' || (day ?? '') > start.effectiveOn);
  }

  function dayRefusal(
    order: ServiceOrderRecord,
    day: string,
    window: OrderWindow | null,
  ): Exclude<ChangeAnswer, { ok: true }> | null {
    if (!isWindow(window)) return { ok: false, reason: 'badWindow' };
    if (order.kind === 'stop') {
      const checked = dates.checkStopDate(day);
      return checked.ok ? null : checked;
    }
    const checked = dates.checkStartDate(day);
    if (!checked.ok) return checked;
    // A same-day start costs more than was agreed to.
    return checked.sameDay && day !== order.effectiveOn ? { ok: false, reason: 'feesChanged' } : null;
  }

  /** A conversation that was never verified may only change what it has booked itself, and that is a start. */
  async function isTheirs(order: ServiceOrderRecord, who: Asker): Promise<boolean> {
    if ('csr' in who) return true;
    if ('conversationId' in who) return order.kind === 'start' && order.conversationId === who.conversationId;
    if (order.accountId === who.accountId) return true;
    const customer = order.customerId ? await customers.ofAccount(who.accountId) : null;
    return customer !== null && customer._id === order.customerId;
  }

  /** Takes the proof of occupancy that an order waits for; the order then goes on. */
  async function giveProof(
    request: ChangeRequest & { kind: string; reference: string },
  ): Promise<ProofAnswer> {
    const { requestId, orderNumber, who, kind, reference } = request;
    const order = await orders.byNumber(orderNumber);
    if (order === null || !(await isTheirs(order, who))) return { ok: false, reason: 'noOrder' };
    const isRepeat = order.proof?.requestId === requestId;
    if (!isRepeat) {
      if (order.status !== 'waitingForProof' || order.proof === null || order.openChange !== null)
        return { ok: false, reason: 'notWaiting' };
      if (!isProof({ kind, reference }, policy.start.proofs[order.occupancy ?? 'tenant']))
        return { ok: false, reason: 'badProof' };
    } else if (order.proof?.kind !== kind || order.proof.reference !== reference)
      throw new ConflictError('action.conflict', 'A proof was repeated with other arguments');
    const proof = { by: order.proof?.by ?? clock.now(), kind, reference, requestId };
    const given = isRepeat
      ? order
      : ((await orders.set(orderNumber, ['waitingForProof'], { status: 'open', proof })) ??
        (await orders.byNumber(orderNumber)));
    if (given?.proof?.requestId !== requestId) return { ok: false, reason: 'notWaiting' };
    await audit.record({
      key: `${requestId}:proof`,
      at: clock.now(),
      actor: 'csr' in who ? who.csr : 'customer',
      action: 'serviceOrder.proofGiven',
      accountId: order.accountId,
      conversationId: order.conversationId ?? null,
      details: { orderNumber, kind },
    });
    const { status } = await progress.carryOn(given);
    if (status === 'refused') return { ok: false, reason: 'refusedByRecords' };
    return { ok: true, confirmation: status, order: toOrder(given, policy) };
  }

  function note(
    order: ServiceOrderRecord,
    { requestId, kind, day, at }: ServiceOrderChange,
    outcome: string,
  ) {
    return audit.record({
      key: `serviceOrder:${order._id}:${requestId}`,
      at,
      actor: 'customer',
      action: `serviceOrder.${kind === 'move' ? 'moved' : 'takenBack'}`,
      accountId: order.accountId,
      conversationId: order.conversationId ?? null,
      details: { orderNumber: order._id, outcome, day: day ?? null },
    });
  }

  return {
    move,
    cancel,
    giveProof,
    /**
     * Does what is left to do for an order's latest change, done or under way; false while the records have not
     * answered. Older ones are over: what they asked for must not come after what was asked later.
     */
    async carryOnLatest(order: ServiceOrderRecord): Promise<boolean> {
      const latest = order.openChange ?? order.changes.filter(({ outcome }) => outcome === 'done').at(-1);
      if (!latest) return true;
      const answer = await carryOn(order, latest);
      return !answer.ok || answer.confirmation !== 'pending';
    },
  };
}

const changeOf = (
  { openChange, changes }: ServiceOrderRecord,
  requestId: string,
): ServiceOrderChange | null => [openChange, ...changes].find((one) => one?.requestId === requestId) ?? null;
