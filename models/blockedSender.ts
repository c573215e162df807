import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

export const blockedChannels = ['sms', 'email', 'webchat', 'azure'] as const;

const fields = {
  _id: { type: String, required: true }, // the request
  argsHash: { type: String, required: true },
  /** Who is blocked, as a keyed hash of channel and sender. */
  key: { type: String, required: true },
  channel: { type: String, enum: blockedChannels, required: true },
  masked: { type: String, required: true },
  sealed: { type: String, required: true },
  reason: { type: String, required: true },
  blockedBy: { type: String, required: true },
  blockedAt: { type: Date, required: true }, // District time
  until: { type: Date, default: null },
  liftedBy: { type: String, default: null },
  liftedAt: { type: Date, default: null },
} as const;

/** A sender whose messages are not answered, and why. */
const blockedSenderSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byId(blockId: string) {
      return this.findById(blockId).lean();
    },
    async add(block: BlockedSender): Promise<boolean> {
      try {
        await this.create(block);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** The first lifting stands. */
    async lift(blockId: string, lifted: { liftedBy: string; liftedAt: Date }): Promise<void> {
      await this.updateOne({ _id: blockId, liftedAt: null }, { $set: lifted });
    },
    standing(key: string, now: Date) {
      return this.findOne({ key, liftedAt: null, $or: [{ until: null }, { until: { $gt: now } }] })
        .sort({ blockedAt: -1 })
        .lean();
    },
    allStanding(now: Date, limit: number) {
      return this.find({ liftedAt: null, $or: [{ until: null }, { until: { $gt: now } }] })
        .sort({ blockedAt: -1 })
        .limit(limit)
        .lean();
    },
  },
});
blockedSenderSchema.index({ key: 1, blockedAt: -1 });
blockedSenderSchema.index({ blockedAt: -1 });

export type BlockedSender = InferRawDocType<typeof fields>;
export const BlockedSenderModel = model('BlockedSender', blockedSenderSchema);
