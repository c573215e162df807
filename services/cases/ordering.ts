import type { CaseRecord } from '../../models/case.ts';
import { act } from './act.ts';
import type { CaseDeps } from './types.ts';

/**
 * The crew that a case's category asks for, at once: an emergency's also where nobody has said yet where it is, as
 * somebody must be on the way to finding out. Once the place is known, or is another, the order is for there.
 */
export function createOrdering(deps: Pick<CaseDeps, 'fieldOrders' | 'policy'> & Parameters<typeof act>[0]) {
  const { fieldOrders, policy } = deps;

  return async function order(record: CaseRecord): Promise<void> {
    const type = policy.cases.categories.find(({ code }) => code === record.serviceCode)?.order;
    if (!type || !fieldOrders) return;
    const { _id: caseNumber, serviceLocationId = null, accountId = null, priority, history } = record;
    const moves = history.filter(({ kind }) => kind === 'located').length;
    if (moves > 0 && record.status === 'closed') return;
    const requestId = moves === 0 ? `case:${caseNumber}:order` : `case:${caseNumber}:order:${moves}`;
    const made = await fieldOrders.create({
      requestId,
      type,
      serviceLocationId,
      place: placeOf(record),
      priority,
      accountId,
      caseNumber,
    });
    const orderNumber = made.ok ? made.order.orderNumber : null;
    if (made.ok)
      for (const earlier of ordersOf(record))
        if (earlier !== orderNumber)
          await fieldOrders.cancel({
            requestId: `${requestId}:instead:${earlier}`,
            orderNumber: earlier,
            why: `it is elsewhere: ${orderNumber}`,
          });
    const details = made.ok ? { orderNumber, type } : { type, refused: made.reason };
    await act(deps, { requestId, caseNumber, actor: 'system', kind: 'ordered' }, () => ({
      set: made.ok ? { orderNumber } : {},
      details,
    }));
  };
}

/** Where it is, in words. At a premise whose address is protected there are none: the crew's own system knows it. */
function placeOf({ address, zip, serviceLocationId, priority }: CaseRecord): string | null {
  if (address || serviceLocationId || priority !== 'emergency') return address ?? null;
  return zip ? `ZIP ${zip}, address not known yet` : 'Address not known yet';
}

const ordersOf = ({ history }: CaseRecord): string[] =>
  history.flatMap(({ kind, details }) =>
    kind === 'ordered' && typeof details.orderNumber === 'string' ? [details.orderNumber] : [],
  );
