import type { ServiceOrderRecord } from '../../models/serviceOrder.ts';
import type { OrderType } from '../policy/cases.ts';
import type { OrderDetails } from '../records.ts';
import type { OrderDates } from './dates.ts';
import type { PremiseChecks } from './premiseChecks.ts';
import type { Applicant, Confirmation, Fee, OrderWindow, ServiceOrderDeps } from './types.ts';

/** How long an order without an answer of the records waits before it is looked at again, in milliseconds. */
export const waitsMs = [30_000, 60_000, 300_000, 900_000, 3_600_000];
const premiseWaitMs = 900_000;

export type Progress = { status: Confirmation } | { status: 'refused'; reason: string };
export type ProgressService = ReturnType<typeof createProgress>;

/**
 * What follows from an order that was booked. Booking it is the first write and decides everything; all that is
 * here may be repeated by a retry, another process or a follow-up, and then writes the same under keys of the order.
 */
export function createProgress(
  deps: ServiceOrderDeps,
  parts: {
    dates: OrderDates;
    checks: PremiseChecks;
    bookStop(sealed: string, start: ServiceOrderRecord): Promise<void>;
  },
) {
  const { orders, changes, fieldOrders, followUps, audit, secrets, clock, effects } = deps;
  const { dates, checks, bookStop } = parts;
  const listeners: ((order: ServiceOrderRecord) => Promise<void>)[] = [];

  followUps.handle('serviceOrder.effect', {
    async run({ payload }) {
      const { orderNumber, revision } = payload as { orderNumber: string; revision: number };
      const order = await orders.byNumber(orderNumber);
      if (order?.status !== 'open' || order.revision !== revision) return { outcome: 'superseded' };
      return (await takeEffect(order))
        ? { outcome: 'done' }
        : { outcome: 'waiting', again: new Date(clock.now().getTime() + premiseWaitMs) };
    },
  });
  followUps.handle('serviceOrder.proof', {
    async run({ payload }) {
      const order = await orders.byNumber(String(payload));
      if (order?.status !== 'waitingForProof' || order.proof === null) return { outcome: 'settled' };
      if (order.proof.by > clock.now()) return { outcome: 'moved', again: order.proof.by };
      await end(order, 'cancelled', 'noProof');
      return { outcome: 'lapsed' };
    },
  });

  /** Does what is left to do for an order, as far as it can be done now. */
  async function carryOn(order: ServiceOrderRecord): Promise<Progress> {
    await note(order, 'booked', order.bookedAt);
    if (order.status === 'refused') return { status: 'refused', reason: order.why ?? 'refusedByRecords' };
    if (order.status === 'waitingForProof') {
      const dueAt = order.proof?.by ?? clock.now();
      await later('proof', 'serviceOrder.proof', order, dueAt, order._id);
      return { status: 'waitingForProof' };
    }
    if (order.status === 'open') {
      const progress = order.records === 'confirmed' ? null : await askRecords(order);
      if (progress !== null) return progress;
      await causeWork(order);
      await scheduleEffect(order);
      if (order.transfer) await bookStop(order.transfer, order);
    }
    return { status: 'confirmed' };
  }

  /** Null once the records have confirmed it. */
  async function askRecords(order: ServiceOrderRecord): Promise<Progress | null> {
    await look(order, 'book');
    // Looked at again now that it stands: whoever was there may have taken back that they leave.
    const taken =
      order.kind === 'start'
        ? await checks.refusalAt(order.serviceLocationId, order.effectiveOn, null, order._id)
        : null;
    if (taken !== null) return refuse(order, taken);
    const details: OrderDetails = {
      kind: order.kind,
      orderNumber: order._id,
      serviceLocationId: order.serviceLocationId,
      effectiveOn: order.bookedFor ?? order.effectiveOn,
      forwardingAddress: order.forwardingAddress ?? null,
      ...(effects === null && order.kind === 'start' ? { start: startOf(order) } : {}),
    };
    const submitted = await changes.submit(
      { requestId: `${order._id}:records`, accountId: order.accountId, kind: 'serviceOrder', order: details },
      { conversationId: order.conversationId ?? null },
    );
    if (submitted.status === 'pending') return { status: 'pending' };
    if (submitted.status === 'refused')
      return refuse(order, submitted.reason === 'premiseActive' ? 'premiseActive' : 'refusedByRecords');
    await orders.set(order._id, ['open'], { records: 'confirmed' });
    await note(order, 'confirmed');
    return null;
  }

  async function refuse(order: ServiceOrderRecord, reason: string): Promise<Progress> {
    await end(order, 'refused', reason);
    return { status: 'refused', reason };
  }

  async function causeWork(order: ServiceOrderRecord): Promise<void> {
    for (const type of order.work) {
      await fieldOrders.create({
        requestId: `${order._id}:${type}`,
        type: type as OrderType,
        serviceLocationId: order.serviceLocationId,
        accountId: order.accountId,
        serviceOrderNumber: order._id,
        scheduledOn: order.bookedFor ?? order.effectiveOn,
        window: (order.bookedWindow ?? null) as OrderWindow | null,
        accessNotes: order.accessNotes ?? null,
        hazards: [...order.hazards],
      });
    }
  }

  /** On its day, once the records have it; false where it has to wait. */
  async function takeEffect(order: ServiceOrderRecord): Promise<boolean> {
    if (order.records !== 'confirmed') return false;
    if (order.kind === 'start') {
      const own = order.accountId; // its own agreement may stand already: a run was cut off after that
      const refused = await checks.refusalAt(order.serviceLocationId, order.effectiveOn, own, order._id);
      if (refused !== null && refused !== 'alreadyYours') {
        if (clock.localTime().day > order.effectiveOn) await orders.flag(order._id, refused);
        return false;
      }
      await effects?.begin(order, applicantOf(order));
      if (effects) await charge(order);
    } else await effects?.end(order);
    for (const told of listeners) await told(order);
    await note(order, 'done');
    await orders.set(order._id, ['open'], {
      status: 'done',
      holdsPremise: null,
      applicant: null,
      transfer: null,
    });
    return true;
  }

  async function charge({ _id, accountId, effectiveOn, fees }: ServiceOrderRecord): Promise<void> {
    for (const { label, amount } of fees) {
      await changes.submit({
        requestId: `${_id}:${label}`,
        accountId,
        kind: 'charge',
        amount,
        postedOn: effectiveOn,
        label: label as 'setupFee' | 'sameDayFee' | 'deposit',
        of: null,
      });
    }
  }

  /** Ends an order before its day: its premise is free again. */
  async function end(order: ServiceOrderRecord, status: 'cancelled' | 'refused', why: string): Promise<void> {
    await note(order, status, clock.now(), why);
    await orders.set(order._id, ['open', 'waitingForProof'], {
      status,
      why,
      holdsPremise: null,
      applicant: null,
      transfer: null,
    });
  }

  /** Sees to it that the order is looked at again, should this process not come to the end of it. */
  async function look(order: ServiceOrderRecord, what: string): Promise<void> {
    const dueAt = new Date(clock.now().getTime() + (waitsMs[0] ?? 0));
    await later(`carryOn:${what}`, 'serviceOrder.carryOn', order, dueAt, order._id);
  }

  function scheduleEffect(order: ServiceOrderRecord): Promise<void> {
    const { _id: orderNumber, revision, effectiveOn } = order;
    const payload = { orderNumber, revision };
    return later(`effect:${revision}`, 'serviceOrder.effect', order, dates.beginOf(effectiveOn), payload);
  }

  async function later(what: string, kind: string, order: ServiceOrderRecord, dueAt: Date, payload: unknown) {
    const { _id, accountId } = order;
    await followUps.schedule({ key: `serviceOrder:${_id}:${what}`, kind, dueAt, payload, accountId });
  }

  function note(order: ServiceOrderRecord, what: string, at = clock.now(), why: string | null = null) {
    const { _id, kind, effectiveOn } = order;
    return audit.record({
      key: `${order.requestId}:${what}`,
      at,
      actor: what === 'booked' ? order.by : 'system',
      action: `serviceOrder.${what}`,
      accountId: order.accountId,
      conversationId: order.conversationId ?? null,
      details: { orderNumber: _id, kind, effectiveOn, ...(why === null ? {} : { why }) },
    });
  }

  /** What another system needs to make the account itself. */
  const startOf = (order: ServiceOrderRecord): OrderDetails['start'] => ({
    customerOf: order.customerId ?? null,
    applicant: applicantOf(order),
    occupancy: order.occupancy ?? 'tenant',
    accountKind: order.accountKind ?? 'residential',
    fees: order.fees.map(({ label, amount }) => ({ label: label as Fee['label'], amount })),
  });

  /** Who a start is for; null where it is for a customer that the District has already. */
  function applicantOf({ applicant, _id }: ServiceOrderRecord): Applicant | null {
    return applicant ? (JSON.parse(secrets.open(applicant, _id)) as Applicant) : null;
  }

  return {
    carryOn,
    end,
    look,
    scheduleEffect,
    onTaken(listener: (order: ServiceOrderRecord) => Promise<void>): void {
      listeners.push(listener);
    },
  };
}
