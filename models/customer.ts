import { type InferRawDocType, model, Schema } from 'mongoose';

const fields = {
  _id: { type: String, required: true },
  name: { type: String, required: true },
  language: { type: String, default: 'en' },
  phone: { type: String, default: null },
  email: { type: String, default: null },
  mailingAddress: { type: String, default: null },
  accountIds: { type: [String], required: true },
} as const;

/** Who a customer is: the only place of names, phones and addresses of people, apart from what they use and owe. */
const customerSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    ofAccount(accountId: string) {
      return this.findOne({ accountIds: accountId }).lean();
    },
    /** Customers that a phone or an address of mail belongs to, at most so many. */
    reachedBy(contacts: { phone: string | null; email: string | null }, count: number) {
      const either = Object.entries(contacts).flatMap(([key, value]) => (value ? [{ [key]: value }] : []));
      return this.find({ $or: either }).limit(count).lean();
    },
    /** Gives a customer one more account. */
    async addAccount(customerId: string, accountId: string): Promise<void> {
      await this.updateOne({ _id: customerId }, { $addToSet: { accountIds: accountId } });
    },
    /** False where the account has no customer. */
    async change(
      accountId: string,
      set: Partial<Pick<Customer, 'name' | 'language' | 'phone' | 'email' | 'mailingAddress'>>,
    ): Promise<boolean> {
      const { matchedCount } = await this.updateOne({ accountIds: accountId }, { $set: set });
      return matchedCount === 1;
    },
  },
});
customerSchema.index({ accountIds: 1 });
customerSchema.index({ phone: 1 });
customerSchema.index({ email: 1 });

export type Customer = InferRawDocType<typeof fields>;
export const CustomerModel = model('Customer', customerSchema);
