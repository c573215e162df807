import type { FieldOrderRecord, FieldOrderStatus } from '../models/fieldOrder.ts';
import { isDay } from './calendar.ts';
import { ConflictError, UpstreamError } from './errors.ts';
import { createFieldResults } from './fieldOrders/results.ts';
import { createSending } from './fieldOrders/sending.ts';
import type {
  FieldAnswer,
  FieldChangeAnswer,
  FieldOrder,
  FieldOrderDeps,
  FieldRequest,
  FieldWindow,
} from './fieldOrders/types.ts';
import { toFieldOrder } from './fieldOrders/view.ts';
import { orderTypes } from './policy/cases.ts';
import { argsHash, spokenNumber } from './requests.ts';

export type * from './fieldOrders/types.ts';

export type FieldOrderService = ReturnType<typeof createFieldOrders>;

const numbersToTry = 20;
const longestText = 1000;
const mostHazards = 20;
const most = 100;
const notEnded: FieldOrderStatus[] = ['open', 'dispatched', 'enRoute'];

/**
 * Work that crews do at premises: made by service orders and cases, sent to the work-management system, and ended
 * by what the field says. A status never goes back.
 */
export function createFieldOrders(deps: FieldOrderDeps) {
  const { orders, audit, clock } = deps;
  const sending = createSending(deps);
  const results = createFieldResults(deps);

  return {
    /**
     * Makes an order and sends it; a repeat gets the first.
     * @throws ConflictError `action.conflict` where the requestId has asked for something else.
     */
    async create(request: FieldRequest): Promise<FieldAnswer> {
      const hash = hashOf(request);
      const earlier = await orders.byRequest(request.requestId);
      if (earlier !== null) return carryOn(earlier, hash);
      const reason = await refusalOf(request);
      return reason === null ? add(request, hash) : { ok: false, reason };
    },

    /** Gives an order that has not ended another day or window. */
    async move(change: {
      requestId: string;
      orderNumber: string;
      scheduledOn: string | null;
      window: FieldWindow | null;
      by?: string;
    }): Promise<FieldChangeAnswer> {
      const { requestId, orderNumber, scheduledOn, window, by = 'system' } = change;
      if (scheduledOn !== null && !isDay(scheduledOn)) return { ok: false, reason: 'badDay' };
      if (!isWindow(window)) return { ok: false, reason: 'badWindow' };
      const hash = argsHash('move', [orderNumber, scheduledOn, window]);
      const set = { scheduledOn, window };
      return step({ requestId, orderNumber, by, hash, set, note: `moved to ${scheduledOn ?? 'soon'}` });
    },

    /** Takes back an order that has not ended. */
    cancel(change: { requestId: string; orderNumber: string; why: string; by?: string }) {
      const { requestId, orderNumber, why, by = 'system' } = change;
      const hash = argsHash('cancel', [orderNumber, why]);
      const set = { status: 'cancelled' as const };
      return step({ requestId, orderNumber, by, hash, set, note: why.slice(0, longestText) });
    },

    /** A CSR has looked at an order that a person must look at, and did this. False where none has to. */
    async lookedAt(request: { requestId: string; orderNumber: string; by: string; note: string }) {
      const { requestId, orderNumber, by, note: text } = request;
      const order = await orders.byNumber(orderNumber);
      if (order === null || order.needsAttention === null) return false;
      await note(order, `fieldOrder:${requestId}`, 'fieldOrder.lookedAt', by, { note: text });
      await orders.unflag(orderNumber);
      return true;
    },

    /** What the field says of an order; the same event again gets the same answer. */
    takeEvent: results.takeEvent,
    /** Tells of an order that is done or could not be done; may tell the same again after a crash. */
    onEnded: results.onEnded,

    byNumber: async (orderNumber: string) => view(await orders.byNumber(orderNumber)),
    /** The desk's lists, the latest first where they are long. */
    forAccount: async (accountId: string) => (await orders.ofAccount(accountId, most)).map(toFieldOrder),
    openFor: async (serviceLocationId: string) =>
      (await orders.openAt(serviceLocationId, most)).map(toFieldOrder),
    forCase: async (caseNumber: string) => (await orders.ofCase(caseNumber, most)).map(toFieldOrder),
    forServiceOrder: async (serviceOrderNumber: string) =>
      (await orders.ofServiceOrder(serviceOrderNumber, most)).map(toFieldOrder),
    needingAttention: async () => (await orders.flagged(most)).map(toFieldOrder),
  };

  async function refusalOf(request: FieldRequest) {
    const {
      type,
      serviceLocationId,
      place,
      scheduledOn,
      window,
      accessNotes,
      hazards = [],
      contact,
    } = request;
    if (!orderTypes.includes(type)) return 'badType' as const;
    if (serviceLocationId === null && !place?.trim()) return 'noPlace' as const;
    if (scheduledOn != null && !isDay(scheduledOn)) return 'badDay' as const;
    if (!isWindow(window ?? null)) return 'badWindow' as const;
    if (hazards.length > mostHazards || hazards.some((hazard) => hazard.trim() === '' || hazard.length > 200))
      return 'badHazards' as const;
    if ([accessNotes, contact, place].some((text) => (text ?? '').length > longestText))
      return 'textTooLong' as const;
    if (serviceLocationId !== null && (await deps.serviceLocation(serviceLocationId)) === null)
      return 'unknownPremise' as const;
    return null;
  }

  async function add(request: FieldRequest, hash: string): Promise<FieldAnswer> {
    for (let time = 0; time < numbersToTry; time++) {
      const order = toRecord(request, hash, time, clock.now());
      if (await orders.add(order)) return carryOn(order, hash);
      const same = await orders.byRequest(request.requestId);
      if (same !== null) return carryOn(same, hash);
    }
    throw new UpstreamError('fieldOrder.notStored', 'The store takes no field order');
  }

  // The order is the first write and holds all; a run that died after it does the rest when it is repeated.
  async function carryOn(order: FieldOrderRecord, hash: string): Promise<FieldAnswer> {
    if (order.argsHash !== hash)
      throw new ConflictError('action.conflict', 'A field order was repeated with other arguments');
    await sending.schedule(order);
    await note(
      order,
      `fieldOrder:${order.requestId}`,
      'fieldOrder.created',
      order.history[0]?.by ?? 'system',
    );
    return { ok: true, order: toFieldOrder(order) };
  }

  async function step(change: {
    requestId: string;
    orderNumber: string;
    by: string;
    hash: string;
    note: string;
    set: { status?: 'cancelled'; scheduledOn?: string | null; window?: FieldWindow | null };
  }): Promise<FieldChangeAnswer> {
    const { requestId: key, orderNumber, by, hash, set } = change;
    const before = await orders.byNumber(orderNumber);
    if (before === null) return { ok: false, reason: 'noOrder' };
    const status = set.status ?? before.status;
    const entry = { at: clock.now(), status, by, note: change.note, key, hash };
    const after =
      (await orders.step(
        orderNumber,
        set.status ? notEnded : notEnded.filter((one) => one === before.status),
        {
          entry,
          set,
          changesWork: true,
        },
      )) ?? (await orders.byNumber(orderNumber));
    const mine = after?.history.find((one) => one.key === key);
    if (after === null || mine === undefined) {
      // Its status moved on in between: a move looks again, unless the order has ended.
      if (after !== null && notEnded.includes(after.status)) return step(change);
      return { ok: false, reason: 'alreadyEnded' };
    }
    if (mine.hash !== hash)
      throw new ConflictError(
        'action.conflict',
        'A change of a field order was repeated with other arguments',
      );
    await sending.schedule(after);
    await note(after, `fieldOrder:${key}`, set.status ? 'fieldOrder.cancelled' : 'fieldOrder.moved', by);
    return { ok: true, order: toFieldOrder(after) };
  }

  function note(
    { _id, type, accountId }: FieldOrderRecord,
    key: string,
    action: string,
    actor: string,
    more: Record<string, string> = {},
  ) {
    return audit.record({
      key,
      at: clock.now(),
      actor,
      action,
      accountId: accountId ?? null,
      conversationId: null,
      details: { orderNumber: _id, type, ...more },
    });
  }
}

