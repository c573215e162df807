import { type InferRawDocType, model, Schema } from 'mongoose';

const fields = {
  _id: { type: String, required: true }, // the account
  serviceLocationId: { type: String, required: true },
  /** What the programme gave the customer, shown in place of where they live. */
  address: { type: String, required: true },
  active: { type: Boolean, required: true },
  /** The last requests that set or ended it, so that a repeat is known: id and hash of its arguments. */
  changes: { type: [String], default: [] },
} as const;

/** An account whose true address nobody sees without a permission (Safe at Home, Government Code 6205 to 6216). */
const substituteAddressSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    ofAccount(accountId: string) {
      return this.findOne({ _id: accountId, active: true }).lean();
    },
    /** As it stands, ended or not. */
    byAccount(accountId: string) {
      return this.findById(accountId).lean();
    },
    at(serviceLocationId: string) {
      return this.findOne({ serviceLocationId, active: true }).lean();
    },
    among(accountIds: string[]) {
      return this.find({ _id: { $in: accountIds }, active: true }).lean();
    },
    /** Sets or ends it; the caller has looked whether the request was there before. */
    async put(
      accountId: string,
      change: string,
      set: Pick<SubstituteAddress, 'serviceLocationId' | 'address' | 'active'>,
    ) {
      await this.updateOne(
        { _id: accountId },
        { $set: set, $push: { changes: { $each: [change], $slice: -20 } } },
        { upsert: true },
      );
    },
  },
});
substituteAddressSchema.index({ serviceLocationId: 1 });

export type SubstituteAddress = InferRawDocType<typeof fields>;
export const SubstituteAddressModel = model('SubstituteAddress', substituteAddressSchema);
