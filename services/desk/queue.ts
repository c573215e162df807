import {
  type Conversation,
  ConversationModel,
  type Holder,
  type Priority,
} from '../../models/conversation.ts';

/** One customer in line, as every CSR sees it. */
export type QueueItem = {
  conversationId: string;
  channel: string;
  reason: string;
  priority: Priority;
  waitingSince: Date;
  skills: string[];
  language: string;
  customer: { name: string | null; verified: 'L1' | 'L2' | null };
  task: string | null;
};

const most = 2_000;
const urgency: Record<Priority, number> = { emergency: 0, high: 1, normal: 2 };
const fields = {
  channelId: 1,
  handoff: 1,
  language: 1,
  'customer.name': 1,
  'proof.level': 1,
  'proof.customerName': 1,
  'task.kind': 1,
  holder: 1,
  assignee: 1,
  updatedAt: 1,
};

/** Emergencies first, then high, then normal; within each whoever has waited longest. */
export const byUrgency = (a: QueueItem, b: QueueItem): number =>
  urgency[a.priority] - urgency[b.priority] ||
  a.waitingSince.getTime() - b.waitingSince.getTime() ||
  a.conversationId.localeCompare(b.conversationId);

export async function queue(): Promise<QueueItem[]> {
  const waiting = await find({ holder: 'waiting' }, most);
  return waiting.map(toQueueItem).sort(byUrgency);
}

/** How these stand now: those in line, and those that a CSR has. */
export async function standings(
  ids: string[],
): Promise<{ waiting: QueueItem[]; held: { conversationId: string; csrId: string }[] }> {
  const found = await find({ _id: { $in: ids }, holder: { $in: ['waiting', 'csr'] } }, ids.length);
  return {
    waiting: found.filter(({ holder }) => holder === 'waiting').map(toQueueItem),
    held: found.flatMap(({ _id, holder, assignee }) =>
      holder === 'csr' && assignee ? { conversationId: _id as string, csrId: assignee } : [],
    ),
  };
}

/** The version, which is the last number, of each conversation that is not resolved; newest first. */
export async function versions(): Promise<{ conversationId: string; version: number }[]> {
  const open: Holder[] = ['waiting', 'csr', 'bot'];
  const lists = await Promise.all(
    open.map((holder) =>
      ConversationModel.find({ holder }, { seq: 1 }).sort({ updatedAt: -1, _id: 1 }).limit(most).lean(),
    ),
  );
  return lists.flat().map(({ _id, seq }) => ({ conversationId: _id as string, version: seq }));
}

const find = (filter: object, limit: number): Promise<Conversation[]> =>
  ConversationModel.find(filter, fields).limit(limit).lean() as unknown as Promise<Conversation[]>;

const toQueueItem = (conversation: Conversation): QueueItem => ({
  conversationId: conversation._id as string,
  channel: conversation.channelId,
  reason: conversation.handoff?.reason ?? '',
  priority: conversation.handoff?.priority ?? 'normal',
  waitingSince: new Date(conversation.handoff?.at ?? conversation.updatedAt),
  skills: conversation.handoff?.skills ?? [],
  language: conversation.language,
  customer: {
    name: conversation.proof?.customerName ?? conversation.customer?.name ?? null,
    verified: conversation.proof?.level ?? null,
  },
  task: conversation.task?.kind ?? null,
});
