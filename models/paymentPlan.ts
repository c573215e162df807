import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const fields = {
  _id: { type: String, required: true }, // the plan number, P-…
  accountId: { type: String, required: true },
  kind: { type: String, enum: ['extension', 'arrangement'] as const, required: true },
  /** The District's local days and cents, the earliest first. */
  instalments: {
    type: [{ _id: false, dueOn: { type: String, required: true }, amount: { type: Number, required: true } }],
    required: true,
  },
  status: { type: String, enum: ['open', 'kept', 'broken', 'refused'] as const, required: true },
  grantedOn: { type: String, required: true },
  grantedAt: { type: Date, required: true }, // District time
  endedOn: { type: String, default: null },
  /** Since when an instalment or a bill is unpaid, or null where the plan is kept. */
  behindSince: { type: String, default: null },
  conversationId: { type: String, default: null },
  language: { type: String, default: null },
  /** customer, or a CSR's id. */
  actor: { type: String, required: true },
  requestId: { type: String, required: true },
  argsHash: { type: String, required: true },
} as const;

/** More time to pay, agreed with a customer. One open plan an account. */
const paymentPlanSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byNumber(planNumber: string) {
      return this.findById(planNumber).lean() as unknown as Promise<PaymentPlan | null>;
    },
    byRequest(requestId: string) {
      return this.findOne({ requestId }).lean() as unknown as Promise<PaymentPlan | null>;
    },
    openFor(accountId: string) {
      return this.findOne({ accountId, status: 'open' }).lean() as unknown as Promise<PaymentPlan | null>;
    },
    /** False where the request, the number, or an open plan of the account is there already. */
    async grant(plan: NewPaymentPlan): Promise<boolean> {
      try {
        await this.create({ ...plan, status: 'open' });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** Ends an open plan; the first end stands. Answers whether this was it. */
    async end(planNumber: string, status: 'kept' | 'broken' | 'refused', endedOn: string): Promise<boolean> {
      const { modifiedCount } = await this.updateOne(
        { _id: planNumber, status: 'open' },
        { $set: { status, endedOn } },
      );
      return modifiedCount === 1;
    },
    async behind(planNumber: string, since: string | null): Promise<void> {
      await this.updateOne({ _id: planNumber, status: 'open' }, { $set: { behindSince: since } });
    },
    /** How many plans of a kind an account was granted since a day, those that were refused apart. */
    grantedSince(accountId: string, kind: PaymentPlan['kind'], since: string) {
      return this.countDocuments({
        accountId,
        kind,
        grantedOn: { $gte: since },
        status: { $in: ['open', 'kept', 'broken'] },
      });
    },
  },
});
paymentPlanSchema.index({ requestId: 1 }, { unique: true });
paymentPlanSchema.index({ accountId: 1 }, { unique: true, partialFilterExpression: { status: 'open' } });
paymentPlanSchema.index({ accountId: 1, kind: 1, grantedOn: -1 });

type Instalment = { dueOn: string; amount: number };
export type PaymentPlan = Omit<InferRawDocType<typeof fields>, 'instalments'> & { instalments: Instalment[] };
export type NewPaymentPlan = Omit<PaymentPlan, 'status' | 'endedOn' | 'behindSince'>;
export const PaymentPlanModel = model('PaymentPlan', paymentPlanSchema);
