import { type InferRawDocType, model, Schema } from 'mongoose';

const fields = {
  _id: { type: String, required: true }, // the street in one spelling
  name: { type: [String], required: true },
  kind: { type: String, default: null },
  directions: { type: [String], required: true },
  /** Every spelling, right or near, under which it is looked for. */
  spellings: { type: [String], required: true },
} as const;

/** A street with at least one premise. A District has a few thousand, however many premises. */
const serviceStreetSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    /** Streets that are written like that, at most so many; only what tells them apart. */
    spelt(spellings: string[], count: number) {
      return this.find({ spellings: { $in: spellings } }, { spellings: 0 })
        .limit(count)
        .lean();
    },
  },
});
serviceStreetSchema.index({ spellings: 1 });

export type ServiceStreet = InferRawDocType<typeof fields>;
export const ServiceStreetModel = model('ServiceStreet', serviceStreetSchema);
