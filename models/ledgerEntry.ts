import { type InferSchemaType, model, Schema } from 'mongoose';

/** Money on an account. An entry is never edited: what was wrong is reversed by another. */
const ledgerEntrySchema = new Schema(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    kind: { type: String, enum: ['charge', 'payment', 'reversal', 'refund'], required: true },
    /** Cents; positive is owed to the District, negative is paid to it. */
    amount: { type: Number, required: true },
    postedOn: { type: String, required: true },
    billId: { type: String, default: null },
    requestId: { type: String, required: true },
  },
  {
    versionKey: false,
    statics: {
      /** The sum of all entries, in cents; zero where there are none. */
      async balanceOf(accountId: string): Promise<number> {
        const [sum] = await this.aggregate<{ cents: number }>([
          { $match: { accountId } },
          { $group: { _id: null, cents: { $sum: '$amount' } } },
        ]);
        return sum?.cents ?? 0;
      },
    },
  },
);
ledgerEntrySchema.index({ accountId: 1, postedOn: -1 });
ledgerEntrySchema.index({ requestId: 1 }, { unique: true });

export type LedgerEntry = InferSchemaType<typeof ledgerEntrySchema>;
export const LedgerEntryModel = model('LedgerEntry', ledgerEntrySchema);
