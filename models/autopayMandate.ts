import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const fields = {
  _id: { type: String, required: true }, // the account's id
  processor: { type: String, required: true },
  /** The processor's own name for the bank account: never a number of it. Null: withdrawn. */
  reference: { type: String, default: null },
  /** District time of the link or of the withdrawal: what is older changes nothing. */
  since: { type: Date, required: true },
} as const;

/** A customer's consent that the processor draws each bill from their bank account. */
const autopayMandateSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    ofAccount(accountId: string) {
      return this.findById(accountId).lean();
    },
    /** The newest consent replaces the one before; one older than what stands, or the same again, changes nothing. */
    async give(mandate: { accountId: string; processor: string; reference: string | null; since: Date }) {
      const { accountId, ...set } = mandate;
      try {
        await this.updateOne({ _id: accountId, since: { $lt: set.since } }, { $set: set }, { upsert: true });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    async withdraw(accountId: string, since: Date): Promise<void> {
      await this.updateOne({ _id: accountId, since: { $lt: since } }, { $set: { reference: null, since } });
    },
  },
});

export type AutopayMandate = InferRawDocType<typeof fields>;
export const AutopayMandateModel = model('AutopayMandate', autopayMandateSchema);
