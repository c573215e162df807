import mongoose from 'mongoose';
import { pino } from 'pino';
import { type Conversation, ConversationModel } from '../../models/conversation.ts';
import { connectStore } from '../../models/store/connect.ts';
import type { TranscriptEntry } from '../../models/transcriptEntry.ts';
import { createTranscriptService } from '../../services/transcript.ts';

/** Looks into the store of an app that runs as another process. */
export const openStore = (dataDir: string) =>
  connectStore({
    dataDir,
    embedded: { allowed: true, synchronous: 'FULL' },
    log: pino({ level: 'silent' }),
  });

export const conversationOf = (id: string) => ConversationModel.findById(id).lean<Conversation>();

/** Why a conversation's record is not whole, or an empty list: gaps, doubles, a broken hash chain. */
export async function faultsInRecord(conversationId: string): Promise<string[]> {
  const faults: string[] = [];
  const entries = await createTranscriptService().read(conversationId, { limit: 100_000 });
  entries.forEach((entry, index) => {
    if (entry.seq !== index + 1) faults.push(`entry ${index + 1} has number ${entry.seq}`);
  });
  entries
    .filter((entry) => entry.shown !== null)
    .forEach((entry, index) => {
      if (entry.shown !== index + 1) faults.push(`shown entry ${index + 1} has number ${entry.shown}`);
    });
  const ids = entries.map((entry) => entry.id);
  if (new Set(ids).size !== ids.length) faults.push('an entry stands twice');
  const chain = await createTranscriptService().verifyChain(conversationId);
  if (!chain.ok) faults.push(`the hash chain breaks at ${chain.seq}`);
  return faults;
}

/** The transcript's rows as they are stored, for a test that tampers with them. */
export const transcriptRows = () =>
  mongoose.connection.collection<TranscriptEntry>(
    'transcriptentries',
  ) as unknown as mongoose.mongo.Collection<TranscriptEntry>;
