import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const fields = {
  _id: { type: String, required: true }, // the change's requestId
  kind: { type: String, required: true },
  accountId: { type: String, required: true },
  /** The conversation that asked for it, where it is told what became of it. */
  conversationId: { type: String, default: null },
  /** Keyed: a phone number could be guessed from a plain hash. */
  argsHash: { type: String, required: true },
  /** The change itself, sealed: it may carry a phone number or an address. Gone once it is answered. */
  sealed: { type: String, default: null },
  status: { type: String, enum: ['pending', 'confirmed', 'refused'] as const, required: true },
  /** The records' own name for it, or why they refused it. */
  answer: { type: String, default: null },
  askedAt: { type: Date, required: true }, // District time
  answeredAt: { type: Date, default: null },
  /** Somebody was told that it is pending: the answer is owed to them, and whether they have had it. */
  owed: { type: Boolean, default: false },
  told: { type: Boolean, default: false },
} as const;

/** A change of the records and what became of it: pending until the system that holds them has answered. */
const pendingChangeSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byRequest(requestId: string) {
      return this.findById(requestId).lean();
    },
    /** Keeps a change before it is submitted; the one that stands under its requestId is answered. */
    async keep(change: PendingChange) {
      const { _id, ...rest } = change;
      try {
        return await this.findOneAndUpdate(
          { _id },
          { $setOnInsert: rest },
          { upsert: true, returnDocument: 'after' },
        ).lean();
      } catch (error) {
        // Two at the same instant: the other one has just written it.
        if (!isDuplicate(error)) throw error;
        return this.findById(_id).lean();
      }
    },
    /** The first answer stands; answers what stands. */
    async answer(requestId: string, answer: Pick<PendingChange, 'status' | 'answer' | 'answeredAt'>) {
      await this.updateOne({ _id: requestId, status: 'pending' }, { $set: { ...answer, sealed: null } });
      return this.findById(requestId).lean();
    },
    /** Notes that the answer is owed to somebody; where it has come meanwhile, it is not. Answers what stands. */
    async owe(requestId: string) {
      await this.updateOne({ _id: requestId, status: 'pending' }, { $set: { owed: true } });
      return this.findById(requestId).lean();
    },
    async tell(requestId: string) {
      await this.updateOne({ _id: requestId }, { $set: { told: true } });
    },
    pendingOf(accountId: string) {
      return this.find({ accountId, status: 'pending' }).sort({ askedAt: 1, _id: 1 }).lean();
    },
    /** Whether an account has an older change of that kind without an answer. */
    async hasOlder({ _id, accountId, kind, askedAt }: PendingChange) {
      const older = { $or: [{ askedAt: { $lt: askedAt } }, { askedAt, _id: { $lt: _id } }] };
      return (
        (await this.findOne({ accountId, status: 'pending', kind, ...older }, { _id: 1 }).lean()) !== null
      );
    },
  },
});
pendingChangeSchema.index({ accountId: 1, status: 1, askedAt: 1 });

export type PendingChange = InferRawDocType<typeof fields>;
export const PendingChangeModel = model('PendingChange', pendingChangeSchema);
