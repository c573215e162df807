import type { Logger } from 'pino';
import type { Wakeups } from '../adapters/channel.ts';
import { answeredText } from '../dialogs/answered/answered.ts';
import { append } from '../models/append.ts';
import { type Conversation, ConversationModel } from '../models/conversation.ts';
import { InboxKeyModel, shortKey } from '../models/inboxKey.ts';
import type { ChangesService } from '../services/changes.ts';
import { newEntry } from '../services/transcript.ts';
import { toWakeup } from './turn/toWakeup.ts';

/** A conversation that changes faster than this many looks is tried again with the follow-up. */
const mostTries = 20;

/**
 * A customer who was told "not confirmed yet" hears of the answer where they asked, once, in the system's name: it
 * belongs to no holder, so it is told whoever holds the conversation by then.
 */
export function tellAnswers(
  changes: Pick<ChangesService, 'onAnswered'>,
  parts: {
    clock: { now(): Date };
    wakeups: Wakeups;
    project(conversation: Conversation): void;
    log: Logger;
  },
): void {
  const { clock, wakeups, project, log } = parts;

  changes.onAnswered(async (requestId, submitted, { kind, conversationId }) => {
    if (!conversationId || submitted.status === 'pending') return;
    const key = `${conversationId}:change:${requestId}`;
    for (let tries = 0; tries < mostTries; tries++) {
      const conversation = await ConversationModel.findById(conversationId).lean<Conversation>();
      if (!conversation || (await isTold(conversation, key))) return;
      const entry = newEntry({
        at: clock.now(),
        from: 'system',
        kind: 'message',
        visible: true,
        text: answeredText(conversation.language, kind, submitted),
        key,
        receipt: true,
      });
      const after = await append(conversationId, { seq: conversation.seq }, { entries: [entry] });
      if (!after) continue;
      wakeups.publish(toWakeup(after, conversation.seq));
      project(after);
      log.info({ event: 'change.told', conversationId, kind, status: submitted.status });
      return;
    }
    throw new Error('the conversation changed faster than the answer could be written');
  });
}

/** Told before: the line still stands in the conversation, or was projected. */
async function isTold(conversation: Conversation, key: string): Promise<boolean> {
  if (conversation.tail.some((entry) => entry.key === key)) return true;
  if (conversation.recent.includes(shortKey(key))) return true;
  return (await InboxKeyModel.findById(key).lean()) !== null;
}
