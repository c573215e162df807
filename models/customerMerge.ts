import { type InferRawDocType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

const fields = {
  _id: { type: String, required: true }, // the request
  argsHash: { type: String, required: true },
  keptId: { type: String, required: true },
  doubleId: { type: String, required: true },
  /** Both of them, while it is under way: nobody else merges either. */
  involved: { type: [String], required: true },
  open: { type: Boolean, required: true },
  /** Whether it is decided what moves; it is once nobody else can merge either. */
  planned: { type: Boolean, required: true },
  /** What the kept customer gains, and all that the double had. */
  movedAccountIds: { type: [String], required: true },
  doubleAccountIds: { type: [String], required: true },
  status: {
    type: String,
    enum: ['merging', 'merged', 'undoing', 'undone', 'dropped'] as const,
    required: true,
  },
  by: { type: String, required: true },
  at: { type: Date, required: true }, // District time
  undoRequestId: { type: String, default: null },
  undoneBy: { type: String, default: null },
  undoneAt: { type: Date, default: null },
} as const;

/** Two records of one customer made into one, and what it takes to make them two again. */
const customerMergeSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    byId(mergeId: string) {
      return this.findById(mergeId).lean();
    },
    /** False where the request is there already, or one of the two is being merged. */
    async begin(merge: CustomerMerge): Promise<boolean> {
      try {
        await this.create(merge);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** The first plan stands. */
    async plan(mergeId: string, plan: Pick<CustomerMerge, 'movedAccountIds' | 'doubleAccountIds'>) {
      await this.updateOne({ _id: mergeId, planned: false }, { $set: { ...plan, planned: true } });
      return this.findById(mergeId).lean();
    },
    async end(
      mergeId: string,
      from: 'merging' | 'undoing',
      to: 'merged' | 'undone' | 'dropped',
    ): Promise<void> {
      await this.updateOne({ _id: mergeId, status: from }, { $set: { status: to, open: false } });
    },
    /** Begins the undoing; false where one of the two is being merged elsewhere. */
    async beginUndo(mergeId: string, undo: { undoRequestId: string; undoneBy: string; undoneAt: Date }) {
      try {
        await this.updateOne(
          { _id: mergeId, status: 'merged' },
          { $set: { ...undo, status: 'undoing', open: true } },
        );
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
  },
});
customerMergeSchema.index({ involved: 1 }, { unique: true, partialFilterExpression: { open: true } });

export type CustomerMerge = InferRawDocType<typeof fields>;
export const CustomerMergeModel = model('CustomerMerge', customerMergeSchema);
