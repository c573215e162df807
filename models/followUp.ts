import { type InferRawDocType, model, Schema } from 'mongoose';

const fields = {
  _id: { type: String, required: true }, // the key under which it was scheduled: once for ever
  kind: { type: String, required: true },
  /** District time. */
  dueAt: { type: Date, required: true },
  payload: { type: Schema.Types.Mixed, default: null },
  accountId: { type: String, default: null },
  conversationId: { type: String, default: null },
  status: { type: String, enum: ['waiting', 'done', 'dropped', 'failed'] as const, required: true },
  /** How often it was run to the end, and what the last run ended with. */
  runs: { type: Number, default: 0 },
  /** How often it was taken since then: more than once where a run failed or its process died. */
  claims: { type: Number, default: 0 },
  outcome: { type: String, default: null },
  /** Machine time until which a process has it. */
  claimedUntil: { type: Date, default: null },
} as const;

/** Something that must happen later, at a time of the District's clock. */
const followUpSchema = new Schema(fields, {
  versionKey: false,
  minimize: false,
  statics: {
    /** Schedules it unless its key was used before; answers whether it is new. */
    async schedule(followUp: NewFollowUp): Promise<boolean> {
      const { key, ...rest } = followUp;
      const set = { status: 'waiting', runs: 0, claims: 0, outcome: null, claimedUntil: null, ...rest };
      const made = await this.updateOne({ _id: key }, { $setOnInsert: set }, { upsert: true });
      return made.upsertedCount === 1;
    },
    /** What is due of these kinds and nobody has; what cannot be run here keeps nothing else waiting. */
    dueAt({ now, machineNow, kinds }: { now: Date; machineNow: Date; kinds: string[] }, count: number) {
      return this.find({
        status: 'waiting',
        dueAt: { $lte: now },
        kind: { $in: kinds },
        $or: [{ claimedUntil: null }, { claimedUntil: { $lte: machineNow } }],
      })
        .sort({ dueAt: 1 })
        .limit(count)
        .lean();
    },
    /** Takes it for one run, or answers null where it is taken, done or no longer due. */
    claim(key: string, at: { now: Date; machineNow: Date; until: Date }) {
      return this.findOneAndUpdate(
        {
          _id: key,
          status: 'waiting',
          dueAt: { $lte: at.now },
          $or: [{ claimedUntil: null }, { claimedUntil: { $lte: at.machineNow } }],
        },
        { $set: { claimedUntil: at.until }, $inc: { claims: 1 } },
        { returnDocument: 'after' },
      ).lean();
    },
    /** Ends the run that `claimedUntil` names; a run that was overtaken changes nothing. */
    async settle(key: string, claimedUntil: Date, end: FollowUpEnd): Promise<void> {
      await this.updateOne(
        { _id: key, status: 'waiting', claimedUntil },
        { $set: { ...end, claimedUntil: null } },
      );
    },
    /** Takes back what has not run yet; answers whether there was something. */
    async drop(key: string): Promise<boolean> {
      const { modifiedCount } = await this.updateOne(
        { _id: key, status: 'waiting' },
        { $set: { status: 'dropped', outcome: 'cancelled' } },
      );
      return modifiedCount === 1;
    },
  },
});
followUpSchema.index({ dueAt: 1 }, { partialFilterExpression: { status: 'waiting' } });
followUpSchema.index({ accountId: 1, dueAt: -1 });

export type FollowUpRecord = InferRawDocType<typeof fields>;
export type NewFollowUp = {
  key: string;
  kind: string;
  dueAt: Date;
  payload?: unknown;
  accountId?: string | null;
  conversationId?: string | null;
};
export type FollowUpEnd = {
  status: FollowUpRecord['status'];
  outcome: string | null;
  dueAt?: Date;
  runs: number;
  claims: number;
};
export const FollowUpModel = model('FollowUp', followUpSchema);
