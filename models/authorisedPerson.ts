import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const fields = {
  _id: { type: String, required: true }, // the request that added them
  argsHash: { type: String, required: true },
  accountId: { type: String, required: true },
  name: { type: String, required: true },
  nameKey: { type: String, required: true },
  active: { type: Boolean, required: true },
  addedBy: { type: String, required: true },
  addedAt: { type: Date, required: true }, // District time
  removedBy: { type: String, default: null },
  removedAt: { type: Date, default: null },
} as const;

/** Somebody who may ask about an account that is not theirs; they may change nothing. */
const authorisedPersonSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byId(personId: string) {
      return this.findById(personId).lean();
    },
    /** False where the request, or somebody of that name, is there already. */
    async add(person: AuthorisedPerson): Promise<boolean> {
      try {
        await this.create(person);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** The first removal stands. */
    async remove(personId: string, removed: { removedBy: string; removedAt: Date }): Promise<void> {
      await this.updateOne({ _id: personId, active: true }, { $set: { ...removed, active: false } });
    },
    ofAccount(accountId: string) {
      return this.find({ accountId, active: true }).sort({ addedAt: 1 }).limit(50).lean();
    },
    named(accountId: string, nameKey: string) {
      return this.findOne({ accountId, nameKey, active: true }).lean();
    },
  },
});
authorisedPersonSchema.index(
  { accountId: 1, nameKey: 1 },
  { unique: true, partialFilterExpression: { active: true } },
);

export type AuthorisedPerson = InferRawDocType<typeof fields>;
export const AuthorisedPersonModel = model('AuthorisedPerson', authorisedPersonSchema);
