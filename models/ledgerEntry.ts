import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

export const ledgerKinds = ['charge', 'payment', 'reversal', 'credit', 'refund'] as const;

const fields = {
  _id: { type: String, required: true },
  accountId: { type: String, required: true },
  kind: { type: String, enum: ledgerKinds, required: true },
  /** Cents; positive is owed to the District, negative is paid to it. */
  amount: { type: Number, required: true },
  postedOn: { type: String, required: true },
  billId: { type: String, default: null },
  /** What the charge or credit is for, where it is no bill. */
  label: { type: String, default: null },
  /** The requestId of the entry that this one takes back or belongs to. */
  of: { type: String, default: null },
  requestId: { type: String, required: true },
} as const;

/** Money on an account. An entry is never edited: what was wrong is reversed by another. */
const ledgerEntrySchema = new Schema(fields, {
  versionKey: false,
  statics: {
    /** Writes an entry; its requestId a second time changes nothing. */
    async post(entry: Omit<LedgerEntry, 'billId'> & { billId?: string | null }): Promise<void> {
      try {
        await this.create(entry);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    /** Whether the entry of a request is there. */
    async isPosted(requestId: string): Promise<boolean> {
      return (await this.exists({ requestId })) !== null;
    },
    /** What was charged from a day on that is no bill, in cents. */
    async feesSince(accountId: string, day: string): Promise<number> {
      const [sum] = await this.aggregate<{ cents: number }>([
        { $match: { accountId, postedOn: { $gte: day }, kind: 'charge', billId: null } },
        { $group: { _id: null, cents: { $sum: '$amount' } } },
      ]);
      return sum?.cents ?? 0;
    },
    /** The sum of all entries, in cents; zero where there are none. */
    async balanceOf(accountId: string): Promise<number> {
      const [sum] = await this.aggregate<{ cents: number }>([
        { $match: { accountId } },
        { $group: { _id: null, cents: { $sum: '$amount' } } },
      ]);
      return sum?.cents ?? 0;
    },
  },
});
ledgerEntrySchema.index({ accountId: 1, postedOn: -1 });
ledgerEntrySchema.index({ requestId: 1 }, { unique: true });

export type LedgerEntry = InferRawDocType<typeof fields>;
export const LedgerEntryModel = model('LedgerEntry', ledgerEntrySchema);
