import type { Conversation, Holder } from '../../models/conversation.ts';
import { openFile } from '../../models/file.ts';
import type { TranscriptService } from '../transcript.ts';
import { findConversation } from './act.ts';
import { findPage } from './finding.ts';
import { holderOf } from './holding.ts';
import { proofAt } from './proof.ts';
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

/** Looks that this process remembers to have noted. */
const mostRemembered = 10_000;

export function createReading(dependencies: DeskDependencies, transcript: TranscriptService) {
  const { completers = {}, taskFields, findCsr, clock, policy, identity } = dependencies;
  const proofOf = (conversation: Conversation) => proofAt(conversation, clock.now(), policy);

  const noted = new Set<string>();
  /**
   * Who reads a conversation of a proven customer has looked at their account: in the audit log once an hour, as an
   * open desk reads with every line that comes.
   */
  async function noteLook({ _id: conversationId, proof }: Conversation, csr: Csr): Promise<void> {
    if (!proof || !identity) return;
    const { accountId } = proof;
    const key = `look:${csr.id}:${conversationId}:${accountId}:${clock.now().toISOString().slice(0, 13)}`;
    if (noted.has(key)) return;
    await identity.note(key, 'account.looked', { by: { id: csr.id, conversationId }, accountId });
    if (noted.size >= mostRemembered) noted.clear();
    noted.add(key);
  }

  /** One conversation with its entries after a number; reading on from the last one got misses nothing. */
  async function read(
    conversationId: string,
    range: { after?: number; limit?: number },
    csr: Csr,
  ): Promise<ConversationReading | null> {
    const conversation = await findConversation(conversationId);
    if (!conversation) return null;
    await noteLook(conversation, csr);
    const [assignee, entries] = await Promise.all([
      holderOf(conversation, dependencies),
      transcript.readOf(conversation, range),
    ]);
    const { task } = conversation;
    const proof = proofOf(conversation);
    const completable = task !== null && task.kind in completers;
    return {
      conversation: toConversationView(conversation, { assignee, reader: csr, proof }),
      transcript: entries.map((entry) => toEntryView(entry, conversationId)),
      task: toTaskView(task, completable, task ? taskFields?.(task.kind) : undefined),
      customer: toCustomerView(conversation, proof),
    };
  }

  /** Conversations, the newest change first, a page at a time; `q` is an id, an account number or a name. */
  async function list(query: ListQuery, csr: Csr): Promise<ConversationPage> {
    const { holder, mine } = query;
    const where = mine ? { holder: 'csr', assignee: csr.id } : holder ? { holder } : {};
    const { rows, cursor } = await findPage(where, query);
    const ids = [...new Set(rows.flatMap(({ assignee }) => assignee ?? []))];
    const names = new Map(await Promise.all(ids.map(async (id) => [id, await findCsr(id)] as const)));
    const items = rows.map((row) =>
      toConversationView(row, {
        assignee: names.get(row.assignee ?? ''),
        reader: csr,
        proof: proofOf(row),
      }),
    );
    return { items, cursor };
  }

  /** A file that was sent in this conversation, or null. */
  async function file(conversationId: string, fileId: string) {
    const found = await openFile(fileId);
    return found?.conversationId === conversationId ? found : null;
  }

  return { read, list, file };
}
