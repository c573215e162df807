import { type InferRawDocType, model, Schema } from 'mongoose';

const fields = {
  _id: { type: String, required: true }, // the change's requestId
  kind: { type: String, required: true },
  accountId: { type: String, required: true },
  argsHash: { type: String, required: true },
  /** The change itself, sealed: it may carry a phone number or an address. Gone once it is answered. */
  sealed: { type: String, default: null },
  status: { type: String, enum: ['pending', 'confirmed', 'refused'] as const, required: true },
  /** The records' own name for it, or why they refused it. */
  answer: { type: String, default: null },
  askedAt: { type: Date, required: true }, // District time
  answeredAt: { type: Date, default: null },
} as const;

/** A change of the records and what became of it: pending until the system that holds them has answered. */
const pendingChangeSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byRequest(requestId: string) {
      return this.findById(requestId).lean();
    },
    /** Keeps a change before it is submitted; the one that stands under its requestId is answered. */
    keep(change: PendingChange) {
      const { _id, ...rest } = change;
      return this.findOneAndUpdate(
        { _id },
        { $setOnInsert: rest },
        { upsert: true, returnDocument: 'after' },
      ).lean();
    },
    /** The first answer stands. */
    async answer(requestId: string, answer: Pick<PendingChange, 'status' | 'answer' | 'answeredAt'>) {
      await this.updateOne({ _id: requestId, status: 'pending' }, { $set: { ...answer, sealed: null } });
    },
    pendingOf(accountId: string) {
      return this.find({ accountId, status: 'pending' }).sort({ askedAt: 1 }).lean();
    },
  },
});
pendingChangeSchema.index({ accountId: 1, status: 1, askedAt: 1 });

export type PendingChange = InferRawDocType<typeof fields>;
export const PendingChangeModel = model('PendingChange', pendingChangeSchema);
