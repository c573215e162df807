import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const fields = {
  _id: { type: String, required: true },
  accountId: { type: String, required: true },
  /** Where it was made: a link, the draw of a bill, or an earlier payment that is presented again. */
  source: { type: String, enum: ['link', 'autopay', 'again'] as const, required: true },
  linkId: { type: String, default: null },
  attempt: { type: Number, default: 0 },
  /** The payment that this one presents again, and the request that did. */
  of: { type: String, default: null },
  requestId: { type: String, default: null },
  conversationId: { type: String, default: null },
  language: { type: String, default: null },
  verified: { type: Boolean, default: false },
  amount: { type: Number, required: true }, // cents
  /** What the sandbox's page was told to let happen; null with a real processor. */
  outcome: { type: String, default: null },
  receiptNumber: { type: String, required: true },
  startedAt: { type: Date, required: true }, // District time
  processor: { type: String, required: true },
  processorId: { type: String, default: null },
  redirect: { type: String, default: null },
  /** The processor's name for the money's way, by which it tells of disputes. */
  intentId: { type: String, default: null },

  // What the processor has said. Each is written once and none is taken back, so that the order does not matter.
  method: { type: String, enum: ['card', 'bank', null] as const, default: null },
  pendingOn: { type: String, default: null },
  declinedOn: { type: String, default: null },
  declineCode: { type: String, default: null },
  abandonedOn: { type: String, default: null },
  /** The day under which it stands in the ledger. */
  approvedOn: { type: String, default: null },
  returnedOn: { type: String, default: null },
  returnCode: { type: String, default: null },
  /** Cents that were taken back; null: all of it. */
  returnedPart: { type: Number, default: null },
  /** The day on which a dispute was won, and the money came again. */
  reinstatedOn: { type: String, default: null },
  /** Cents given back so far, and each step of it with its day. */
  refunded: { type: Number, default: 0 },
  refunds: { type: [Schema.Types.Mixed], default: [] },

  /** When the customer was found not to have authorised it, District time: consents until then are over. */
  stoppedAt: { type: Date, default: null },
  /** Cents charged because it came back; decided once. */
  fee: { type: Number, default: null },
  /** What the records say to it; `refused` is unapplied cash. */
  posted: { type: String, enum: ['no', 'pending', 'confirmed', 'refused'] as const, default: 'no' },
  /** Where unapplied cash went in the end. */
  appliedTo: { type: String, default: null },
} as const;

/** More than so many payments of one account are not looked through for what is on its way. */
const mostOpen = 1000;

