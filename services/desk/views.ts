import type { Conversation, Holder, Priority, Task } from '../../models/conversation.ts';
import type { Entry, EntryKind, Speaker } from '../../models/entry.ts';
import type { StandingProof } from './proof.ts';
import { nameOf } from './queue.ts';
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
  /** What happened, where it is an event of ours: `desk.claimed`, `desk.transferred`, … */
  event: string | null;
  /** To whom, or for which skill, it was handed on. */
  to: string | null;
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
  handoff: { reason: string; priority: Priority; skills: string[]; waitingSince: Date } | null;
  disposition: string | null;
  customer: { name: string | null; verified: 'L1' | 'L2' | 'L3' | null };
  createdAt: Date;
};

export type TaskView = Task & { completable: boolean; known: string[] };
export type CustomerView = {
  name: string | null;
  channel: string;
  language: string;
  /** The proof that counts; null where there is none, or none any more (`lapsed`). */
  proof: { accountNumber: string; level: 'L1' | 'L2' | 'L3'; at: Date; until: Date } | null;
  lapsed: boolean;
};

export function toEntryView(entry: Entry, conversationId: string): EntryView {
  // What a customer's client calls an event is theirs: it can never read as something that we did.
  const isOurs = entry.kind === 'event' && entry.from !== 'customer';
  const { to, skill } = (entry.activity?.value ?? {}) as { to?: unknown; skill?: unknown };
  return {
    id: entry.id,
    seq: entry.seq,
    at: entry.at,
    from: entry.from,
    author: entry.author?.name || null,
    kind: entry.kind,
    visible: entry.visible,
    text: entry.text,
    event: isOurs ? (entry.activity?.name ?? null) : null,
    to: isOurs ? asText(to ?? skill) : null,
    attachments: (entry.activity?.attachments ?? []).map((one) => toAttachment(one, conversationId)),
  };
}

const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function toAttachment(attachment: unknown, conversationId: string) {
  const { name, contentType, contentUrl, fileId } = (attachment ?? {}) as Record<string, unknown>;
  const [id, address] = [asText(fileId), asText(contentUrl)];
  return {
    name: String(name ?? 'file'),
    contentType: String(contentType ?? ''),
    url: id
      ? `/console/api/conversations/${encodeURIComponent(conversationId)}/files/${encodeURIComponent(id)}`
      : // Only addresses that a browser may open as a link; an inlined file would be a page of its own.
        address && /^(https?:\/\/|\/)/.test(address)
        ? address
        : null,
  };
}

export const toConversationView = (
  conversation: Conversation,
  { assignee, reader, proof }: { assignee: Csr | null | undefined; reader: Csr; proof: StandingProof | null },
): ConversationView => ({
  conversationId: conversation._id,
  version: conversation.seq,
  epoch: conversation.epoch,
  channel: conversation.channelId,
  language: conversation.language,
  holder: conversation.holder,
  assignee: assignee ? { name: assignee.name, email: assignee.email } : null,
  mine: conversation.holder === 'csr' && conversation.assignee === reader.id,
  handoff: conversation.handoff && {
    // An emergency that was raised before anybody asked for a person may lack the rest.
    reason: conversation.handoff.reason ?? '',
    priority: conversation.handoff.priority ?? 'normal',
    skills: conversation.handoff.skills ?? [],
    waitingSince: conversation.handoff.at ?? conversation.createdAt,
  },
  disposition: conversation.disposition ?? null,
  customer: { name: nameOf(conversation), verified: proof?.level ?? null },
  createdAt: conversation.createdAt,
});

/** A task as the desk may see and change it: `known` are its fields; those that verify are none of them. */
export function toTaskView(task: Task | null, completable: boolean, known?: string[]): TaskView | null {
  if (!task) return null;
  if (!known) return { ...task, completable, known: [] };
  const fields = Object.fromEntries(Object.entries(task.fields).filter(([name]) => known.includes(name)));
  const open = task.open !== null && known.includes(task.open) ? task.open : null;
  return { ...task, fields, open, completable, known };
}

export const toCustomerView = (conversation: Conversation, proof: StandingProof | null): CustomerView => ({
  name: nameOf(conversation),
  channel: conversation.channelId,
  language: conversation.language,
  proof: proof && {
    accountNumber: proof.accountNumber,
    level: proof.level,
    at: proof.at,
    until: proof.until,
  },
  lapsed: conversation.proof !== null && proof === null,
});
