import type { Logger } from 'pino';
import type { FieldMessage, SendFieldOrder } from '../../services/fieldOrders.ts';
import type { Policy } from '../../services/policy.ts';
import { sign, signatureHeader, timestampHeader } from './signature.ts';

export type WorkConfig = { url: string; secret: string };

/** An answer that takes longer counts as none, in milliseconds. */
const timeoutMs = 10_000;

/**
 * Hands field orders to the District's work-management system: JSON, signed, with an `Idempotency-Key` that is the
 * same at every try of the same version. Only a 2xx counts as taken. A redirect is refused: what is signed for one
 * address is not for another.
 */
export function createWorkWebhook(parts: {
  config: WorkConfig;
  policy: Pick<Policy, 'start' | 'field'>;
  log: Pick<Logger, 'warn'>;
  timeout?: number;
}): SendFieldOrder {
  const { config, policy, log, timeout = timeoutMs } = parts;
  return async (message) => {
    const body = JSON.stringify(toBody(message, policy));
    const timestamp = String(Math.floor(Date.now() / 1000));
    const { orderNumber } = message.order;
    try {
      const response = await fetch(config.url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
        headers: {
          'Content-Type': 'application/json',
          'Idempotency-Key': message.key,
          [timestampHeader]: timestamp,
          [signatureHeader]: sign(config.secret, timestamp, body),
        },
        body,
      });
      await response.body?.cancel();
      if (response.ok) return true;
      log.warn({ event: 'fieldOrder.notTaken', orderNumber, status: response.status });
    } catch (error) {
      const { name } = error as Error;
      log.warn({ event: 'fieldOrder.notTaken', orderNumber, error: name });
    }
    return false;
  };
}

function toBody(
  { key, action, order, premise, meter }: FieldMessage,
  policy: Pick<Policy, 'start' | 'field'>,
) {
  const window = policy.start.windows.find(({ name }) => name === order.window);
  return {
    id: key,
    action,
    orderNumber: order.orderNumber,
    version: order.version,
    type: order.type,
    priority: order.priority,
    scheduledOn: order.scheduledOn,
    window: window ?? null,
    premise: premise && { id: premise.serviceLocationId, address: premise.address, zip: premise.zip },
    place: order.place,
    meter: meter && { serialNumber: meter.serialNumber, size: meter.size },
    accessNotes: order.accessNotes,
    hazards: order.hazards,
    contact: order.contact,
    adultOnSite: policy.field.adultOnSite && order.type === 'TURN_ON',
    caseNumber: order.caseNumber,
    serviceOrderNumber: order.serviceOrderNumber,
  };
}
