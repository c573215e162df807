import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const lineSchema = new Schema(
  {
    kind: {
      type: String,
      enum: ['service', 'usage', 'surcharge', 'excess', 'trueUp', 'credit'] as const,
      required: true,
    },
    label: {
      type: String,
      enum: [
        'serviceCharge',
        'waterUsed',
        'waterTier',
        'droughtSurcharge',
        'excessUse',
        'estimateTrueUp',
        'droughtTrueUp',
        'assistance',
      ] as const,
      required: true,
    },
    quantity: { type: Number, required: true },
    exact: { type: String, default: null }, // a fraction, where the quantity has no end as a decimal
    unit: { type: String, required: true },
    rate: { type: String, required: true }, // dollars, exact: a decimal text
    amount: { type: Number, required: true },
    source: { type: String, required: true },
    effectiveOn: { type: String, required: true },
    tier: { type: Number, default: null },
    partDays: { type: Number, default: null },
  },
  { _id: false },
);

const warningSchema = new Schema(
  {
    kind: { type: String, enum: ['excessUse'] as const, required: true },
    units: { type: Number, required: true },
    source: { type: String, required: true },
    effectiveOn: { type: String, required: true },
  },
  { _id: false },
);

const fields = {
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
  /** The first or the last of the account at the premise: its service charge is for its days only. */
  prorated: { type: Boolean, default: false },
  /** A meter reported water running without a pause. */
  continuousFlow: { type: Boolean, default: false },
  lines: { type: [lineSchema], required: true },
  warnings: { type: [warningSchema], required: true },
  /** Earlier estimated bills that this one sets right. */
  truedUp: { type: [String], required: true },
  total: { type: Number, required: true },
  requestId: { type: String, required: true },
  argsHash: { type: String, default: null },
} as const;

/** A bill as it was issued, with the lines that it was made of; it never changes. */
const billSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byId(billId: string) {
      return this.findById(billId).lean();
    },
    byRequest(requestId: string) {
      return this.findOne({ requestId }).lean();
    },
    /** False where the bill, or one of the same request, is there already. */
    async issue(bill: BillRecord): Promise<boolean> {
      try {
        await this.create(bill);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    latestOf(accountId: string) {
      return this.findOne({ accountId }).sort({ issuedOn: -1, periodEnd: -1 }).lean();
    },
    /** The latest so many that were issued until a day, the latest first. */
    recentOf(accountId: string, count: number, until = '9999-12-31') {
      return this.find({ accountId, issuedOn: { $lte: until } })
        .sort({ issuedOn: -1, periodEnd: -1 })
        .limit(count)
        .lean();
    },
    /** Issued between two days, both counted, the latest first. */
    issuedBetween(accountId: string, first: string, last: string) {
      return this.find({ accountId, issuedOn: { $gte: first, $lte: last } })
        .sort({ issuedOn: -1 })
        .lean();
    },
  },
});
billSchema.index({ accountId: 1, issuedOn: -1, periodEnd: -1 });
billSchema.index({ requestId: 1 }, { unique: true });

export type BillRecord = InferRawDocType<typeof fields>;
export const BillModel = model('Bill', billSchema);
