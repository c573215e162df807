import { type InferRawDocType, model, Schema } from 'mongoose';

const fields = {
  _id: { type: String, required: true },
  name: { type: String, required: true },
  language: { type: String, default: 'en' },
  phone: { type: String, default: null },
  email: { type: String, default: null },
  mailingAddress: { type: String, default: null },
  accountIds: { type: [String], required: true },
  /** As it is looked up by: see `nameKey`. */
  nameKey: { type: String, default: null },
  /** The last word of it first. */
  lastNameKey: { type: String, default: null },
  /** Rises with every change; whoever read an older one changes nothing. */
  revision: { type: Number, default: 0 },
  /** The last changes made, so that a repeat is known. */
  changedBy: { type: [String], default: [] },
  /** The record it was found to be a double of; it has no accounts then. */
  mergedInto: { type: String, default: null },
} as const;

/** A name as it is looked up by: lower case, without accents, words apart by one space. */
export const nameKey = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Both keys that a name is found by. */
export function nameKeys(name: string) {
  const words = nameKey(name).split(' ');
  const last = words.at(-1) ?? '';
  return { nameKey: words.join(' '), lastNameKey: [last, ...words.slice(0, -1)].join(' ') };
}

/** How many changes a customer remembers the requests of. */
const mostRemembered = 20;

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
    /**
     * Changes the customer of an account, once by its request; `changedMeanwhile` where `ifRevision` is given and
     * another change came in between.
     */
    async change(
      accountId: string,
      requestId: string,
      set: CustomerChange,
      ifRevision?: number,
    ): Promise<'changed' | 'noAccount' | 'changedMeanwhile'> {
      const wanted = { accountIds: accountId, changedBy: { $ne: requestId } };
      const { matchedCount } = await this.updateOne(
        { ...wanted, ...(ifRevision === undefined ? {} : { revision: revisionIs(ifRevision) }) },
        {
          $set: set.name === undefined ? set : { ...set, ...nameKeys(set.name) },
          $inc: { revision: 1 },
          $push: { changedBy: { $each: [requestId], $slice: -mostRemembered } },
        },
      );
      if (matchedCount === 1) return 'changed';
      const stands = await this.findOne({ accountIds: accountId }).lean();
      if (stands === null) return 'noAccount';
      return stands.changedBy?.includes(requestId) ? 'changed' : 'changedMeanwhile';
    },
    /** Customers that a filter finds, in an order, so many. */
    page(filter: Record<string, unknown>, order: ('nameKey' | 'lastNameKey' | '_id')[], limit: number) {
      const sort = Object.fromEntries(order.map((field) => [field, 1 as const]));
      return this.find(filter).sort(sort).limit(limit).lean();
    },
    ofAccounts(accountIds: string[]) {
      return this.find({ accountIds: { $in: accountIds } }).lean();
    },
    /** Adds accounts of a double to the customer that is kept; a second time changes nothing. */
    async takeOver(customerId: string, accountIds: string[]): Promise<void> {
      await this.updateOne(
        { _id: customerId },
        { $addToSet: { accountIds: { $each: accountIds } }, $inc: { revision: 1 } },
      );
    },
    async giveUp(customerId: string, accountIds: string[]): Promise<void> {
      await this.updateOne({ _id: customerId }, { $pullAll: { accountIds }, $inc: { revision: 1 } });
    },
    /** Makes it a double of another, without those accounts. */
    async mergeInto(customerId: string, keptId: string, accountIds: string[]): Promise<void> {
      await this.updateOne(
        { _id: customerId },
        { $set: { mergedInto: keptId }, $pullAll: { accountIds }, $inc: { revision: 1 } },
      );
    },
    /** Makes it one of its own again, with those accounts. */
    async unmerge(customerId: string, accountIds: string[]): Promise<void> {
      await this.updateOne(
        { _id: customerId },
        {
          $set: { mergedInto: null },
          $addToSet: { accountIds: { $each: accountIds } },
          $inc: { revision: 1 },
        },
      );
    },
    byId(customerId: string) {
      return this.findById(customerId).lean();
    },
  },
});
customerSchema.index({ accountIds: 1 });
customerSchema.index({ nameKey: 1, _id: 1 });
customerSchema.index({ lastNameKey: 1, _id: 1 });
customerSchema.index({ phone: 1 });
customerSchema.index({ email: 1 });

/** A customer who was written before revisions were has none. */
const revisionIs = (revision: number) => (revision === 0 ? { $in: [0, null] } : revision);
export type CustomerChange = Partial<
  Pick<Customer, 'name' | 'language' | 'phone' | 'email' | 'mailingAddress'>
>;

export type Customer = InferRawDocType<typeof fields>;
export const CustomerModel = model('Customer', customerSchema);
