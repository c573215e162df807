import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';
import { indexSeries, latestIn, type SeriesName, seriesFields } from './verificationSeries.ts';

const fields = {
  ...seriesFields,
  proof: { type: String, enum: ['match', 'code', 'pin'] as const, required: true },
  /** The code that was sent before it, where the proof is one. */
  codeId: { type: String, default: null },
  /** 'matched' is account number and ZIP alone: it uses up no try and forgives none. 'pending' between its two writes: a try that nobody finished counts as a wrong one. */
  outcome: {
    type: String,
    enum: ['pending', 'right', 'matched', 'wrong', 'locked', 'expired'] as const,
    required: true,
  },
  triesLeft: { type: Number, required: true },
} as const;

type AtAccount = { account: { key: string } };

/** One try to prove who a customer is; what was typed is not kept. */
const verificationTrySchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byRequest(requestId: string) {
      return this.findById(requestId).lean();
    },
    /** The latest tries at an account, or from a conversation. */
    latest(series: SeriesName, key: string, count: number) {
      const { filter, sort } = latestIn(series, key);
      return this.find(filter).sort(sort).limit(count).lean();
    },
    /**
     * How many tries of a network's or an address's window count against it, at most about `most`: none that was right, and no
     * wrong one at an account that was then proven. One that is still pending counts.
     */
    async wrongIn(
      { series, key, round }: { series: 'network' | 'address'; key: string; round: number },
      most: number,
    ): Promise<number> {
      const inWindow: Record<string, unknown> = {
        [`${series}.key`]: key,
        [`${series}.round`]: round,
        [`${series}.n`]: { $type: 'number' },
      };
      const wrong = await this.find(
        { ...inWindow, outcome: { $nin: ['right', 'matched'] } },
        { 'account.key': 1 },
      )
        .limit(most * 10)
        .lean<AtAccount[]>();
      if (wrong.length < most) return wrong.length;
      const keys = wrong.map(({ account }) => account.key);
      const proven = await this.find(
        { ...inWindow, outcome: 'right', 'account.key': { $in: keys } },
        { 'account.key': 1 },
      ).lean<AtAccount[]>();
      const forgiven = new Set(proven.map(({ account }) => account.key));
      return keys.filter((key) => !forgiven.has(key)).length;
    },
    /** False where the request or a place in a series is taken. */
    async take(attempt: VerificationTry): Promise<boolean> {
      try {
        await this.create(attempt);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** Settles a pending try; the outcome that stands is the first one written. */
    async settle(requestId: string, outcome: 'right' | 'matched' | 'wrong'): Promise<void> {
      await this.updateOne({ _id: requestId, outcome: 'pending' }, { $set: { outcome } });
    },
  },
});
indexSeries(verificationTrySchema);

export type VerificationTry = InferRawDocType<typeof fields>;
export const VerificationTryModel = model('VerificationTry', verificationTrySchema);
