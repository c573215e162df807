import type { FieldOrderRecord } from '../../models/fieldOrder.ts';
import type { OrderType } from '../policy/cases.ts';
import type { FieldOrder } from './types.ts';

/** An order as dialogs, the desk and the field see it. */
export function toFieldOrder({
  _id,
  type,
  history,
  requestId,
  argsHash,
  ...rest
}: FieldOrderRecord): FieldOrder {
  return {
    ...rest,
    orderNumber: _id,
    type: type as OrderType,
    history: history.map(({ at, status, by, note }) => ({ at, status, by, note: note ?? null })),
  };
}
