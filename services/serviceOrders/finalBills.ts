import type { ServiceOrderRecord } from '../../models/serviceOrder.ts';
import { addDays } from '../calendar.ts';
import type { OrderDates } from './dates.ts';
import type { ServiceOrderDeps } from './types.ts';

/** The crew's reading is waited for, a day at a time. */
const waitMs = 86_400_000;
const notEnded = ['open', 'dispatched', 'enRoute'];

/** The last bill after a stop: once the meter was read, and by the policy's last day without a reading. */
export function createFinalBills(deps: ServiceOrderDeps, dates: OrderDates) {
  const { orders, records, fieldOrders, followUps, clock, policy, issueFinal } = deps;

  followUps.handle('serviceOrder.finalBill', {
    async run({ key, payload }) {
      const order = await orders.byNumber(String(payload));
      if (order === null || issueFinal === null) return { outcome: 'notOurs' };
      const lastDay = addDays(order.effectiveOn, policy.stop.finalBillDays);
      if (clock.localTime().day < lastDay && (await isReadAwaited(order)))
        return { outcome: 'notRead', again: new Date(clock.now().getTime() + waitMs) };
      const { accountId, effectiveOn } = order;
      const answer = await issueFinal({ requestId: key, accountId, lastDay: effectiveOn });
      if (!answer.ok) await orders.flag(order._id, `finalBill.${answer.reason}`);
      return { outcome: answer.ok ? 'issued' : answer.reason };
    },
  });

  async function isReadAwaited({ _id }: ServiceOrderRecord): Promise<boolean> {
    const work = await fieldOrders.forServiceOrder(_id);
    return work.some(({ type, status }) => type === 'READ_OUT' && notEnded.includes(status));
  }

  return {
    /** For an account that closes with the order; a landlord's goes on with its other premises. */
    async schedule(order: ServiceOrderRecord): Promise<void> {
      if (order.kind !== 'stop' || issueFinal === null) return;
      const account = await records.accountById(order.accountId);
      if (account?.state !== 'closed' || account.serviceLocationId !== order.serviceLocationId) return;
      await followUps.schedule({
        key: `serviceOrder:${order._id}:finalBill`,
        kind: 'serviceOrder.finalBill',
        dueAt: dates.beginOf(addDays(order.effectiveOn, 1)),
        payload: order._id,
        accountId: order.accountId,
      });
    },
  };
}