const view = (order: FieldOrderRecord | null): FieldOrder | null =>
  order === null ? null : toFieldOrder(order);
const isWindow = (window: string | null) => [null, 'morning', 'afternoon'].includes(window);
const trimmed = (text: string | null | undefined) => text?.trim() || null;

function toRecord(request: FieldRequest, hash: string, time: number, at: Date): FieldOrderRecord {
  const { requestId, type, serviceLocationId, priority = 'normal', hazards = [], by = 'system' } = request;
  return {
    _id: spokenNumber('FO', `${requestId} ${time}`),
    type,
    serviceLocationId,
    place: trimmed(request.place),
    accountId: request.accountId ?? null,
    caseNumber: request.caseNumber ?? null,
    serviceOrderNumber: request.serviceOrderNumber ?? null,
    priority,
    scheduledOn: request.scheduledOn ?? null,
    window: request.window ?? null,
    accessNotes: trimmed(request.accessNotes),
    hazards: hazards.map((hazard) => hazard.trim()),
    contact: trimmed(request.contact),
    status: 'open',
    version: 1,
    sent: 0,
    needsAttention: null,
    result: null,
    history: [{ at, status: 'open', by, note: null, key: requestId, hash }],
    createdAt: at,
    requestId,
    argsHash: hash,
  };
}

const hashOf = ({ requestId, by, ...asked }: FieldRequest): string =>
  argsHash('fieldOrder', [
    Object.entries(asked)
      .filter(([, value]) => value != null)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
