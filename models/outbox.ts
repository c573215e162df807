import { type InferSchemaType, model, Schema } from 'mongoose';

const statuses = ['queued', 'sending', 'delivered', 'failed', 'refused', 'unknown'] as const;

/**
 * What must reach a carrier, one row a message, unique by key: an entry of a conversation
 * (`conversation:seq`) or a notice (its action's requestId). Rows of one `lane` go in order.
 */
const outboxSchema = new Schema(
  {
    _id: { type: String, required: true },
    channel: { type: String, required: true },
    to: { type: String, required: true },
    lane: { type: String, required: true },
    at: { type: Date, required: true },
    seq: { type: Number, default: 0 },
    conversationId: String,
    /** A notice: its words are made at delivery from template, language and the sealed values. */
    template: String,
    language: String,
    sealed: String,
    status: { type: String, enum: statuses, required: true },
    attempts: { type: Number, default: 0 },
    /** Machine time: the claim of whoever is sending it, or when to try again. */
    dueAt: { type: Date, default: null },
    carrierId: String,
    code: String,
  },
  { versionKey: false },
);
outboxSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $type: 'date' } } });
outboxSchema.index({ lane: 1, seq: 1, at: 1 });

export type OutboxRow = InferSchemaType<typeof outboxSchema>;
export type NoticeRequest = {
  key: string;
  channel: 'sms' | 'email' | 'pager';
  /** E.164 or an address; null goes to nobody: the row is written and drained all the same, so that its cost tells nothing. */
  to: string | null;
  template: string;
  language: string;
  /** The template's values, AES-GCM sealed. */
  sealed: string;
  at: Date;
};

export const OutboxModel = model('Outbox', outboxSchema);

/** Puts a notice in the outbox; the same key a second time changes nothing. */
export async function enqueueNotice(notice: NoticeRequest): Promise<void> {
  const { key, to, at, ...rest } = notice;
  await OutboxModel.collection.updateOne(
    { _id: key as never },
    {
      $setOnInsert: {
        ...rest,
        to: to ?? '',
        lane: to ?? key,
        at,
        seq: 0,
        attempts: 0,
        status: 'queued',
        dueAt: new Date(0),
      },
    },
    { upsert: true },
  );
}
