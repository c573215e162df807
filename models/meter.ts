import { type InferSchemaType, model, Schema } from 'mongoose';

/** The meter at a premise; its size in inches decides the service charge. */
const meterSchema = new Schema(
  {
    _id: { type: String, required: true },
    serialNumber: { type: String, required: true },
    serviceLocationId: { type: String, required: true },
    size: { type: String, required: true },
    /** How many digits it shows before it rolls over to zero. */
    digits: { type: Number, default: 6 },
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
