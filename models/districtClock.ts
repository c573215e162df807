import { type InferSchemaType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const theOne = 'district';

/** How far District time runs ahead of machine time, the same in every process; one document. */
const districtClockSchema = new Schema(
  {
    _id: { type: String, required: true },
    offsetMs: { type: Number, required: true },
  },
  {
    versionKey: false,
    statics: {
      /** The offset, set to the one given where there is none yet: the first process to start decides. */
      async offsetOrBegin(offsetMs: number): Promise<number> {
        const found = await this.findById(theOne).lean();
        if (found !== null) return found.offsetMs;
        try {
          await this.create({ _id: theOne, offsetMs });
          return offsetMs;
        } catch (error) {
          if (!isDuplicate(error)) throw error;
          return (await this.findById(theOne).lean())?.offsetMs ?? offsetMs;
        }
      },
      /** Moves the clock forward and answers the offset that it then has. */
      async moveBy(ms: number): Promise<number | null> {
        const moved = await this.findOneAndUpdate(
          { _id: theOne },
          { $inc: { offsetMs: ms } },
          { returnDocument: 'after' },
        ).lean();
        return moved?.offsetMs ?? null;
      },
    },
  },
);

export type DistrictClock = InferSchemaType<typeof districtClockSchema>;
export const DistrictClockModel = model('DistrictClock', districtClockSchema);
