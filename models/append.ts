import type { Conversation, Holder } from './conversation.ts';
import { ConversationModel } from './conversation.ts';
import type { Entry, NewEntry } from './entry.ts';

/** An aggregation expression over the conversation as it is before the update. */
export type Expression = unknown;

/** An entry to append; `hushed` is how it stands when the open question turns out to be secret. */
export type Appended = NewEntry & { hushed?: NewEntry };

/** Numbers entries after those that are there. Texts are literals: a "$" in them is never a field path. */
const numbered = (entries: Appended[]): Expression[] => {
  let shown = 0;
  return entries.map(({ hushed, ...entry }, index) => ({
    $mergeObjects: [
      hushed ? { $cond: ['$secret', { $literal: hushed }, { $literal: entry }] } : { $literal: entry },
      {
        seq: { $add: ['$seq', index + 1] },
        shown: entry.visible ? { $add: ['$shown', ++shown] } : null,
      },
    ],
  }));
};

/** A text with other words or none of its secrets, in the tail where it still stands. */
export type Redaction = { seq: number; text: string; textHash: string };

/** The tail with what must not stay in it replaced, and the sealed answers of handled entries gone. */
const redacted = (redactions: Redaction[]): Expression =>
  redactions.length === 0
    ? '$tail'
    : {
        $map: {
          input: '$tail',
          as: 'entry',
          in: redactions.reduce<Expression>(
            (otherwise, { seq, text, textHash }) => ({
              $cond: [
                { $eq: ['$$entry.seq', seq] },
                {
                  $mergeObjects: [
                    '$$entry',
                    { text: { $literal: text }, textHash: { $literal: textHash }, sealed: null },
                  ],
                },
                otherwise,
              ],
            }),
            '$$entry',
          ),
        },
      };

export type Append = {
  entries?: Appended[];
  redactions?: Redaction[];
  /** Further fields to set, each an expression over the conversation before the update. */
  set?: Record<string, Expression>;
};

/** Machine time at which a sweeper must look at a conversation whose tail is not in the transcript yet. */
export const projectionDueMs = 2_000;

/** What an entry weighs in the conversation's document, roughly, in bytes; the tail is bounded by it. */
export const weight = ({ text, sealed, activity }: NewEntry): number =>
  600 + text.length + (sealed?.length ?? 0) + (activity === undefined ? 0 : JSON.stringify(activity).length);

/**
 * The one way a conversation changes: appends entries with their numbers and sets fields, all or nothing,
 * where the conversation still is as `condition` says. Returns it as it now is, or null where it is not.
 */
export async function append(
  id: string,
  condition: Record<string, unknown>,
  { entries = [], redactions = [], set = {} }: Append,
): Promise<Conversation | null> {
  const visible = entries.filter((entry) => entry.visible).length;
  const written = {
    updatedAt: '$$NOW',
    workAt: { $ifNull: ['$workAt', { $add: ['$$NOW', projectionDueMs] }] },
    ...(entries.length > 0 || redactions.length > 0
      ? {
          tail: { $concatArrays: [redacted(redactions), numbered(entries)] },
          seq: { $add: ['$seq', entries.length] },
          shown: { $add: ['$shown', visible] },
          tailBytes: { $add: ['$tailBytes', entries.reduce((sum, entry) => sum + weight(entry), 0)] },
        }
      : {}),
    ...set,
  };
  const changed = await ConversationModel.collection.findOneAndUpdate(
    { _id: id, ...condition } as never,
    [{ $set: written }],
    { returnDocument: 'after' },
  );
  return changed as unknown as Conversation | null;
}

/**
 * Sets the holder and raises the epoch, so that whoever held it before loses by it. A secret question that is
 * open when a person takes over is still answered by the customer's next message: only then is it over.
 */
export const held = (holder: Holder, assignee: string | null = null): Record<string, Expression> => ({
  holder,
  assignee: { $literal: assignee },
  epoch: { $add: ['$epoch', 1] },
  ...(holder === 'bot' || holder === 'resolved' ? { secret: false } : {}),
});

/** The first entry that still waits for its turn, or undefined. */
export const unhandled = (conversation: Conversation): Entry | undefined =>
  conversation.tail.find((entry) => entry.seq > conversation.handled && entry.turn === true);
