import { type InferSchemaType, model, Schema } from 'mongoose';

/** An account's PIN as a salted scrypt hash; its own collection, so that no look at an account carries it. */
const verificationPinSchema = new Schema(
  {
    _id: { type: String, required: true }, // the account's id
    salt: { type: String, required: true },
    hash: { type: String, required: true },
  },
  {
    versionKey: false,
    statics: {
      ofAccount(accountId: string) {
        return this.findById(accountId).lean();
      },
    },
  },
);

export type VerificationPin = InferSchemaType<typeof verificationPinSchema>;
export const VerificationPinModel = model('VerificationPin', verificationPinSchema);
