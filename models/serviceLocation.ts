import { type InferSchemaType, model, Schema } from 'mongoose';

/** A premise: where water is delivered, whoever the customer there is. */
const serviceLocationSchema = new Schema(
  {
    _id: { type: String, required: true },
    address: { type: String, required: true },
    zip: { type: String, required: true },
    insideDistrict: { type: Boolean, default: true },
  },
  {
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
    },
  },
);
serviceLocationSchema.index({ address: 1 });

export type ServiceLocation = InferSchemaType<typeof serviceLocationSchema>;
export const ServiceLocationModel = model('ServiceLocation', serviceLocationSchema);
