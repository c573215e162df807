import { type InferSchemaType, model, Schema } from 'mongoose';

/** What a meter showed on a day, in units; an estimate is trued up by the next actual reading. */
const readingSchema = new Schema(
  {
    _id: { type: String, required: true },
    meterId: { type: String, required: true },
    readOn: { type: String, required: true },
    value: { type: Number, required: true },
    kind: { type: String, enum: ['actual', 'estimated'], default: 'actual' },
  },
  {
    versionKey: false,
    statics: {
      latestOf(meterId: string, count: number) {
        return this.find({ meterId }).sort({ readOn: -1 }).limit(count).lean();
      },
    },
  },
);
readingSchema.index({ meterId: 1, readOn: -1 });

export type Reading = InferSchemaType<typeof readingSchema>;
export const ReadingModel = model('Reading', readingSchema);
