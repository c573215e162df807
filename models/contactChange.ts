import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const fields = {
  _id: { type: String, required: true }, // the request
  argsHash: { type: String, required: true }, // keyed
  accountId: { type: String, required: true },
  /** Every account of that customer: what is on file for one is on file for all. */
  accountIds: { type: [String], required: true },
  at: { type: Date, required: true }, // District time
  actor: { type: String, required: true },
  conversationId: { type: String, default: null },
  /** The names of what changes. */
  changed: { type: [String], required: true },
  /** What stood before and what is to stand, in full; opened only to send a notice or a code. */
  sealed: { type: String, required: true },
  /** The revision that was read. */
  revision: { type: Number, default: null },
  status: { type: String, enum: ['asked', 'confirmed', 'refused'] as const, required: true },
} as const;

/** A change of how a customer is reached, from the moment it is asked for: it holds refunds and codes. */
const contactChangeSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byRequest(requestId: string) {
      return this.findById(requestId).lean();
    },
    /** False where the request is there already. */
    async ask(change: ContactChangeRecord): Promise<boolean> {
      try {
        await this.create(change);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** The first outcome stands. */
    async settle(requestId: string, status: 'confirmed' | 'refused'): Promise<void> {
      await this.updateOne({ _id: requestId, status: 'asked' }, { $set: { status } });
    },
    /** An account's changes since a time, the newest first; refused ones changed nothing. */
    since(accountId: string, since: Date) {
      return this.find({ accountIds: accountId, at: { $gt: since }, status: { $ne: 'refused' } })
        .sort({ at: -1 })
        .limit(100)
        .lean();
    },
  },
});
contactChangeSchema.index({ accountIds: 1, at: -1 });

export type ContactChangeRecord = InferRawDocType<typeof fields>;
export const ContactChangeModel = model('ContactChange', contactChangeSchema);
