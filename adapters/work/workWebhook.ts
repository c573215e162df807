import type { Logger } from 'pino';
import type { FieldMessage, SendFieldOrder } from '../../services/fieldOrders.ts';
import type { Policy } from '../../services/policy.ts';
import { signedPost } from '../signedPost.ts';

export type WorkConfig = { url: string; secret: string };

/**
 * Hands field orders to the District's work-management system: JSON, signed (`signedPost`), with a `webhook-id` that
 * is the same at every try of the same version. Only a 2xx counts as taken.
 */
export function createWorkWebhook(parts: {
  config: WorkConfig;
  policy: Pick<Policy, 'start' | 'field'>;
  log: Pick<Logger, 'warn'>;
  timeout?: number;
}): SendFieldOrder {
  const { config, policy, log, timeout } = parts;
  return async (message) => {
    const body = JSON.stringify(toBody(message, policy));
    const { orderNumber } = message.order;
    try {
      const status = await signedPost(config.url, config.secret, { id: message.key, body }, timeout);
      if (status >= 200 && status < 300) return true;
      log.warn({ event: 'fieldOrder.notTaken', orderNumber, status });
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
