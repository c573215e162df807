import type { FieldOrderRecord, FieldOrderStatus } from '../../models/fieldOrder.ts';
import { localTime } from '../calendar.ts';
import { ConflictError } from '../errors.ts';
import { argsHash } from '../requests.ts';
import type { FieldEvent, FieldEventAnswer, FieldOrder, FieldOrderDeps } from './types.ts';
import { toFieldOrder } from './view.ts';

/** From which statuses each may be reached: never back, and an end is an end. */
const before: Record<FieldEvent['status'], FieldOrderStatus[]> = {
  dispatched: ['open'],
  enRoute: ['open', 'dispatched'],
  done: ['open', 'dispatched', 'enRoute'],
  cannot: ['open', 'dispatched', 'enRoute'],
  cancelled: ['open', 'dispatched', 'enRoute'],
};
/** What is done by reading a meter: without a reading it is not done. */
const reads = ['READ_IN', 'READ_OUT', 'REREAD'];
const longestText = 2000;

/** What the field says: status, result, and the reading that bills are made of. */
export function createFieldResults({ orders, metersAt, addReading, audit, clock }: FieldOrderDeps) {
  const listeners: ((order: FieldOrder) => Promise<void>)[] = [];

  /**
   * @throws ConflictError `action.conflict` where the same eventId said something else.
   */
  async function takeEvent(event: FieldEvent): Promise<FieldEventAnswer> {
    const hash = argsHash('event', [event.orderNumber, event.status, event.technician, event.result]);
    const order = await orders.byNumber(event.orderNumber);
    if (order === null) return { ok: false, reason: 'noOrder' };
    const said = order.history.find(({ key }) => key === keyOf(event));
    if (said !== undefined) return carryOn(order, event, hash);
    const reason = await refusalOf(order, event);
    if (reason !== null) return { ok: false, reason };
    const stepped = await orders.step(order._id, before[event.status], {
      entry: {
        at: clock.now(),
        status: event.status,
        by: event.technician ? `work: ${event.technician}` : 'work',
        note: event.result?.notes ?? null,
        key: keyOf(event),
        hash,
      },
      set: {
        status: event.status,
        ...(event.result ? { result: { ...noResult, ...event.result, at: clock.now() } } : {}),
        ...(event.status === 'cannot' ? { needsAttention: 'cannot' } : {}),
      },
    });
    return carryOn(stepped ?? ((await orders.byNumber(order._id)) as FieldOrderRecord), event, hash);
  }

  async function refusalOf({ type, serviceLocationId }: FieldOrderRecord, { status, result }: FieldEvent) {
    const reading = result?.reading ?? null;
    if ([result?.notes, result?.code, result?.photo].some((text) => (text ?? '').length > longestText))
      return 'textTooLong' as const;
    if (status === 'done' && reads.includes(type) && reading === null) return 'readingMissing' as const;
    if (reading === null) return null;
    const [meter] = serviceLocationId ? await metersAt(serviceLocationId) : [];
    const fits = Number.isInteger(reading) && reading >= 0 && reading < 10 ** (meter?.digits ?? 6);
    return fits ? null : ('badReading' as const);
  }

  // The step is the first write; the reading, the audit entry and whoever listens follow from it by keys of its own.
  async function carryOn(
    order: FieldOrderRecord,
    event: FieldEvent,
    hash: string,
  ): Promise<FieldEventAnswer> {
    const said = order.history.find(({ key }) => key === keyOf(event));
    if (said === undefined) return { ok: false, reason: 'backwards' };
    if (said.hash !== hash)
      throw new ConflictError('action.conflict', 'An event of the field came again and said something else');
    if (said.status === 'done') await keepReading(order, said.at);
    await audit.record({
      key: `fieldOrder:${order._id}:event:${event.eventId}`,
      at: said.at,
      actor: said.by,
      action: `fieldOrder.${said.status}`,
      accountId: order.accountId ?? null,
      conversationId: null,
      details: { orderNumber: order._id, type: order.type, code: event.result?.code ?? null },
    });
    if (said.status === 'done' || said.status === 'cannot')
      for (const told of listeners) await told(toFieldOrder(order));
    return { ok: true, status: said.status };
  }

  async function keepReading(
    { _id, type, serviceLocationId, result }: FieldOrderRecord,
    at: Date,
  ): Promise<void> {
    const [meter] = serviceLocationId ? await metersAt(serviceLocationId) : [];
    if (!reads.includes(type) || result?.reading == null || meter === undefined) return;
    const { reading } = result;
    await addReading({
      _id: `fieldOrder ${_id}`,
      meterId: meter._id,
      readOn: localTime(at, clock.timeZone).day,
      value: reading,
      kind: 'actual',
      continuousFlow: false,
    });
  }

  return {
    takeEvent,
    onEnded(listener: (order: FieldOrder) => Promise<void>): void {
      listeners.push(listener);
    },
  };
}

const noResult = { reading: null, photo: null, notes: null };

/** An event's place in the history; no request has the same key. */
const keyOf = ({ eventId }: FieldEvent) => `event:${eventId}`;
