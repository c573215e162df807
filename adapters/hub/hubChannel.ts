import { CarrierUnavailable, type Channel, type ConversationReader, type Outgoing } from '../channel.ts';
import { signedPost } from '../signedPost.ts';
import { toHandoffInitiation } from './translate.ts';

export type HubConfig = { url: string; secret: string };

/** The most lines of a conversation that go along; a longer one goes with its end. */
const mostLines = 10_000;

/**
 * An agent hub elsewhere that wants to know when a person is needed: Bot Framework's `handoff.initiate` event with
 * the full transcript, by a signed webhook. At least once, with one `webhook-id`. Our own desk needs none of it.
 */
export function createHubChannel(config: HubConfig, reader: ConversationReader): Channel {
  return {
    id: 'hub',
    async deliver({ ref, entry, conversation }: Outgoing) {
      if (!entry || !conversation) return { status: 'refused', code: 'hub.notAnEntry' };
      const lines = await reader.shownAfter(
        conversation._id,
        Math.max(0, conversation.shown - mostLines),
        mostLines,
      );
      const body = JSON.stringify(toHandoffInitiation(entry, conversation, lines));
      const status = await signedPost(config.url, config.secret, { id: ref, body }).catch((cause) => {
        throw new CarrierUnavailable('the hub did not answer', { cause });
      });
      if (status < 300) return { status: 'delivered' };
      if (status >= 500 || status === 429) throw new CarrierUnavailable(`the hub answered ${status}`);
      return { status: 'failed', code: `hub.${status}` };
    },
  };
}
