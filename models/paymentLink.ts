import { type InferRawDocType, model, Schema } from 'mongoose';

const fields = {
  /** A hash of the token: whoever reads the store cannot open the link. */
  _id: { type: String, required: true },
  /** To pay something, or to enrol a bank account for automatic payment. */
  purpose: { type: String, enum: ['pay', 'autopay'] as const, required: true },
  accountId: { type: String, required: true },
  /** The last four digits of the account number: all that the page shows of it. */
  lastDigits: { type: String, required: true },
  conversationId: { type: String, default: null },
  language: { type: String, default: null },
  /** Cents that the customer said in the conversation; the page can change them. */
  amount: { type: Number, default: null },
  /** Whoever asked for it has proven to be the customer, so the page may tell the balance. */
  verified: { type: Boolean, required: true },
  /** Too many payments came back: the bank is not asked again. */
  cardOnly: { type: Boolean, required: true },
  madeAt: { type: Date, required: true }, // District time
  expiresAt: { type: Date, required: true }, // District time
  requestId: { type: String, required: true },
  argsHash: { type: String, required: true },
} as const;

/** A way to pay one account for a while, without a sign-in. */
const paymentLinkSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byId(id: string) {
      return this.findById(id).lean();
    },
    /** Keeps a link; the one that its request made first is answered. */
    keep({ _id, ...rest }: PaymentLink) {
      return this.findOneAndUpdate(
        { _id },
        { $setOnInsert: rest },
        { upsert: true, returnDocument: 'after' },
      ).lean();
    },
  },
});
paymentLinkSchema.index({ accountId: 1, madeAt: -1 });

export type PaymentLink = InferRawDocType<typeof fields>;
export const PaymentLinkModel = model('PaymentLink', paymentLinkSchema);
