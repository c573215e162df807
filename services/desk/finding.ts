import { type Conversation, ConversationModel } from '../../models/conversation.ts';
import { nameOf } from './queue.ts';

type Page = { rows: Conversation[]; cursor: string | null };
type Place = Pick<Conversation, '_id' | 'updatedAt'>;

/** A search by name looks at so many conversations for one page; its cursor leads to the older ones. */
const searched = 2_000;
const newestFirst = { updatedAt: -1, _id: 1 } as const;
const listed = { state: 0, tail: 0, pinned: 0 };

/** Pages through conversations, always along an index: no look-up reads all there are. */
export async function findPage(
  where: object,
  { q = '', limit = 50, cursor }: { q?: string; limit?: number; cursor?: string },
): Promise<Page> {
  const older = { ...where, ...(cursor ? olderThan(cursor) : {}) };
  const sought = q.trim();
  if (!sought) return first(older, limit);
  for (const exact of [{ _id: sought }, { 'proof.accountNumber': sought }]) {
    const found = await first({ $and: [exact, older] }, limit);
    if (found.rows.length > 0) return found;
  }
  return named(older, plain(sought).split(/\s+/), limit);
}

async function first(filter: object, limit: number): Promise<Page> {
  const rows = await ConversationModel.find(filter, listed)
    .sort(newestFirst)
    .limit(limit + 1)
    .lean<Conversation[]>();
  const kept = rows.slice(0, limit);
  return { rows: kept, cursor: rows.length > limit ? cursorOf(kept.at(-1) as Conversation) : null };
}

/** Those of the newest whose name has every word of the search, however it is accented. */
async function named(filter: object, words: string[], limit: number): Promise<Page> {
  const names = { updatedAt: 1, 'customer.name': 1, 'proof.customerName': 1 };
  const newest = await ConversationModel.find(filter, names)
    .sort(newestFirst)
    .limit(searched)
    .lean<Conversation[]>();
  const fits = (row: Conversation) => words.every((word) => plain(nameOf(row) ?? '').includes(word));
  const found = newest.filter(fits);
  const ids = found.slice(0, limit).map(({ _id }) => _id);
  const whole = await ConversationModel.find({ _id: { $in: ids } }, listed).lean<Conversation[]>();
  const byId = new Map(whole.map((row) => [row._id, row]));
  const last = found.length > limit ? found[limit - 1] : newest.length < searched ? null : newest.at(-1);
  return { rows: ids.flatMap((id) => byId.get(id) ?? []), cursor: last ? cursorOf(last) : null };
}

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

const cursorOf = ({ updatedAt, _id }: Place): string =>
  Buffer.from(JSON.stringify([updatedAt.getTime(), _id])).toString('base64url');

/** A cursor that was tampered with reads as the beginning. */
function olderThan(cursor: string): object {
  try {
    const [ms, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [number, string];
    const at = new Date(ms);
    if (Number.isNaN(at.getTime()) || typeof id !== 'string') return {};
    // The first condition is what an index is entered by.
    return { updatedAt: { $lte: at }, $or: [{ updatedAt: { $lt: at } }, { _id: { $gt: id } }] };
  } catch {
    return {};
  }
}
