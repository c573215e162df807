import { append } from '../../models/append.ts';
import { type Conversation, ConversationModel } from '../../models/conversation.ts';
import type { Entry } from '../../models/entry.ts';
import { InboxKeyModel } from '../../models/inboxKey.ts';
import { TranscriptEntryModel } from '../../models/transcriptEntry.ts';
import { ConflictError } from '../errors.ts';
import type { Change, DeskDependencies, Outcome, Refusal, Request } from './types.ts';

export type Decide = (
  conversation: Conversation,
) => Promise<Change | Refusal | null> | Change | Refusal | null;

const maxTries = 200;

/** An earlier deed is this one if it has this name; the name stands in the entry that tells it. */
export const deed =
  (name: string, same: (earlier: Entry) => boolean = () => true) =>
  (earlier: Entry): boolean =>
    earlier.activity?.name === name && same(earlier);

/**
 * Runs one verb of the desk: reads the conversation, lets the verb decide, and writes what it decided in one
 * update that holds only where nothing was numbered and nobody took over since the read; else once more.
 *
 * Exactly once under a requestId: the entry itself is the record, so a crash leaves both or neither. An entry
 * of this key is in the tail, or was projected, and then its key was stored before it left the tail; both are
 * looked up after the read, and the write holds only if no entry came since, hence none of this key.
 */
export async function act(
  { wakeups, changed }: Pick<DeskDependencies, 'wakeups' | 'changed'>,
  { conversationId, csr, requestId }: Request,
  asked: (earlier: Entry) => boolean,
  decide: Decide,
): Promise<Outcome> {
  const key = requestId === undefined ? undefined : `desk:${csr.id}:${requestId}`;
  for (let tries = 0; tries < maxTries; tries++) {
    const conversation = await findConversation(conversationId);
    if (!conversation) return { ok: false, reason: 'notFound' };
    const earlier = key && (await entryOf(conversation, key));
    if (earlier === 'elsewhere') return { ok: false, reason: 'requestIdReused' };
    if (earlier && !asked(earlier)) return { ok: false, reason: 'requestIdReused' };
    const change = earlier ? null : await decide(conversation);
    if (earlier) return { ok: true, conversationId, seq: earlier.seq, entry: earlier };
    if (change === null) return { ok: true, conversationId, seq: conversation.seq, entry: null };
    if ('ok' in change) return change;

    const [first, ...rest] = change.entries;
    const { seq, epoch, holder, assignee } = conversation;
    const after = await append(
      conversationId,
      { seq, epoch, holder, assignee },
      { entries: [key ? { ...first, key } : first, ...rest], set: change.set },
    );
    if (!after) continue;
    wakeups.publish({ type: 'changed', conversationId, seq: after.seq, shown: after.shown });
    changed?.(after);
    return { ok: true, conversationId, seq: after.seq, entry: entryAt(after, seq + 1) };
  }
  throw new ConflictError('desk.contended', 'The conversation changed faster than the desk could write');
}

export const findConversation = (id: string): Promise<Conversation | null> =>
  ConversationModel.findOne({ _id: id }).lean() as unknown as Promise<Conversation | null>;

const entryAt = ({ tail }: Conversation, seq: number): Entry | null =>
  tail.find((entry) => entry.seq === seq) ?? null;

/** The entry that this key already has, wherever it stands by now. */
async function entryOf(conversation: Conversation, key: string): Promise<Entry | 'elsewhere' | null> {
  const standing = conversation.tail.find((entry) => entry.key === key);
  if (standing) return standing;
  const known = await InboxKeyModel.findOne({ _id: key }).lean();
  if (!known?.seq) return null;
  if (known.conversationId !== conversation._id) return 'elsewhere';
  const stored = TranscriptEntryModel.findOne({ conversationId: conversation._id, seq: known.seq });
  return (await stored.lean()) as unknown as Entry | null;
}
