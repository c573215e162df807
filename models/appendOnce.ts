import { append } from './append.ts';
import { type Conversation, ConversationModel } from './conversation.ts';
import type { NewEntry } from './entry.ts';
import { InboxKeyModel } from './inboxKey.ts';

const mostTries = 200;

/**
 * Appends an entry that is said once for ever under its key, whoever holds the conversation. Answers the conversation
 * as it is then, or null where there is none or the entry was there. An entry is in the tail or its key among the
 * inbox keys: both are looked up after the read, and the write holds only if no entry came since.
 */
export async function appendOnce(
  conversationId: string,
  entry: NewEntry & { key: string },
): Promise<Conversation | null> {
  for (let tries = 0; tries < mostTries; tries++) {
    const found = (await ConversationModel.findById(conversationId).lean()) as unknown as Conversation | null;
    if (!found || found.tail.some(({ key }) => key === entry.key)) return null;
    if (await InboxKeyModel.findById(entry.key).lean()) return null;
    const after = await append(conversationId, { seq: found.seq }, { entries: [entry] });
    if (after) return after;
  }
  throw new Error('A conversation changed faster than a word could be added');
}
