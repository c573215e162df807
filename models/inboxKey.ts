import { hash } from 'node:crypto';
import { model, Schema } from 'mongoose';

/** Every message a channel ever took in and that was projected, by the channel's own name for it. */
const inboxKeySchema = new Schema(
  {
    _id: { type: String, required: true },
    conversationId: { type: String, required: true },
    entryId: { type: String, required: true },
    seq: { type: Number, required: true },
  },
  { versionKey: false },
);
export const InboxKeyModel = model('InboxKey', inboxKeySchema);

/** How many keys a conversation remembers of the entries last pulled from its tail. */
export const mostRecent = 64;

/** A key as a conversation remembers it: 64 bits of its hash. */
export const shortKey = (key: string): string => hash('sha256', key, 'base64url').slice(0, 11);
