import type { Conversation, Holder, Task } from '../../models/conversation.ts';
import type { Entry, EntryKind, Speaker } from '../../models/entry.ts';
import type { Csr } from './types.ts';

/** One line of a transcript as the desk shows it: no salts, hashes or sealed answers. */
export type EntryView = {
  id: string;
  seq: number;
  at: Date;
  from: Speaker;
  author: string | null;
  kind: EntryKind;
  visible: boolean;
  text: string;
  /** What happened, where it is an event: `desk.claimed`, `desk.transferred`, … */
  event: string | null;
  attachments: { name: string; contentType: string; url: string | null }[];
};

export type ConversationView = {
  conversationId: string;
  version: number;
  epoch: number;
  channel: string;
  language: string;
  holder: Holder;
  assignee: { name: string; email: string } | null;
  mine: boolean;
  handoff: { reason: string; priority: string; skills: string[]; waitingSince: Date } | null;
  disposition: string | null;
  customer: { name: string | null; verified: 'L1' | 'L2' | null };
  createdAt: Date;
  updatedAt: Date;
};

export type TaskView = Task & { completable: boolean; known: string[] };
export type CustomerView = {
  name: string | null;
  channel: string;
  language: string;
  proof: { accountNumber: string; level: 'L1' | 'L2'; at: Date } | null;
};

export const toEntryView = (entry: Entry): EntryView => ({
  id: entry.id,
  seq: entry.seq,
  at: entry.at,
  from: entry.from,
  author: entry.author?.name || null,
  kind: entry.kind,
  visible: entry.visible,
  text: entry.text,
  event: entry.kind === 'event' ? (entry.activity?.name ?? null) : null,
  attachments: (entry.activity?.attachments ?? []).map(toAttachment),
});

const toAttachment = (attachment: unknown) => {
  const { name, contentType, contentUrl } = (attachment ?? {}) as Record<string, unknown>;
  return {
    name: String(name ?? 'file'),
    contentType: String(contentType ?? ''),
    // Only addresses that a browser may open as a link; an inlined file would be a page of its own.
    url: typeof contentUrl === 'string' && /^(https?:\/\/|\/)/.test(contentUrl) ? contentUrl : null,
  };
};

export const toConversationView = (
  conversation: Conversation,
  assignee: Csr | null,
  reader: Csr,
): ConversationView => ({
  conversationId: conversation._id as string,
  version: conversation.seq,
  epoch: conversation.epoch,
  channel: conversation.channelId,
  language: conversation.language,
  holder: conversation.holder,
  assignee: assignee && { name: assignee.name, email: assignee.email },
  mine: conversation.holder === 'csr' && conversation.assignee === reader.id,
  handoff: conversation.handoff && {
    reason: conversation.handoff.reason,
    priority: conversation.handoff.priority,
    skills: conversation.handoff.skills,
    waitingSince: conversation.handoff.at,
  },
  disposition: conversation.disposition ?? null,
  customer: { name: nameOf(conversation), verified: conversation.proof?.level ?? null },
  createdAt: conversation.createdAt,
  updatedAt: conversation.updatedAt,
});

export const toTaskView = (task: Task | null, completable: boolean, known: string[] = []): TaskView | null =>
  task && { ...task, completable, known };

export const toCustomerView = (conversation: Conversation): CustomerView => ({
  name: nameOf(conversation),
  channel: conversation.channelId,
  language: conversation.language,
  proof: conversation.proof && {
    accountNumber: conversation.proof.accountNumber,
    level: conversation.proof.level,
    at: conversation.proof.at,
  },
});

const nameOf = ({ proof, customer }: Pick<Conversation, 'proof' | 'customer'>): string | null =>
  proof?.customerName ?? customer?.name ?? null;
