import type { ServiceOrderRecord } from '../../models/serviceOrder.ts';
import type { Policy } from '../policy.ts';
import type { Fee, OrderWindow, ServiceOrder } from './types.ts';

/** An order as dialogs and the desk see it. */
export function toOrder(order: ServiceOrderRecord, { start }: Pick<Policy, 'start'>): ServiceOrder {
  const { _id, kind, accountId, serviceLocationId, effectiveOn, status, bookedAt, proof, occupancy } = order;
  const isWaiting = status === 'waitingForProof' && proof !== null && occupancy != null;
  return {
    orderNumber: _id,
    kind,
    accountId,
    accountNumber: order.accountNumber ?? null,
    serviceLocationId,
    effectiveOn,
    window: (order.window ?? null) as OrderWindow | null,
    forwardingAddress: order.forwardingAddress ?? '',
    accessNotes: order.accessNotes ?? null,
    hazards: [...(order.hazards ?? [])],
    fees: (order.fees ?? []).map(({ label, amount }) => ({ label: label as Fee['label'], amount })),
    proofNeeded: isWaiting ? { by: proof.by, kinds: start.proofs[occupancy] } : null,
    status,
    bookedAt,
  };
}
