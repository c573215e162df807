import type { FieldOrderRecord } from '../../models/fieldOrder.ts';
import type { FieldMessage, FieldOrderDeps } from './types.ts';
import { toFieldOrder } from './view.ts';

/** How long an order that was not taken waits before the next try, in milliseconds of District time. */
const waitsMs = [30_000, 60_000, 300_000, 900_000, 3_600_000];

/**
 * Sends orders to the work-management system by follow-ups, so that nobody who makes an order waits for it, and
 * tells a person when it has not taken one after all tries.
 */
export function createSending({
  orders,
  serviceLocation,
  metersAt,
  followUps,
  audit,
  clock,
  policy,
  send,
}: FieldOrderDeps) {
  followUps.handle('fieldOrder.send', {
    async run({ key, run, payload }) {
      const { orderNumber, version } = payload as { orderNumber: string; version: number };
      const order = await orders.byNumber(orderNumber);
      if (order === null || send === null) return { outcome: 'nothingToSend' };
      if (order.version !== version || order.sent >= version) return { outcome: 'superseded' };
      if (await send(await messageOf(order))) {
        await taken(order);
        return { outcome: 'taken' };
      }
      if (run < policy.field.webhookTries) {
        const wait = waitsMs[Math.min(run - 1, waitsMs.length - 1)] ?? 0;
        return { outcome: 'notTaken', again: new Date(clock.now().getTime() + wait) };
      }
      await giveUp(order, key);
      return { outcome: 'gaveUp' };
    },
  });

  async function messageOf(order: FieldOrderRecord): Promise<FieldMessage> {
    const { _id, version, status, serviceLocationId } = order;
    const at = serviceLocationId ?? null;
    return {
      key: `${_id}:${version}`,
      action:
        status === 'cancelled'
          ? ('cancel' as const)
          : version === 1
            ? ('create' as const)
            : ('change' as const),
      order: toFieldOrder(order),
      premise: at === null ? null : await serviceLocation(at),
      meter: at === null ? null : ((await metersAt(at))[0] ?? null),
    };
  }

  async function taken({ _id, version, needsAttention }: FieldOrderRecord): Promise<void> {
    await orders.taken(_id, version);
    const entry = { at: clock.now(), status: 'dispatched' as const, by: 'work', note: null };
    const key = `${_id}:taken:${version}`;
    await orders.step(_id, ['open'], { entry: { ...entry, key, hash: key }, set: { status: 'dispatched' } });
    if (needsAttention === 'notSent') await orders.flag(_id, null);
  }

  async function giveUp({ _id, accountId, type }: FieldOrderRecord, key: string): Promise<void> {
    await orders.flag(_id, 'notSent');
    await audit.record({
      key: `${key}:notSent`,
      at: clock.now(),
      actor: 'system',
      action: 'fieldOrder.notSent',
      accountId: accountId ?? null,
      conversationId: null,
      details: { orderNumber: _id, type, tries: policy.field.webhookTries },
    });
  }

  return {
    /** Sees to it that this version of an order is sent; once, however often it is asked. */
    async schedule({ _id, version, sent, accountId }: FieldOrderRecord): Promise<void> {
      if (send === null || sent >= version) return;
      await followUps.schedule({
        key: `fieldOrder:${_id}:${version}`,
        kind: 'fieldOrder.send',
        dueAt: clock.now(),
        payload: { orderNumber: _id, version },
        accountId: accountId ?? null,
      });
    },
  };
}
