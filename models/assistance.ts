import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const fields = {
  _id: { type: String, required: true }, // the requestId that it was enrolled under
  accountId: { type: String, required: true },
  startsOn: { type: String, required: true },
  /** The first day on which it has to be certified anew. */
  endsOn: { type: String, required: true },
  proof: { type: String, required: true },
  argsHash: { type: String, required: true },
} as const;

/** That an account gets the low-income credit on bills of these days. */
const assistanceSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byRequest(requestId: string) {
      return this.findById(requestId).lean();
    },
    latestOf(accountId: string) {
      return this.findOne({ accountId }).sort({ startsOn: -1 }).lean();
    },
    /** The last that had started by a day. */
    startedBy(accountId: string, day: string) {
      return this.findOne({ accountId, startsOn: { $lte: day } })
        .sort({ startsOn: -1 })
        .lean();
    },
    /** False where the request, or one of the account's that starts that day, is there already. */
    async enrol(enrolment: Assistance): Promise<boolean> {
      try {
        await this.create(enrolment);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
  },
});
assistanceSchema.index({ accountId: 1, startsOn: -1 }, { unique: true });

export type Assistance = InferRawDocType<typeof fields>;
export const AssistanceModel = model('Assistance', assistanceSchema);
