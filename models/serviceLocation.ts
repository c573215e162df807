import { type InferRawDocType, model, Schema } from 'mongoose';

const fields = {
  _id: { type: String, required: true },
  address: { type: String, required: true },
  zip: { type: String, required: true },
  insideDistrict: { type: Boolean, default: true },
  /** What an address search finds it by, in one spelling: `services/premises.ts` derives it from the address. */
  street: { type: String, default: null },
  number: { type: String, default: null },
  unit: { type: String, default: null },
} as const;

/** A premise: where water is delivered, whoever the customer there is. */
const serviceLocationSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byId(serviceLocationId: string) {
      return this.findById(serviceLocationId).lean();
    },
    /** Premises whose address begins so, in the order of addresses, after one. */
    beginningWith(prefix: string, after: string, limit: number) {
      return this.find({ address: { $gt: after, $gte: prefix, $lt: `${prefix}\uffff` } })
        .sort({ address: 1 })
        .limit(limit)
        .lean();
    },
    /** Premises with one of the numbers on one of the streets, at most so many; all units, or one. */
    atNumber(streets: string[], numbers: string[], unit: string | null, count: number) {
      return this.find({
        street: { $in: streets },
        number: { $in: numbers },
        ...(unit === null ? {} : { unit }),
      })
        .limit(count)
        .lean();
    },
    /** Sets what a search finds premises by. */
    async index(premises: Pick<ServiceLocation, '_id' | 'street' | 'number' | 'unit'>[]): Promise<void> {
      await this.bulkWrite(
        premises.map(({ _id, street, number, unit }) => ({
          updateOne: { filter: { _id }, update: { $set: { street, number, unit } } },
        })),
      );
    },
    /** The next premises in the order of their ids. */
    after(id: string, count: number) {
      return this.find({ _id: { $gt: id } })
        .sort({ _id: 1 })
        .limit(count)
        .lean();
    },
  },
});
serviceLocationSchema.index({ street: 1, number: 1, unit: 1 });
serviceLocationSchema.index({ address: 1 });

export type ServiceLocation = InferRawDocType<typeof fields>;
export const ServiceLocationModel = model('ServiceLocation', serviceLocationSchema);
