import { type InferSchemaType, model, Schema } from 'mongoose';

/** A signed-in browser. All times are machine time. The id is the hash of what the cookie holds. */
const csrSessionSchema = new Schema(
  {
    _id: { type: String, required: true },
    csrId: { type: String, required: true },
    createdAt: { type: Date, required: true },
    seenAt: { type: Date, required: true },
    /** When it ends at the latest, whatever happens; the store then forgets it. */
    endsAt: { type: Date, required: true },
  },
  { versionKey: false },
);
csrSessionSchema.index({ endsAt: 1 }, { expireAfterSeconds: 0 });
csrSessionSchema.index({ csrId: 1 });

export type CsrSession = InferSchemaType<typeof csrSessionSchema> & { _id: string };
export const CsrSessionModel = model('CsrSession', csrSessionSchema);
