import { type InferRawDocType, model, Schema } from 'mongoose';

const fields = {
  _id: { type: String, required: true },
  meterId: { type: String, required: true },
  readOn: { type: String, required: true },
  value: { type: Number, required: true },
  kind: { type: String, enum: ['actual', 'estimated'] as const, default: 'actual' },
  /** The meter reported water running without a pause since the reading before. */
  continuousFlow: { type: Boolean, default: false },
} as const;

/** What a meter showed on a day, in units; an estimate is trued up by the next actual reading. */
const readingSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    latestOf(meterId: string, count: number) {
      return this.find({ meterId }).sort({ readOn: -1 }).limit(count).lean();
    },
    /** Between two days, both counted, the latest first. */
    between(meterId: string, first: string, last: string, count: number) {
      return this.find({ meterId, readOn: { $gte: first, $lte: last } })
        .sort({ readOn: -1 })
        .limit(count)
        .lean();
    },
    /** Keeps a reading; its id a second time changes nothing. */
    async keep(reading: Reading): Promise<void> {
      const { _id, ...rest } = reading;
      await this.updateOne({ _id }, { $setOnInsert: rest }, { upsert: true });
    },
  },
});
readingSchema.index({ meterId: 1, readOn: -1 });

export type Reading = InferRawDocType<typeof fields>;
export const ReadingModel = model('Reading', readingSchema);
