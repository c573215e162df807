import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const fields = {
  _id: { type: String, required: true }, // the requestId, which is the ledger entry's as well
  kind: {
    type: String,
    enum: ['lateFee', 'lateFeeWaiver', 'leakAdjustment', 'creditRefund'] as const,
    required: true,
  },
  accountId: { type: String, required: true },
  /** The account's first, second, … of the kind: two at once cannot both be the next. */
  ordinal: { type: Number, required: true },
  /** Positive cents. */
  amount: { type: Number, required: true },
  postedOn: { type: String, required: true },
  billId: { type: String, default: null },
  /** The requestId of what it takes back. */
  of: { type: String, default: null },
  /** What the claim was shown by, where it needs proof. */
  proof: { type: String, default: null },
  status: { type: String, enum: ['asked', 'confirmed', 'refused'] as const, required: true },
  actor: { type: String, required: true },
  conversationId: { type: String, default: null },
  askedAt: { type: Date, required: true }, // District time
  argsHash: { type: String, required: true },
} as const;

/** A fee, a credit or a refund that the District has decided: decided once, then submitted until answered. */
const billAdjustmentSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byRequest(requestId: string) {
      return this.findById(requestId).lean();
    },
    latestOf(accountId: string, kind: BillAdjustment['kind']) {
      return this.findOne({ accountId, kind }).sort({ ordinal: -1 }).lean();
    },
    latestConfirmed(accountId: string, kind: BillAdjustment['kind']) {
      return this.findOne({ accountId, kind, status: 'confirmed' }).sort({ ordinal: -1 }).lean();
    },
    /** False where the request, or another of the account's with its ordinal, is there already. */
    async keep(adjustment: BillAdjustment): Promise<boolean> {
      try {
        await this.create(adjustment);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** The first answer stands. */
    async settle(requestId: string, status: 'confirmed' | 'refused'): Promise<void> {
      await this.updateOne({ _id: requestId, status: 'asked' }, { $set: { status } });
    },
  },
});
billAdjustmentSchema.index({ accountId: 1, kind: 1, ordinal: -1 }, { unique: true });

export type BillAdjustment = InferRawDocType<typeof fields>;
export const BillAdjustmentModel = model('BillAdjustment', billAdjustmentSchema);
