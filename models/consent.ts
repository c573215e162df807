import { type InferRawDocType, model, Schema } from 'mongoose';

const fields = {
  _id: { type: String, required: true }, // keyed hash of the address, and the topic
  /** A keyed hash: whether an address opted out can be asked, a list of addresses cannot be read. */
  addressKey: { type: String, required: true },
  /** `all`, or one topic. */
  topic: { type: String, required: true },
  status: { type: String, enum: ['out', 'in'] as const, required: true },
  at: { type: Date, required: true }, // District time
  /** How it came: the customer's word, a carrier's refusal, a CSR. */
  source: { type: String, required: true },
  /** The last requests that set it, as keyed hashes: a late repeat of one sets nothing back. */
  requests: { type: [String], default: [] },
} as const;

/** How many requests are remembered. */
const mostRemembered = 20;

/** What a phone number or a mail address may not be used for any more. */
const consentSchema = new Schema(fields, {
  versionKey: false,
  statics: {
    of(addressKey: string) {
      return this.find({ addressKey }).limit(100).lean();
    },
    /** The latest word stands; an older one that comes late changes nothing. Answers whether it changed. */
    async set(consent: Omit<ConsentRecord, '_id' | 'requests'>, request: string): Promise<boolean> {
      const { addressKey, topic, ...rest } = consent;
      const _id = `${addressKey} ${topic}`;
      const made = await this.updateOne(
        { _id },
        { $setOnInsert: { addressKey, topic, ...rest, requests: [request] } },
        { upsert: true },
      );
      if (made.upsertedCount === 1) return true;
      const changed = await this.updateOne(
        { _id, at: { $lt: rest.at }, requests: { $ne: request } },
        { $set: rest, $push: { requests: { $each: [request], $slice: -mostRemembered } } },
      );
      return changed.modifiedCount === 1;
    },
  },
});
consentSchema.index({ addressKey: 1 });

export type ConsentRecord = InferRawDocType<typeof fields>;
export const ConsentModel = model('Consent', consentSchema);