/** A payment on its way through the processor, and what became of it. */
const paymentSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byId(id: string) {
      return this.findById(id).lean() as unknown as Promise<Payment | null>;
    },
    byIntent(intentId: string) {
      return this.findOne({ intentId }).lean() as unknown as Promise<Payment | null>;
    },
    lastOfLink(linkId: string) {
      return this.findOne({ linkId }).sort({ attempt: -1 }).lean() as unknown as Promise<Payment | null>;
    },
    /** False where there is a payment of that id already: it stands. */
    async begin(payment: NewPayment): Promise<boolean> {
      try {
        await this.create(payment);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    async began(id: string, { processorId, redirect }: { processorId: string; redirect: string | null }) {
      await this.updateOne({ _id: id, processorId: null }, { $set: { processorId, redirect } });
    },
    /** Writes facts where they are not known yet; each field's first value stands. */
    async learn(id: string, facts: Partial<Facts>): Promise<void> {
      for (const [field, value] of Object.entries(facts))
        if (value != null) await this.updateOne({ _id: id, [field]: null }, { $set: { [field]: value } });
    },
    /** So much has been given back in all: a step is added where that is more than was known. */
    async learnRefund(id: string, total: number, on: string): Promise<void> {
      const step = { from: '$refunded', to: { $literal: total }, on: { $literal: on } };
      await this.collection.updateOne({ _id: id as never, refunded: { $lt: total } }, [
        { $set: { refunds: { $concatArrays: ['$refunds', [step]] }, refunded: { $literal: total } } },
      ]);
    },
    async markPosted(id: string, posted: Payment['posted']): Promise<void> {
      await this.updateOne({ _id: id, posted: { $in: ['no', 'pending'] } }, { $set: { posted } });
    },
    /** Decides once where unapplied cash goes; answers the account it went to. */
    async applyTo(id: string, accountId: string): Promise<string | null> {
      await this.updateOne(
        { _id: id, posted: 'refused', appliedTo: null },
        { $set: { appliedTo: accountId } },
      );
      return (await this.findById(id, { appliedTo: 1 }).lean())?.appliedTo ?? null;
    },
    /** The account that unapplied cash was to go to has refused it: a person has to say another. */
    async unapply(id: string, accountId: string): Promise<void> {
      await this.updateOne(
        { _id: id, posted: 'refused', appliedTo: accountId },
        { $set: { appliedTo: null } },
      );
    },
    /** Payments that the records would not take, the oldest first. */
    unapplied(limit: number) {
      return this.find({ posted: 'refused', appliedTo: null })
        .sort({ startedAt: 1 })
        .limit(limit)
        .lean() as unknown as Promise<Payment[]>;
    },
    /**
     * What customers have handed in and what is in no balance yet, in cents: transfers that the bank has not settled,
     * and payments that the records have not answered.
     */
    async onTheWay(accountId: string): Promise<number> {
      const open: Payment[] = await this.find({
        accountId,
        posted: { $in: ['no', 'pending'] },
        returnedOn: null,
      })
        .limit(mostOpen)
        .lean();
      const isOnTheWay = ({ approvedOn, pendingOn, declinedOn }: Payment) =>
        approvedOn != null || (pendingOn != null && declinedOn == null);
      return open.filter(isOnTheWay).reduce((sum, { amount }) => sum + amount, 0);
    },
    ofAccount(accountId: string, limit: number) {
      return this.find({ accountId }).sort({ startedAt: -1 }).limit(limit).lean() as unknown as Promise<
        Payment[]
      >;
    },
    /** Payments of an account that came back since a day. */
    returnedSince(accountId: string, since: string) {
      return this.countDocuments({ accountId, returnedOn: { $gte: since }, returnCode: { $ne: 'dispute' } });
    },
  },
});
paymentSchema.index({ linkId: 1, attempt: -1 });
paymentSchema.index({ receiptNumber: 1 }, { unique: true });
paymentSchema.index({ intentId: 1 });
paymentSchema.index({ accountId: 1, startedAt: -1 });
paymentSchema.index({ accountId: 1, returnedOn: 1 });
paymentSchema.index({ accountId: 1, posted: 1 });
paymentSchema.index({ startedAt: 1 }, { partialFilterExpression: { posted: 'refused' } });

export type Refund = { from: number; to: number; on: string };
export type Payment = Omit<InferRawDocType<typeof fields>, 'refunds'> & { refunds: Refund[] };
export type Facts = Pick<
  Payment,
  | 'method'
  | 'pendingOn'
  | 'declinedOn'
  | 'declineCode'
  | 'abandonedOn'
  | 'approvedOn'
  | 'returnedOn'
  | 'returnCode'
  | 'returnedPart'
  | 'reinstatedOn'
  | 'intentId'
  | 'fee'
  | 'stoppedAt'
>;
export type NewPayment = Pick<
  Payment,
  | '_id'
  | 'accountId'
  | 'source'
  | 'conversationId'
  | 'language'
  | 'verified'
  | 'amount'
  | 'receiptNumber'
  | 'startedAt'
  | 'processor'
> &
  Partial<Pick<Payment, 'linkId' | 'attempt' | 'of' | 'requestId' | 'outcome'>>;
export const PaymentModel = model('Payment', paymentSchema);
