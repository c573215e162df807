import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const changeFields = {
  requestId: { type: String, required: true },
  argsHash: { type: String, required: true },
  kind: { type: String, enum: ['move', 'cancel'] as const, required: true },
  day: { type: String, default: null },
  window: { type: String, default: null },
  /** Null while it is under way. */
  outcome: { type: String, enum: ['done', 'refused', null] as const, default: null },
  reason: { type: String, default: null },
  at: { type: Date, required: true }, // District time
} as const;
const changeSchema = new Schema(changeFields, { _id: false });
const feeSchema = new Schema(
  { label: { type: String, required: true }, amount: { type: Number, required: true } },
  { _id: false },
);
const proofSchema = new Schema(
  {
    /** Until when it must be there; District time. */
    by: { type: Date, required: true },
    kind: { type: String, default: null },
    reference: { type: String, default: null },
    requestId: { type: String, default: null },
  },
  { _id: false },
);

const fields = {
  _id: { type: String, required: true }, // the order number, SO-…
  kind: { type: String, enum: ['start', 'stop'] as const, required: true },
  /** Of a start: the account that it will make. */
  accountId: { type: String, required: true },
  serviceLocationId: { type: String, required: true },
  effectiveOn: { type: String, required: true }, // the District's local day
  window: { type: String, default: null },
  /** The day and window as they were first booked; they never change. */
  bookedFor: { type: String, default: null },
  bookedWindow: { type: String, default: null },
  forwardingAddress: { type: String, default: null },
  accessNotes: { type: String, default: null },
  hazards: { type: [String], default: [] },
  conversationId: { type: String, default: null },
  status: {
    type: String,
    enum: ['waitingForProof', 'open', 'done', 'cancelled', 'refused'] as const,
    default: 'open',
  },
  /** Whether the records know of it. */
  records: { type: String, enum: ['pending', 'confirmed'] as const, default: 'pending' },
  why: { type: String, default: null },
  by: { type: String, default: 'customer' }, // or a CSR's id
  bookedAt: { type: Date, required: true }, // District time
  requestId: { type: String, required: true },
  argsHash: { type: String, required: true },

  /** Rises with each new day: what was to happen on the old one no longer does. */
  revision: { type: Number, default: 0 },
  openChange: { type: changeSchema, default: null },
  changes: { type: [changeSchema], default: [] },
  /** The crew's work that it causes. */
  work: { type: [String], default: [] },
  /** Why a person must look. */
  review: { type: [String], default: [] },
  needsReview: { type: Boolean, default: false },

  // Of a start only.
  holdsPremise: { type: String, default: null }, // its premise, for as long as nobody else may begin there
  accountNumber: { type: String, default: null },
  customerId: { type: String, default: null }, // null: a new customer
  /** Who it is for, sealed until the customer is made. */
  applicant: { type: String, default: null },
  occupancy: { type: String, enum: ['owner', 'tenant', null] as const, default: null },
  accountKind: {
    type: String,
    enum: ['residential', 'landlord', 'commercial', null] as const,
    default: null,
  },
  /** Cents, as they were told and agreed to. */
  fees: { type: [feeSchema], default: [] },
  proof: { type: proofSchema, default: null },
  /** The account whose agreement runs on between tenants. */
  revertsTo: { type: String, default: null },
  /** Of a transfer: the stop that goes with it, sealed. */
  transfer: { type: String, default: null },
} as const;

