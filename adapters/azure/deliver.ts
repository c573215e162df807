import type { ConversationReference } from 'botbuilder';
import { CarrierUnavailable, type Delivery, type Outgoing } from '../channel.ts';
import type { AzureAdapter } from './azureAdapter.ts';
import type { AzureReference } from './incoming.ts';
import type { Replies } from './replies.ts';
import { SendError } from './sendOnce.ts';
import { toActivity } from './translate.ts';

type DeliverDependencies = { adapter: AzureAdapter; appId: string; replies: Replies };

/**
 * Hands one entry to the connector of its conversation, unless the answer to a request has carried it. At least
 * once: the connector cannot be asked what it has, so what may not have arrived is sent again.
 */
export function createDeliver({ adapter, appId, replies }: DeliverDependencies) {
  return async function deliver({ entry, conversation }: Outgoing): Promise<Delivery> {
    const reference = conversation?.reference as AzureReference | undefined;
    if (!entry || !conversation || !reference) return { status: 'refused', code: 'azure.noReference' };
    const answered = await replies.answered(conversation._id, entry).catch(notSent);
    if (answered) return answered;
    const activity = toActivity(entry, reference);
    if (!activity) return { status: 'delivered', code: 'azure.nothingToSend' };
    try {
      const way = reference as unknown as Partial<ConversationReference>;
      return { status: 'delivered', carrierId: await adapter.send(appId, way, activity) };
    } catch (error) {
      if (error instanceof SendError) return toDelivery(error);
      throw error;
    }
  };
}

function notSent(cause: unknown): never {
  throw new CarrierUnavailable('Bot Service has not taken it', { cause });
}

function toDelivery(error: SendError): Delivery {
  const { handedOver, status } = error;
  if (!handedOver || status === undefined || status >= 500 || status === 408 || status === 429)
    return notSent(error);
  // It took the activity and answered with something that is not JSON.
  if (status < 300) return { status: 'delivered', code: 'azure.noId' };
  return { status: 'failed', code: `azure.${status}` };
}
