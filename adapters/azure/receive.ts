import { type Inbox, InboxError, type Wakeups } from '../channel.ts';
import { type Answer, HttpError } from '../http.ts';
import { asLocale, languageOf } from '../sanitise.ts';
import { conversationIdOf, customerOf, type Incoming, toReference } from './incoming.ts';
import type { Replies } from './replies.ts';
import { toInbound } from './translate.ts';

/** How long a request waits for its turn where its sender wants to hear how it went, in milliseconds. */
export const waitMs = 10_000;

type ReceiveDependencies = {
  inbox: Inbox;
  wakeups: Wakeups;
  replies: Replies;
  machineNow(): Date;
};

/** Takes in one activity that has been authenticated, and says what its request is answered with. */
export function createReceive({ inbox, wakeups, replies, machineNow }: ReceiveDependencies) {
  return async function receive(activity: Incoming): Promise<Answer> {
    const conversationId = conversationIdOf(activity);
    const expectsReplies = activity.deliveryMode === 'expectReplies';
    const accepted = { status: 200, ...(expectsReplies ? { body: { activities: [] } } : {}) };
    if (activity.type === 'typing') wakeups.publish({ type: 'typing', conversationId, from: 'customer' });
    const awaitedUntil = expectsReplies ? new Date(machineNow().getTime() + waitMs) : undefined;
    const inbound = toInbound(activity, awaitedUntil);
    const customer = customerOf(activity);
    if (!inbound || !customer) return accepted;

    const reference = toReference(activity, customer);
    const language = languageOf(asLocale(activity.locale));
    await inbox.start({ id: conversationId, channelId: 'azure', customer, language, reference });
    const { entry } = await inbox.receive(inbound).catch(refuse);
    if (!expectsReplies && activity.type !== 'invoke') return accepted;

    const isDone = await inbox.turned(conversationId, entry.seq, waitMs);
    // The bot has no answer of its own to an invoke; what it says to it goes out as after a message.
    if (!expectsReplies) return { status: isDone ? 200 : 202, body: {} };
    // It is stored, so the same activity can be posted again, and then finds its replies.
    if (!isDone) throw new HttpError(504, 'StillWorking', 'The answer takes longer. Post the same again.');
    const activities = await replies.to(conversationId, entry.id, reference);
    return {
      status: 200,
      body: { activities: activities.map((one) => ({ ...one, replyToId: activity.id })) },
    };
  };
}

function refuse(error: unknown): never {
  if (error instanceof InboxError && error.code === 'conversation.full')
    throw new HttpError(429, 'TooManyRequests', 'Too much is waiting for an answer.', { 'Retry-After': '5' });
  throw error;
}
