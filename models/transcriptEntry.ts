import { model, Schema } from 'mongoose';
import type { Entry } from './entry.ts';

/** The record of a conversation. Upserted by (conversation, seq), so that projecting twice writes once. */
const transcriptEntrySchema = new Schema(
  {
    _id: { type: String, required: true }, // conversation:seq
    conversationId: { type: String, required: true },
    seq: { type: Number, required: true },
    shown: { type: Number, default: null },
    /** SHA-256 over the hash before it, number, time, speaker, kind and text hash. */
    hash: { type: String, required: true },
  },
  { strict: false, versionKey: false },
);
transcriptEntrySchema.index({ conversationId: 1, seq: 1 }, { unique: true });
transcriptEntrySchema.index(
  { conversationId: 1, shown: 1 },
  { partialFilterExpression: { shown: { $type: 'number' } } },
);

export type TranscriptEntry = Entry & { _id: string; conversationId: string; hash: string };
export const TranscriptEntryModel = model('TranscriptEntry', transcriptEntrySchema);
