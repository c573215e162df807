import { model, Schema } from 'mongoose';

/** How often a sign-in was tried for an e-mail or from an address, within a window of machine time. */
const signInTriesSchema = new Schema(
  {
    _id: { type: String, required: true }, // hash of the kind and the e-mail or address
    tries: { type: Number, required: true },
    endsAt: { type: Date, required: true },
  },
  { versionKey: false },
);
signInTriesSchema.index({ endsAt: 1 }, { expireAfterSeconds: 0 });
export const SignInTriesModel = model('SignInTries', signInTriesSchema);

/**
 * Counts a try before it is judged, so that many at once cannot slip through together, and returns the count
 * within the window. The store forgets a window only after a while, so a window that has ended begins anew here.
 */
export async function countTry(id: string, now: Date, windowMs: number): Promise<number> {
  const over = { $lte: [{ $ifNull: ['$endsAt', new Date(0)] }, now] };
  const counted = await SignInTriesModel.collection.findOneAndUpdate(
    { _id: id as never },
    [
      {
        $set: {
          tries: { $cond: [over, 1, { $add: ['$tries', 1] }] },
          endsAt: { $cond: [over, new Date(now.getTime() + windowMs), '$endsAt'] },
        },
      },
    ],
    { upsert: true, returnDocument: 'after' },
  );
  return (counted as unknown as { tries: number }).tries;
}
