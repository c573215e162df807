import {
  type Conversation,
  ConversationModel,
  type Holder,
  type Priority,
} from '../../models/conversation.ts';
import { proofAt } from './proof.ts';
import type { DeskDependencies } from './types.ts';

/** One customer in line, as every CSR sees it. */
export type QueueItem = {
  conversationId: string;
  channel: string;
  reason: string;
  priority: Priority;
  waitingSince: Date;
  skills: string[];
  language: string;
  customer: { name: string | null; verified: 'L1' | 'L2' | 'L3' | null };
  task: string | null;
};

/** A conversation that is an emergency, in line or with a CSR. The epoch changes when somebody takes it. */
export type Emergency = {
  conversationId: string;
  epoch: number;
  /** Number of the message that made it ring last. */
  rung: number;
  reason: string;
  customer: string | null;
  /** Who has it; null in line. */
  csrId: string | null;
};

const most = 2_000;
// By luck of the alphabet the names of the priorities sort by their urgency: emergency, high, normal.
const inLine = { 'handoff.priority': 1, 'handoff.at': 1, _id: 1 } as const;
const fields = {
  channelId: 1,
  handoff: 1,
  language: 1,
  'customer.name': 1,
  proof: 1,
  'task.kind': 1,
  holder: 1,
  assignee: 1,
  epoch: 1,
  createdAt: 1,
};

export function createQueue({ clock, policy }: Pick<DeskDependencies, 'clock' | 'policy'>) {
  /** Emergencies first, then high, then normal; within each whoever has waited longest. */
  async function queue(): Promise<QueueItem[]> {
    const waiting = await find({ holder: 'waiting' }, most).sort(inLine);
    return waiting.map(toQueueItem);
  }

  /** How these stand now: those in line, and those that a CSR has. */
  async function standings(
    ids: string[],
  ): Promise<{ waiting: QueueItem[]; held: { conversationId: string; csrId: string }[] }> {
    const found = await find({ _id: { $in: ids }, holder: { $in: ['waiting', 'csr'] } }, ids.length);
    return {
      waiting: found.filter(({ holder }) => holder === 'waiting').map(toQueueItem),
      held: found.flatMap(({ _id, holder, assignee }) =>
        holder === 'csr' && assignee ? { conversationId: _id, csrId: assignee } : [],
      ),
    };
  }

  const toQueueItem = (conversation: Conversation): QueueItem => ({
    conversationId: conversation._id,
    channel: conversation.channelId,
    reason: conversation.handoff?.reason ?? '',
    priority: conversation.handoff?.priority ?? 'normal',
    waitingSince: new Date(conversation.handoff?.at ?? conversation.createdAt),
    skills: conversation.handoff?.skills ?? [],
    language: conversation.language,
    customer: {
      name: nameOf(conversation),
      verified: proofAt(conversation, clock.now(), policy)?.level ?? null,
    },
    task: conversation.task?.kind ?? null,
  });

  return { queue, standings, versions, emergencies };
}

/** The version, which is the last number, of each conversation that is not resolved; newest first. */
async function versions(): Promise<{ conversationId: string; version: number }[]> {
  const open: Holder[] = ['waiting', 'csr', 'bot'];
  const lists = await Promise.all(
    open.map((holder) =>
      ConversationModel.find({ holder }, { seq: 1 }).sort({ updatedAt: -1, _id: 1 }).limit(most).lean(),
    ),
  );
  return lists.flat().map(({ _id, seq }) => ({ conversationId: _id as string, version: seq }));
}

/** Every open emergency that whoever has it has not seen. */
async function emergencies(): Promise<Emergency[]> {
  const open = { holder: { $in: ['waiting', 'csr'] }, 'handoff.priority': 'emergency' };
  return (await find({ ...open, 'handoff.seen': { $ne: true } }, most)).map((conversation) => ({
    conversationId: conversation._id,
    epoch: conversation.epoch,
    rung: conversation.handoff?.rung ?? 0,
    reason: conversation.handoff?.reason ?? '',
    customer: nameOf(conversation),
    csrId: conversation.holder === 'csr' ? (conversation.assignee ?? null) : null,
  }));
}

const find = (filter: object, limit: number) =>
  ConversationModel.find(filter, fields).limit(limit).lean<Conversation[]>();

/** As the customer was verified, or as they call themselves. */
export const nameOf = ({ proof, customer }: Pick<Conversation, 'proof' | 'customer'>): string | null =>
  proof?.customerName ?? customer?.name ?? null;
