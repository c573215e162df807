import type { Activity } from 'botbuilder';
import type { Entry } from '../../models/entry.ts';
import type { ConversationReader, Delivery } from '../channel.ts';
import type { AzureReference } from './incoming.ts';
import { toActivity } from './translate.ts';

const page = 50;

/**
 * Replies to an activity sent with `expectReplies`: the answer to its request carries them, the connector never.
 *
 * Which of the two it is stands on the customer's entry (`awaitedUntil`), written together with it, so every
 * process that delivers reads the same, and no crash comes between. The answer is made of the stored entries
 * alone: who lost it (we died after the commit, the line broke) posts the same activity again, which changes
 * nothing and is answered with the same replies. A reply that only came to delivery after the wait was over may
 * have been answered or not, so it ends as `unknown`, which a person sees to; it is not sent a second way.
 */
export function createReplies(reader: ConversationReader, machineNow: () => Date) {
  /** The replies to an entry, as its request is answered with them. */
  async function to(
    conversationId: string,
    entryId: string,
    reference: AzureReference,
  ): Promise<Partial<Activity>[]> {
    const conversation = await reader.find(conversationId);
    const asked = await lookBack(conversationId, entryId, conversation?.shown ?? 0);
    // Posted before without expectReplies: what was said went out through the connector.
    if (!asked?.activity?.awaitedUntil) return [];
    const after = await reader.shownAfter(conversationId, asked.shown ?? 0, page);
    return after.flatMap((entry) => (entry.replyTo === entryId ? (toActivity(entry, reference) ?? []) : []));
  }

  /** How an entry was delivered if a request was answered with it; null where the connector carries it. */
  async function answered(conversationId: string, entry: Entry): Promise<Delivery | null> {
    if (!entry.replyTo) return null;
    const asked = await lookBack(conversationId, entry.replyTo, (entry.shown ?? 0) - 1);
    const until = asked?.activity?.awaitedUntil;
    if (typeof until !== 'string') return null;
    return machineNow() <= new Date(until)
      ? { status: 'delivered', code: 'azure.answered' }
      : { status: 'unknown', code: 'azure.answeredLate' };
  }

  /** Looks for an entry among those shown up to `last`, the newest first: it is nearly always close. */
  async function lookBack(conversationId: string, entryId: string, last: number): Promise<Entry | null> {
    for (let end = last; end > 0; end -= page) {
      const start = Math.max(0, end - page);
      const entries = await reader.shownAfter(conversationId, start, end - start);
      const found = entries.find(({ id }) => id === entryId);
      if (found) return found;
    }
    return null;
  }

  return { to, answered };
}
export type Replies = ReturnType<typeof createReplies>;
