import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';
import { indexSeries, latestIn, type SeriesName, seriesFields } from './verificationSeries.ts';

const fields = {
  ...seriesFields,
  /** The code is the keyed hash of this and the requestId: nothing here tells it without the secret key. */
  nonce: { type: String, required: true },
  via: { type: String, enum: ['phone', 'email'] as const, required: true },
  expiresAt: { type: Date, required: true }, // District time
  answer: { type: String, enum: ['sent', 'locked', 'tooManyCodes'] as const, required: true },
  /** The try that it proved: a one-time code is good once. */
  usedBy: { type: String, default: null },
} as const;

/** A one-time code that was sent, or that was refused; for an unknown account as well, to nobody. */
const verificationCodeSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byRequest(requestId: string) {
      return this.findById(requestId).lean();
    },
    /** The last sent to an account, or from a conversation. */
    latest(series: SeriesName, key: string) {
      const { filter, sort } = latestIn(series, key);
      return this.findOne(filter).sort(sort).lean();
    },
    /** The last sent to an account from a conversation: an older one counts no more. */
    latestFor(accountKey: string, conversationId: string) {
      const { filter, sort } = latestIn('account', accountKey);
      return this.findOne({ ...filter, 'conversation.key': conversationId })
        .sort(sort)
        .lean();
    },
    /** False where the request or a place in a series is taken. */
    async take(code: VerificationCode): Promise<boolean> {
      try {
        await this.create(code);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** Uses a code up; false where another try has. */
    async spend(requestId: string, tryId: string): Promise<boolean> {
      const filter = { _id: requestId, usedBy: { $in: [null, tryId] } };
      const { matchedCount } = await this.updateOne(filter, { $set: { usedBy: tryId } });
      return matchedCount === 1;
    },
  },
});
indexSeries(verificationCodeSchema);

export type VerificationCode = InferRawDocType<typeof fields>;
export const VerificationCodeModel = model('VerificationCode', verificationCodeSchema);
