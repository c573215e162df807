import type { Channel, ConversationReader, Outgoing } from '../channel.ts';
import { deliverSigned } from '../signedPost.ts';
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
      return deliverSigned({ name: 'hub', ...config }, { id: ref, body });
    },
  };
}