/** Something that the District is to do at a premise on a day. */
const serviceOrderSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byNumber(orderNumber: string) {
      return this.findById(orderNumber).lean<ServiceOrderRecord>();
    },
    byRequest(requestId: string) {
      return this.findOne({ requestId }).lean<ServiceOrderRecord>();
    },
    openFor(accountId: string, kind: 'stop', serviceLocationId: string) {
      return this.findOne({ accountId, kind, serviceLocationId, status: 'open' }).lean<ServiceOrderRecord>();
    },
    /** The start that holds a premise. */
    startAt(serviceLocationId: string) {
      return this.findOne({ holdsPremise: serviceLocationId }).lean<ServiceOrderRecord>();
    },
    withAccountNumber(accountNumber: string) {
      return this.findOne({ accountNumber }).lean<ServiceOrderRecord>();
    },
    ofAccount(accountId: string, count: number) {
      return this.find({ accountId }).sort({ bookedAt: -1 }).limit(count).lean<ServiceOrderRecord[]>();
    },
    /** False where the request, a number, an open stop, or a start at the premise is there already. */
    async book(order: NewServiceOrder): Promise<boolean> {
      try {
        const { orderNumber, ...rest } = order;
        await this.create({ _id: orderNumber, ...rest });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** Sets fields where the order still has one of the statuses; null where it has not. */
    set(orderNumber: string, from: ServiceOrderRecord['status'][], set: Partial<ServiceOrderRecord>) {
      return this.findOneAndUpdate(
        { _id: orderNumber, status: { $in: from } },
        { $set: set },
        { returnDocument: 'after' },
      ).lean<ServiceOrderRecord>();
    },
    /** Begins a change, one at a time; null where the order has ended or another is under way. */
    beginChange(orderNumber: string, change: ServiceOrderChange) {
      return this.findOneAndUpdate(
        { _id: orderNumber, status: { $in: ['open', 'waitingForProof'] }, openChange: null },
        { $set: { openChange: change } },
        { returnDocument: 'after' },
      ).lean<ServiceOrderRecord>();
    },
    /** Ends the change that is under way and sets what it changes, once. */
    async endChange(orderNumber: string, change: ServiceOrderChange, set: Partial<ServiceOrderRecord>) {
      await this.updateOne(
        { _id: orderNumber, 'openChange.requestId': change.requestId },
        {
          $set: { ...set, openChange: null },
          $push: { changes: change },
          ...(set.effectiveOn ? { $inc: { revision: 1 } } : {}),
        },
      );
    },
    /** Notes why a person must look at it. */
    async flag(orderNumber: string, reason: string): Promise<void> {
      await this.updateOne(
        { _id: orderNumber },
        { $addToSet: { review: reason }, $set: { needsReview: true } },
      );
    },
    /** A person has looked at it. */
    async unflag(orderNumber: string): Promise<void> {
      await this.updateOne({ _id: orderNumber }, { $set: { needsReview: false } });
    },
    /** Orders that a person must look at, the latest first. */
    toReview(count: number) {
      return this.find({ needsReview: true })
        .sort({ bookedAt: -1 })
        .limit(count)
        .lean<ServiceOrderRecord[]>();
    },
  },
});
serviceOrderSchema.index({ requestId: 1 }, { unique: true }); // a retried turn books one order
serviceOrderSchema.index(
  { accountId: 1, kind: 1, serviceLocationId: 1 },
  { unique: true, partialFilterExpression: { status: 'open' } },
);
serviceOrderSchema.index(
  { holdsPremise: 1 },
  { unique: true, partialFilterExpression: { holdsPremise: { $type: 'string' } } },
);
serviceOrderSchema.index(
  { accountNumber: 1 },
  { unique: true, partialFilterExpression: { accountNumber: { $type: 'string' } } },
);
serviceOrderSchema.index({ accountId: 1, bookedAt: -1 });
serviceOrderSchema.index({ bookedAt: -1 }, { partialFilterExpression: { needsReview: true } });

export type ServiceOrderChange = Omit<InferRawDocType<typeof changeFields>, '_id'>;
export type ServiceOrderRecord = Omit<
  InferRawDocType<typeof fields>,
  'openChange' | 'changes' | 'fees' | 'proof'
> & {
  openChange: ServiceOrderChange | null;
  changes: ServiceOrderChange[];
  fees: { label: string; amount: number }[];
  proof: { by: Date; kind: string | null; reference: string | null; requestId: string | null } | null;
};
export type NewServiceOrder = Omit<ServiceOrderRecord, '_id'> & { orderNumber: string };
export const ServiceOrderModel = model('ServiceOrder', serviceOrderSchema);
