import { type InferSchemaType, model, Schema } from 'mongoose';
import { isDuplicate } from './duplicate.ts';

/** Who did what to which account, and when: written once under a key of the action's own, never changed. */
const auditEntrySchema = new Schema(
  {
    _id: { type: String, required: true },
    /** District time. */
    at: { type: Date, required: true },
    actor: { type: String, required: true }, // customer, system, or a CSR's id
    action: { type: String, required: true }, // area.pastTense, as in the log
    accountId: { type: String, default: null },
    conversationId: { type: String, default: null },
    /** Ids and outcomes that tell more; the old and the new value of a change. */
    details: { type: Schema.Types.Mixed, default: null },
  },
  {
    versionKey: false,
    statics: {
      /** Writes an entry; the same key a second time changes nothing. */
      async record(entry: NewAuditEntry): Promise<void> {
        try {
          const { key, ...rest } = entry;
          await this.create({ _id: key, ...rest });
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      },
      /** A page of an account's entries, the latest first, from before a place on. */
      pageOfAccount(accountId: string, before: { at: Date; id: string } | null, count: number) {
        const older = before && {
          $or: [{ at: { $lt: before.at } }, { at: before.at, _id: { $lt: before.id } }],
        };
        return this.find({ accountId, ...older })
          .sort({ at: -1, _id: -1 })
          .limit(count)
          .lean();
      },
      ofAccount(accountId: string, count: number) {
        return this.find({ accountId }).sort({ at: -1 }).limit(count).lean();
      },
    },
  },
);
auditEntrySchema.index({ accountId: 1, at: -1, _id: -1 });

export type NewAuditEntry = {
  key: string;
  at: Date;
  actor: string;
  action: string;
  accountId: string | null;
  conversationId: string | null;
  details?: Record<string, string | number | boolean | null>;
};
export type AuditEntry = InferSchemaType<typeof auditEntrySchema>;
export const AuditEntryModel = model('AuditEntry', auditEntrySchema);
