import { hash, randomBytes } from 'node:crypto';
import { type Conversation, ConversationModel } from '../models/conversation.ts';
import type { ActivityParts, Entry, EntryKind, NewEntry, Speaker } from '../models/entry.ts';
import { EntryBodyModel } from '../models/entryBody.ts';
import { type TranscriptEntry, TranscriptEntryModel } from '../models/transcriptEntry.ts';

/** What the maker of an entry has to say; the rest is the same for all. */
export type EntryParts = {
  id?: string;
  /** District time. */
  at: Date;
  from: Speaker;
  author?: { id: string; name: string };
  kind: EntryKind;
  visible: boolean;
  text: string;
  activity?: ActivityParts;
  replyTo?: string;
  key?: string;
  bodyRef?: string;
  sealed?: string | null;
  turn?: boolean;
  receipt?: boolean;
};

/** Makes one line of a conversation, with a random id and the salted hash that the chain covers. */
export function newEntry(parts: EntryParts): NewEntry {
  // The one place where entries are made is the place where a private note cannot become visible.
  if (parts.kind === 'note' && parts.visible) throw new TypeError('A private note is never visible');
  const salt = randomBytes(16).toString('base64url');
  // A part that is undefined would be stored as null.
  const given = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
  return {
    ...(given as EntryParts),
    id: parts.id ?? randomBytes(16).toString('base64url'),
    salt,
    textHash: textHash(salt, parts.text),
  };
}

/** SHA-256 of salt and text; the salt keeps a short text from being guessed once it has been erased. */
export const textHash = (salt: string, text: string): string => hash('sha256', `${salt}\0${text}`);

/** The hash of an entry over the one before it; the first follows the empty string. */
export const chainHash = (
  previousHash: string,
  entry: Pick<Entry, 'seq' | 'at' | 'from' | 'kind' | 'textHash'>,
): string =>
  hash(
    'sha256',
    JSON.stringify([
      previousHash,
      entry.seq,
      new Date(entry.at).toISOString(),
      entry.from,
      entry.kind,
      entry.textHash,
    ]),
  );

/** What a reader needs of a conversation: the tail and the numbers that go with it, from one read. */
export type TailOf = Pick<Conversation, '_id' | 'seq' | 'shown' | 'tail'>;
export type ChainCheck = { ok: true; seq: number; hash: string } | { ok: false; seq: number };

export type TranscriptService = ReturnType<typeof createTranscriptService>;

/**
 * Reads transcripts: what has been projected, and after it the tail that still stands in the conversation.
 * The tail is read first. An entry is in the collection before it leaves the tail, so what is not in the
 * tail that was read, and has a lower number, is in the collection by then: no gap. The collection is asked
 * only for numbers below the tail's first: no double.
 */
export function createTranscriptService() {
  const read = async (conversationId: string, range: { after?: number; limit?: number } = {}) => {
    const conversation = await tailOf(conversationId);
    return conversation ? readOf(conversation, range) : [];
  };

  /** The same, of a conversation that has just been read. */
  const readOf = (
    conversation: TailOf,
    { after = 0, limit = 200 }: { after?: number; limit?: number } = {},
  ) => joined(conversation, 'seq', after, conversation.seq, limit);

  const shownAfter = async (conversationId: string, shown: number, limit = 200): Promise<Entry[]> => {
    const conversation = await tailOf(conversationId);
    return conversation ? joined(conversation, 'shown', shown, conversation.shown, limit) : [];
  };

  return { read, readOf, shownAfter, verifyChain };
}

const tailOf = (conversationId: string) =>
  ConversationModel.findOne(
    { _id: conversationId },
    { seq: 1, shown: 1, tail: 1 },
  ).lean() as unknown as Promise<TailOf | null>;

/** The entries whose number lies above `after`: from the collection below the tail, then from the tail. */
async function joined(
  { _id, tail }: TailOf,
  number: 'seq' | 'shown',
  after: number,
  last: number,
  limit: number,
): Promise<Entry[]> {
  const standing = tail.filter((entry) => entry[number] !== null);
  const end = Math.min(standing[0]?.[number] ?? last + 1, last + 1);
  const stored =
    after + 1 < end
      ? (
          (await TranscriptEntryModel.find({ conversationId: _id, [number]: { $gt: after, $lt: end } })
            .sort({ [number]: 1 })
            .limit(limit)
            .lean()) as unknown as TranscriptEntry[]
        ).map(withoutRow)
      : [];
  const fresh = standing.filter((entry) => (entry[number] as number) > after);
  return whole([...stored, ...fresh].slice(0, limit));
}

const withoutRow = ({ _id, conversationId, hash, ...entry }: TranscriptEntry): Entry => entry as Entry;

/** Puts texts that were too long to carry along back in their places. */
async function whole<T extends Entry>(entries: T[]): Promise<T[]> {
  const refs = entries.flatMap((entry) => entry.bodyRef ?? []);
  if (refs.length === 0) return entries;
  const bodies = await EntryBodyModel.find({ _id: { $in: refs } }).lean();
  const texts = new Map(bodies.map((body) => [body._id, body.text]));
  return entries.map((entry) =>
    entry.bodyRef ? { ...entry, text: texts.get(entry.bodyRef) ?? entry.text } : entry,
  );
}

const batch = 500;

/**
 * Follows the hash chain from the first entry to the last one projected. Tells the first number at which
 * an entry is missing or is not what was written; an entry erased by law (`erasedAt`) keeps its hash alone.
 */
async function verifyChain(conversationId: string): Promise<ChainCheck> {
  const conversation = await ConversationModel.findOne({ _id: conversationId }, { projected: 1 }).lean();
  const last = conversation?.projected?.seq ?? 0;
  let seq = 0;
  let hash = '';
  while (seq < last) {
    const found = TranscriptEntryModel.find({ conversationId, seq: { $gt: seq, $lte: last } });
    const rows = (await found.sort({ seq: 1 }).limit(batch).lean()) as unknown as (TranscriptEntry & {
      erasedAt?: Date;
    })[];
    if (rows.length === 0) return { ok: false, seq: seq + 1 };
    for (const row of await whole(rows)) {
      hash = chainHash(hash, row);
      const asWritten = row.erasedAt ? true : textHash(row.salt, row.text) === row.textHash;
      if (row.seq !== seq + 1 || row.hash !== hash || !asWritten) return { ok: false, seq: seq + 1 };
      seq = row.seq;
    }
  }
  return hash === (conversation?.projected?.hash ?? '') ? { ok: true, seq, hash } : { ok: false, seq };
}
