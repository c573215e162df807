import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const fields = {
  _id: { type: String, required: true }, // the order number, SO-…
  kind: { type: String, enum: ['stop'] as const, required: true },
  accountId: { type: String, required: true },
  serviceLocationId: { type: String, required: true },
  effectiveOn: { type: String, required: true }, // the District's local day
  forwardingAddress: { type: String, default: null },
  accessNotes: { type: String, default: null },
  conversationId: { type: String, default: null },
  status: { type: String, enum: ['open', 'done', 'cancelled'] as const, default: 'open' },
  bookedAt: { type: Date, required: true }, // District time
  requestId: { type: String, required: true },
  argsHash: { type: String, required: true },
} as const;

/** Something that the District is to do at a premise on a day. */
const serviceOrderSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byRequest(requestId: string) {
      return this.findOne({ requestId }).lean();
    },
    openFor(accountId: string, kind: 'stop') {
      return this.findOne({ accountId, kind, status: 'open' }).lean();
    },
    /** False where the request, the number, or an open order of the kind for the account is there already. */
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
  },
});
serviceOrderSchema.index({ requestId: 1 }, { unique: true }); // a retried turn books one order
serviceOrderSchema.index(
  { accountId: 1, kind: 1 },
  { unique: true, partialFilterExpression: { status: 'open' } },
);

export type ServiceOrderRecord = InferRawDocType<typeof fields>;
export type NewServiceOrder = Omit<ServiceOrderRecord, '_id' | 'status'> & { orderNumber: string };
export const ServiceOrderModel = model('ServiceOrder', serviceOrderSchema);
