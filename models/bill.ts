import { type InferRawDocTypeFromSchema, model, Schema } from 'mongoose';

const lineSchema = new Schema(
  {
    kind: { type: String, enum: ['service', 'usage'], required: true },
    label: { type: String, enum: ['serviceCharge', 'waterUsed'], required: true },
    quantity: { type: Number, required: true },
    unit: { type: String, required: true },
    rate: { type: String, required: true }, // dollars, exact: a decimal text
    amount: { type: Number, required: true },
    source: { type: String, required: true },
    effectiveOn: { type: String, required: true },
  },
  { _id: false },
);

/** A bill as it was issued, with the lines that it was made of; it never changes. */
const billSchema = new Schema(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    issuedOn: { type: String, required: true },
    dueOn: { type: String, required: true },
    periodStart: { type: String, required: true },
    periodEnd: { type: String, required: true },
    days: { type: Number, required: true },
    units: { type: Number, required: true },
    meterSize: { type: String, required: true },
    estimated: { type: Boolean, default: false },
    lines: { type: [lineSchema], required: true },
    total: { type: Number, required: true },
  },
  {
    versionKey: false,
    statics: {
      latestOf(accountId: string) {
        return this.findOne({ accountId }).sort({ issuedOn: -1 }).lean();
      },
      /** Issued between two days, both counted, the latest first. */
      issuedBetween(accountId: string, first: string, last: string) {
        return this.find({ accountId, issuedOn: { $gte: first, $lte: last } })
          .sort({ issuedOn: -1 })
          .lean();
      },
    },
  },
);
billSchema.index({ accountId: 1, issuedOn: -1 });

export type BillRecord = InferRawDocTypeFromSchema<typeof billSchema>;
export const BillModel = model('Bill', billSchema);
