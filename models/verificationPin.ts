import { type InferSchemaType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

/** An account's PIN as a salted scrypt hash; its own collection, so that no look at an account carries it. */
const verificationPinSchema = new Schema(
  {
    _id: { type: String, required: true }, // the account's id
    salt: { type: String, required: true },
    hash: { type: String, required: true },
    /** The last requests that changed it: id and keyed hash of the arguments. */
    changes: { type: [new Schema({ requestId: String, argsHash: String }, { _id: false })], default: [] },
  },
  {
    versionKey: false,
    statics: {
      ofAccount(accountId: string) {
        return this.findById(accountId).lean();
      },
      /** Sets the PIN once by the request; answers the hash of the arguments that the request had. */
      async change(
        accountId: string,
        { requestId, argsHash, ...pin }: { requestId: string; argsHash: string; salt: string; hash: string },
      ): Promise<string> {
        try {
          await this.updateOne(
            { _id: accountId, 'changes.requestId': { $ne: requestId } },
            {
              $set: pin,
              $push: { changes: { $each: [{ requestId, argsHash }], $slice: -20 } },
            },
            { upsert: true },
          );
        } catch (error) {
          // The document is there and has the request: it was done before.
          if (!isDuplicate(error)) throw error;
        }
        const kept = await this.findById(accountId).lean();
        return kept?.changes.find((change) => change.requestId === requestId)?.argsHash ?? argsHash;
      },
    },
  },
);

export type VerificationPin = InferSchemaType<typeof verificationPinSchema>;
export const VerificationPinModel = model('VerificationPin', verificationPinSchema);
