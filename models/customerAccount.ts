import { type InferSchemaType, model, Schema } from 'mongoose';

/** What the District bills: its ZIP is the premise's, kept here so that one look-up matches number and ZIP. */
const customerAccountSchema = new Schema(
  {
    _id: { type: String, required: true },
    accountNumber: { type: String, required: true },
    zip: { type: String, required: true },
    state: { type: String, enum: ['active', 'closed'], required: true },
    kind: { type: String, enum: ['residential', 'landlord', 'commercial'], required: true },
    occupancy: { type: String, enum: ['owner', 'tenant'], required: true },
    serviceLocationId: { type: String, required: true },
    autopay: { type: Boolean, default: false },
    paperless: { type: Boolean, default: false },
    closedOn: { type: String, default: null },
  },
  {
    versionKey: false,
    statics: {
      byNumber(accountNumber: string) {
        return this.findOne({ accountNumber }).lean();
      },
      byId(accountId: string) {
        return this.findById(accountId).lean();
      },
      /** The next so many accounts that still run, by their ids after one: to go through all of them. */
      activeAfter(accountId: string, count: number) {
        return this.find({ _id: { $gt: accountId }, state: 'active' })
          .sort({ _id: 1 })
          .limit(count)
          .lean();
      },
      /** The ids that come next after one, of all accounts, closed ones too. */
      async idsAfter(accountId: string, count: number): Promise<string[]> {
        const page = await this.find({ _id: { $gt: accountId } }, { _id: 1 })
          .sort({ _id: 1 })
          .limit(count)
          .lean();
        return page.map(({ _id }) => _id);
      },
      byIds(accountIds: string[]) {
        return this.find({ _id: { $in: accountIds } }).lean();
      },
      atPremises(serviceLocationIds: string[], limit: number) {
        return this.find({ serviceLocationId: { $in: serviceLocationIds } })
          .limit(limit)
          .lean();
      },
      /** Closes an account on a day; the first day stands. */
      async close(accountId: string, closedOn: string): Promise<void> {
        await this.updateOne({ _id: accountId, state: 'active' }, { $set: { state: 'closed', closedOn } });
      },
      /** False where there is no such account. */
      async enrol(accountId: string, to: { autopay?: boolean | undefined; paperless?: boolean | undefined }) {
        const set = Object.fromEntries(Object.entries(to).filter(([, value]) => value !== undefined));
        const { matchedCount } = await this.updateOne({ _id: accountId }, { $set: set });
        return matchedCount === 1;
      },
    },
  },
);
customerAccountSchema.index({ accountNumber: 1 }, { unique: true });
customerAccountSchema.index({ serviceLocationId: 1 });

export type CustomerAccount = InferSchemaType<typeof customerAccountSchema>;
export const CustomerAccountModel = model('CustomerAccount', customerAccountSchema);
