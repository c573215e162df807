import { type InferRawDocType, model, Schema } from 'mongoose';
import { insertMissing } from './insertMissing.ts';

const fields = {
  _id: { type: String, required: true }, // the account
  /** District time of the next look; absent where nothing lies ahead. */
  dueAt: { type: Date },
  /** The bill that the days are about. */
  billId: { type: String, default: null },
  /** The days on which it is billed next, spoken to, charged for being late, refunded; null where there is none. */
  billOn: { type: String, default: null },
  noticeOn: { type: String, default: null },
  feeOn: { type: String, default: null },
  refundOn: { type: String, default: null },
  /** The closing that `refundOn` belongs to. */
  closedOn: { type: String, default: null },
} as const;

/**
 * When an account's billing is next looked at, and for what. One small document an account, read by the index of its
 * due time, so that a day's work is found without reading the accounts that have none.
 */
const billingDaySchema = new Schema(fields, {
  versionKey: false,
  statics: {
    /** Which of these accounts are not there yet. */
    async missingOf(accountIds: string[]): Promise<string[]> {
      const known = await this.find({ _id: { $in: accountIds } }, { _id: 1 }).lean();
      const there = new Set(known.map(({ _id }) => _id));
      return accountIds.filter((accountId) => !there.has(accountId));
    },
    /** Takes accounts in, to be looked at from a time on; what is there stays as it is. */
    async add(accountIds: string[], dueAt: Date): Promise<void> {
      await insertAll(accountIds, dueAt);
    },
    /** Has an account looked at by a time, if not earlier. */
    async bring(accountId: string, dueAt: Date): Promise<void> {
      await this.updateOne({ _id: accountId }, { $min: { dueAt }, $setOnInsert: nothing }, { upsert: true });
    },
    async due(now: Date, count: number): Promise<BillingDay[]> {
      return this.find({ dueAt: { $lte: now } })
        .sort({ dueAt: 1 })
        .limit(count)
        .lean();
    },
    /** The time of the next look at any account, or null. */
    async nextDueAt(): Promise<Date | null> {
      const first = await this.findOne({ dueAt: { $gt: new Date(0) } })
        .sort({ dueAt: 1 })
        .lean();
      return first?.dueAt ?? null;
    },
    /** Keeps what a look has found; where the account was meant for another time meanwhile, nothing changes. */
    async keep({ _id, dueAt: seenAt }: BillingDay, days: Days, dueAt: Date | null): Promise<void> {
      const change = dueAt === null ? { $set: days, $unset: { dueAt: 1 } } : { $set: { ...days, dueAt } };
      await this.updateOne({ _id, dueAt: seenAt }, change);
    },
  },
});
billingDaySchema.index({ dueAt: 1 });

const nothing: Days = {
  billId: null,
  billOn: null,
  noticeOn: null,
  feeOn: null,
  refundOn: null,
  closedOn: null,
};

export type BillingDay = InferRawDocType<typeof fields>;
export type Days = Omit<BillingDay, '_id' | 'dueAt'>;
export const BillingDayModel = model('BillingDay', billingDaySchema);

const insertAll = (accountIds: string[], dueAt: Date): Promise<void> =>
  insertMissing(
    BillingDayModel,
    accountIds.map((_id) => ({ ...nothing, _id, dueAt })),
  );
