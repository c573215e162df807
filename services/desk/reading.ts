import { type Conversation, ConversationModel, type Holder } from '../../models/conversation.ts';
import type { TranscriptService } from '../transcript.ts';
import { findConversation } from './act.ts';
import { holderOf } from './holding.ts';
import type { Csr, DeskDependencies } from './types.ts';
import {
  type ConversationView,
  type CustomerView,
  type EntryView,
  type TaskView,
  toConversationView,
  toCustomerView,
  toEntryView,
  toTaskView,
} from './views.ts';

export type ListQuery = { holder?: Holder; mine?: boolean; q?: string; limit?: number; cursor?: string };
export type ConversationPage = { items: ConversationView[]; cursor: string | null };
export type ConversationReading = {
  conversation: ConversationView;
  transcript: EntryView[];
  task: TaskView | null;
  customer: CustomerView;
};

export function createReading(dependencies: DeskDependencies, transcript: TranscriptService) {
  const { completers = {}, taskFields, findCsr } = dependencies;

  /** One conversation with its entries after a number; reading on from the last one got misses nothing. */
  async function read(
    conversationId: string,
    range: { after?: number; limit?: number },
    csr: Csr,
  ): Promise<ConversationReading | null> {
    const conversation = await findConversation(conversationId);
    if (!conversation) return null;
    const [assignee, entries] = await Promise.all([
      holderOf(conversation, dependencies),
      transcript.readOf(conversation, range),
    ]);
    const { task } = conversation;
    const completable = task !== null && task.kind in completers;
    return {
      conversation: toConversationView(conversation, assignee, csr),
      transcript: entries.map(toEntryView),
      task: toTaskView(task, completable, task ? taskFields?.(task.kind) : undefined),
      customer: toCustomerView(conversation),
    };
  }

  /** Conversations, the newest change first, a page at a time. */
  async function list(
    { holder, mine, q, limit = 50, cursor }: ListQuery,
    csr: Csr,
  ): Promise<ConversationPage> {
    const where = [
      mine ? { holder: 'csr', assignee: csr.id } : holder ? { holder } : {},
      q ? { $or: sought(q) } : {},
      cursor ? olderThan(cursor) : {},
    ].filter((part) => Object.keys(part).length > 0);
    const found = ConversationModel.find(where.length > 0 ? { $and: where } : {}, {
      state: 0,
      tail: 0,
      pinned: 0,
    });
    const rows = await found
      .sort({ updatedAt: -1, _id: 1 })
      .limit(limit + 1)
      .lean();
    const page = rows.slice(0, limit) as unknown as Conversation[];
    const ids = [...new Set(page.flatMap(({ assignee }) => assignee ?? []))];
    const names = new Map(await Promise.all(ids.map(async (id) => [id, await findCsr(id)] as const)));
    const items = page.map((row) => toConversationView(row, names.get(row.assignee ?? '') ?? null, csr));
    return { items, cursor: rows.length > limit ? cursorOf(page.at(-1) as Conversation) : null };
  }

  return { read, list };
}

const sought = (q: string) => {
  const like = { $regex: q.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), $options: 'i' };
  return [
    { _id: q },
    { 'customer.name': like },
    { 'proof.customerName': like },
    { 'proof.accountNumber': q },
  ];
};

const cursorOf = ({ updatedAt, _id }: Conversation): string =>
  Buffer.from(JSON.stringify([updatedAt.getTime(), _id])).toString('base64url');

/** A cursor that was tampered with reads as the beginning. */
function olderThan(cursor: string): object {
  try {
    const [ms, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [number, string];
    const at = new Date(ms);
    if (Number.isNaN(at.getTime()) || typeof id !== 'string') return {};
    return { $or: [{ updatedAt: { $lt: at } }, { updatedAt: at, _id: { $gt: id } }] };
  } catch {
    return {};
  }
}
