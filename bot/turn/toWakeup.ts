import type { Conversation } from '../../models/conversation.ts';

/** What is new in a conversation since `seq`, as a hint with the entries at hand. */
export const toWakeup = (conversation: Conversation, since: number) => ({
  type: 'changed' as const,
  conversationId: conversation._id,
  seq: conversation.seq,
  shown: conversation.shown,
  entries: conversation.tail.filter((entry) => entry.seq > since),
});
