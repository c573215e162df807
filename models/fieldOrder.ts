import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

export const fieldOrderStatuses = ['open', 'dispatched', 'enRoute', 'done', 'cannot', 'cancelled'] as const;
export type FieldOrderStatus = (typeof fieldOrderStatuses)[number];

const historySchema = new Schema(
  {
    at: { type: Date, required: true }, // District time
    status: { type: String, enum: fieldOrderStatuses, required: true },
    by: { type: String, required: true }, // system, work, customer, or a CSR's id
    note: { type: String, default: null },
    /** The event or request that said so, and a hash of what it said: it counts once. */
    key: { type: String, required: true },
    hash: { type: String, required: true },
  },
  { _id: false },
);
const resultSchema = new Schema(
  {
    code: { type: String, required: true },
    reading: { type: Number, default: null },
    photo: { type: String, default: null },
    notes: { type: String, default: null },
    at: { type: Date, required: true }, // District time
  },
  { _id: false },
);

const fields = {
  _id: { type: String, required: true }, // the order number, FO-…
  type: { type: String, required: true },
  /** Null where the work is at no premise; `place` then says where. */
  serviceLocationId: { type: String, default: null },
  place: { type: String, default: null },
  accountId: { type: String, default: null },
  caseNumber: { type: String, default: null },
  serviceOrderNumber: { type: String, default: null },
  priority: { type: String, enum: ['emergency', 'high', 'normal', 'low'] as const, required: true },
  scheduledOn: { type: String, default: null }, // the District's local day; null is as soon as possible
  window: { type: String, enum: ['morning', 'afternoon', null] as const, default: null },
  accessNotes: { type: String, default: null },
  hazards: { type: [String], required: true },
  contact: { type: String, default: null },
  status: { type: String, enum: fieldOrderStatuses, required: true },
  /** Rises with every change that the field must hear of; `sent` is the last that it has. */
  version: { type: Number, required: true },
  sent: { type: Number, default: 0 },
  /** Why a person must look, or null. */
  needsAttention: { type: String, default: null },
  result: { type: resultSchema, default: null },
  history: { type: [historySchema], required: true },
  createdAt: { type: Date, required: true }, // District time
  requestId: { type: String, required: true },
  argsHash: { type: String, required: true },
} as const;

/** Work for a crew at a premise: what, when, how to get in, and what came of it. */
const fieldOrderSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byNumber(orderNumber: string) {
      return this.findById(orderNumber).lean<FieldOrderRecord>();
    },
    byRequest(requestId: string) {
      return this.findOne({ requestId }).lean<FieldOrderRecord>();
    },
    /** False where the request or the number is there already. */
    async add(order: FieldOrderRecord): Promise<boolean> {
      try {
        await this.create(order);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** Appends to the history and sets what goes with it, where the order still has one of the statuses. */
    step(orderNumber: string, from: FieldOrderStatus[], { entry, set, changesWork = false }: FieldOrderStep) {
      return this.findOneAndUpdate(
        { _id: orderNumber, status: { $in: from }, 'history.key': { $ne: entry.key } },
        { $set: set, $push: { history: entry }, ...(changesWork ? { $inc: { version: 1 } } : {}) },
        { returnDocument: 'after' },
      ).lean<FieldOrderRecord>();
    },
    /** The work-management system has this version. */
    async taken(orderNumber: string, version: number): Promise<void> {
      await this.updateOne({ _id: orderNumber, sent: { $lt: version } }, { $set: { sent: version } });
    },
    async flag(orderNumber: string, needsAttention: string | null): Promise<void> {
      await this.updateOne({ _id: orderNumber }, { $set: { needsAttention } });
    },
    /** A person has looked at it. */
    async unflag(orderNumber: string): Promise<void> {
      await this.updateOne({ _id: orderNumber }, { $set: { needsAttention: null } });
    },
    /** An account's orders, the latest first. */
    ofAccount(accountId: string, count: number) {
      return this.find({ accountId }).sort({ createdAt: -1 }).limit(count).lean<FieldOrderRecord[]>();
    },
    openAt(serviceLocationId: string, count: number) {
      return this.find({ serviceLocationId, status: { $in: ['open', 'dispatched', 'enRoute'] } })
        .limit(count)
        .lean<FieldOrderRecord[]>();
    },
    ofCase(caseNumber: string, count: number) {
      return this.find({ caseNumber }).limit(count).lean<FieldOrderRecord[]>();
    },
    ofServiceOrder(serviceOrderNumber: string, count: number) {
      return this.find({ serviceOrderNumber }).limit(count).lean<FieldOrderRecord[]>();
    },
    /** Orders that a person must look at, the latest first. */
    flagged(count: number) {
      return this.find({ needsAttention: { $type: 'string' } })
        .sort({ createdAt: -1 })
        .limit(count)
        .lean<FieldOrderRecord[]>();
    },
  },
});
fieldOrderSchema.index({ requestId: 1 }, { unique: true });
fieldOrderSchema.index({ accountId: 1, createdAt: -1 });
fieldOrderSchema.index({ serviceLocationId: 1, status: 1 });
fieldOrderSchema.index({ caseNumber: 1 });
fieldOrderSchema.index({ serviceOrderNumber: 1 });
fieldOrderSchema.index(
  { createdAt: -1 },
  { partialFilterExpression: { needsAttention: { $type: 'string' } } },
);

export type FieldOrderRecord = InferRawDocType<typeof fields>;
export type FieldOrderStep = {
  entry: {
    at: Date;
    status: FieldOrderStatus;
    by: string;
    note: string | null;
    key: string;
    hash: string;
  };
  set: {
    status?: FieldOrderStatus;
    scheduledOn?: string | null;
    window?: FieldOrderRecord['window'];
    needsAttention?: string | null;
    result?: { code: string; reading: number | null; photo: string | null; notes: string | null; at: Date };
  };
  changesWork?: boolean;
};
export const FieldOrderModel = model('FieldOrder', fieldOrderSchema);
