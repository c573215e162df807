import type { Logger } from 'pino';
import { type Append, weight } from '../../models/append.ts';
import { type Conversation, ConversationModel } from '../../models/conversation.ts';
import type { Entry } from '../../models/entry.ts';
import { InboxKeyModel, mostRecent, shortKey } from '../../models/inboxKey.ts';
import { OutboxModel } from '../../models/outbox.ts';
import { TranscriptEntryModel } from '../../models/transcriptEntry.ts';
import { chainHash } from '../../services/transcript.ts';
import type { Faults } from './faults.ts';

/** How long new entries are gathered before they are written together, in milliseconds. */
const gatherMs = 100;
const batchSize = 64;

type ProjectorDependencies = {
  faults: Faults;
  log: Logger;
  /** Whether a channel's customers are reached through a carrier, so that their entries need outbox rows. */
  hasCarrier(channelId: string): boolean;
  /** Outbox rows have been written. */
  deliver(): void;
};

/**
 * Project: moves settled entries from conversations into transcript, inbox keys and outbox, many conversations
 * at a time. Everything is an upsert by (conversation, seq), so that doing it twice writes once.
 */
export function createProjector({ faults, log, hasCarrier, deliver }: ProjectorDependencies) {
  const gathered = new Map<string, Conversation>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function project(conversation: Conversation): void {
    gathered.set(conversation._id, conversation);
    // A carrier's customer waits for this step; a web chat's has the entry already.
    if (hasCarrier(conversation.channelId) || gathered.size >= batchSize) void flush();
    else timer ??= setTimeout(flush, gatherMs);
  }

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    const batch = [...gathered.values()];
    gathered.clear();
    writing = writing
      .then(() => write(batch))
      .catch((err) => log.error({ err }, 'projection failed; the sweeper does it again'));
    return writing;
  }

  /** Who an entry is handed to: the customer's carrier, and a hub elsewhere where a person is needed. */
  function carriersOf({ channelId, visible, from, activity }: Projected): string[] {
    const wanted = [
      ...(visible && from !== 'customer' ? [channelId] : []),
      ...(activity?.name === 'handoff.initiate' ? ['hub'] : []),
    ];
    return wanted.filter(hasCarrier);
  }

  async function write(batch: Conversation[]): Promise<void> {
    const pieces = batch.map(settled).filter((piece) => piece.entries.length > 0);
    if (pieces.length > 0) {
      const entries = pieces.flatMap((piece) => piece.entries);
      const keyed = entries.filter((entry) => entry.key);
      const carried = entries.flatMap((entry) =>
        carriersOf(entry).map((channel) => toOutbox(entry, channel)),
      );
      await Promise.all([
        TranscriptEntryModel.collection.bulkWrite(entries.map(toTranscript) as never, { ordered: false }),
        keyed.length > 0 && InboxKeyModel.collection.bulkWrite(keyed.map(toKey) as never, { ordered: false }),
      ]);
      // A row points at its transcript entry: that must be there before anybody can find the row.
      if (carried.length > 0) {
        await OutboxModel.collection.bulkWrite(carried as never, { ordered: false });
        deliver();
      }
      await faults('project.written');
    }
    if (batch.length === 0) return;
    await ConversationModel.collection.bulkWrite(batch.map((conversation) => toPull(conversation)) as never, {
      ordered: false,
    });
    await faults('project.pulled');
  }

  return {
    project,
    flush,
    /** Projects one conversation as it is in the store, whoever has it. */
    async projectNow(id: string): Promise<void> {
      const conversation = await ConversationModel.findById(id).lean<Conversation>();
      if (conversation) await write([conversation]);
    },
  };
}

type Projected = Entry & { conversationId: string; channelId: string; to: string; hash: string };

/** The entries that no turn will change any more, each with its hash over the one before. */
function settled(conversation: Conversation): { entries: Projected[] } {
  const end = settledSeq(conversation);
  let hash = conversation.projected.hash;
  const entries = conversation.tail
    .filter((entry) => entry.seq <= end && entry.seq > conversation.projected.seq)
    .map((entry) => {
      hash = chainHash(hash, entry);
      return {
        ...entry,
        hash,
        conversationId: conversation._id,
        channelId: conversation.channelId,
        to: conversation.customer.id,
      };
    });
  return { entries };
}

/** Up to where the entries are settled: before the first that still waits for its turn. */
function settledSeq(conversation: Conversation): number {
  const waiting = conversation.tail.find((entry) => entry.turn && entry.seq > conversation.handled);
  return waiting ? waiting.seq - 1 : conversation.seq;
}

const upsert = (id: string, document: Record<string, unknown>) => ({
  updateOne: { filter: { _id: id }, update: { $setOnInsert: document }, upsert: true },
});

const toTranscript = ({ channelId, to, sealed, turn, ...entry }: Projected) =>
  upsert(`${entry.conversationId}:${entry.seq}`, entry);

const toKey = (entry: Projected) => ({
  updateOne: {
    filter: { _id: entry.key },
    update: { $set: { seq: entry.seq, conversationId: entry.conversationId, entryId: entry.id } },
    upsert: true,
  },
});

/** A hub's row stands beside the customer's: neither waits for the other. */
const toOutbox = ({ conversationId, channelId, seq, to, at }: Projected, channel: string) => {
  const beside = channel === channelId ? '' : `:${channel}`;
  return upsert(`${conversationId}:${seq}${beside}`, {
    channel,
    to,
    lane: `${conversationId}${beside}`,
    at,
    seq,
    conversationId,
    status: 'queued',
    attempts: 0,
    dueAt: new Date(0),
  });
};

/** Takes what was written out of the conversation, unless another projector has done so already. */
function toPull(conversation: Conversation) {
  const { entries } = settled(conversation);
  const last = entries.at(-1);
  const seq = last?.seq ?? conversation.projected.seq;
  const keys = entries.flatMap(({ key }) => (key ? [shortKey(key)] : []));
  const written = entries.reduce((sum, entry) => sum + weight(entry), 0);
  const left = { $filter: { input: '$tail', as: 'entry', cond: { $gt: ['$$entry.seq', seq] } } };
  const set: NonNullable<Append['set']> = {
    tail: left,
    recent: { $slice: [{ $concatArrays: ['$recent', { $literal: keys }] }, -mostRecent] },
    tailBytes: { $cond: [{ $eq: ['$seq', seq] }, 0, { $max: [0, { $subtract: ['$tailBytes', written] }] }] },
    projected: { seq, hash: { $literal: last?.hash ?? conversation.projected.hash } },
    // Nothing is owed any more where all is projected and nobody runs it.
    workAt: { $cond: [{ $and: [{ $eq: ['$seq', seq] }, { $eq: ['$lease', null] }] }, null, '$workAt'] },
  };
  return {
    updateOne: {
      filter: { _id: conversation._id, 'projected.seq': conversation.projected.seq },
      update: [{ $set: set }],
    },
  };
}
