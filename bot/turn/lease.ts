import { append, type Expression } from '../../models/append.ts';
import type { Conversation } from '../../models/conversation.ts';

/** How long a runner holds a conversation without a sign of life, in milliseconds of machine time. */
export const leaseMs = 3_000;
/** Leases taken for one entry before it goes to a person unread: such a message may be what kills us. */
export const mostTries = 5;

const free: Expression = {
  $or: [{ $eq: ['$lease', null] }, { $lte: ['$lease.until', '$$NOW'] }],
};
const until: Expression = { $add: ['$$NOW', leaseMs] };

/** Fields that take the lease where it is free and leave it alone where it is not. The store's clock decides. */
export const leaseIfFree = (owner: string): Record<string, Expression> => ({
  lease: { $cond: [free, { owner: { $literal: owner }, until }, '$lease'] },
  fence: { $cond: [free, { $add: ['$fence', 1] }, '$fence'] },
  tries: { $cond: [free, { $add: ['$tries', 1] }, '$tries'] },
  workAt: { $cond: [free, until, { $ifNull: ['$workAt', until] }] },
});

/** Takes the lease of a conversation that has work to do, or answers null where another has it. */
export async function takeLease(id: string, owner: string): Promise<Conversation | null> {
  const conversation = await append(id, {}, { set: leaseIfFree(owner) });
  return conversation?.lease?.owner === owner ? conversation : null;
}

/** Says that the runner still lives. One that comes after the lease was given back finds it gone and changes nothing. */
export async function renewLease(id: string, owner: string): Promise<void> {
  await append(
    id,
    { 'lease.owner': owner },
    { set: { lease: { $mergeObjects: ['$lease', { until }] }, workAt: until } },
  );
}

/**
 * Fields of a commit: with no other entry waiting, and nothing that came in since the conversation was read,
 * everything numbered is handled and the lease is given back; else the entry alone is handled and the runner
 * goes on with the next.
 */
export function releaseIfDone(
  conversation: Conversation,
  added: number,
  entrySeq: number,
): Record<string, Expression> {
  const waiting = conversation.tail.some((entry) => entry.turn && entry.seq > entrySeq);
  const isDone: Expression = waiting ? false : { $eq: ['$seq', conversation.seq] };
  return {
    handled: { $cond: [isDone, conversation.seq + added, entrySeq] },
    lease: { $cond: [isDone, null, { $mergeObjects: ['$lease', { until }] }] },
    workAt: until,
    tries: 0,
    pinned: null,
  };
}
