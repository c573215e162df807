import { type InferSchemaType, model, Schema } from 'mongoose';

/** A meter at a premise; its size in inches decides the service charge. */
const meterSchema = new Schema(
  {
    _id: { type: String, required: true },
    serialNumber: { type: String, required: true },
    serviceLocationId: { type: String, required: true },
    size: { type: String, required: true },
    /** How many digits it shows before it rolls over to zero. */
    digits: { type: Number, default: 6 },
    /** The days on which it was put in and taken out; null where it was always there, or still is. */
    installedOn: { type: String, default: null },
    removedOn: { type: String, default: null },
  },
  {
    versionKey: false,
    statics: {
      atLocation(serviceLocationId: string) {
        return this.find({ serviceLocationId }).lean();
      },
    },
  },
);
meterSchema.index({ serviceLocationId: 1 });

export type Meter = InferSchemaType<typeof meterSchema>;
export const MeterModel = model('Meter', meterSchema);
