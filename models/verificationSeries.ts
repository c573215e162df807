import { type InferRawDocType, Schema } from 'mongoose';

/**
 * Codes sent and tries made are documents. Each takes the next place in its series at once, its account's, its
 * conversation's, its network's and its address's, under unique indexes: of many at the same instant only one gets a place, and a limit
 * holds without any counter. What was refused is kept without a place, so that a repeat gets the same answer.
 */
const placeFields = {
  key: { type: String, required: true },
  round: { type: Number, default: null },
  n: { type: Number, default: null },
  roundAt: { type: Date, default: null },
} as const;
const place = new Schema(placeFields, { _id: false });

export const seriesFields = {
  _id: { type: String, required: true }, // the requestId
  argsHash: { type: String, required: true },
  placed: { type: Boolean, required: true },
  account: { type: place, required: true },
  conversation: { type: place, required: true },
  /** Without a place where the channel knows no network. */
  network: { type: place, default: null },
  /** The client's own address, the same; a code takes none, as its network has one for it. */
  address: { type: place, default: null },
  at: { type: Date, required: true }, // District time
  /** Machine time: kept for as long as a repeat can come, then removed by the store. */
  purgeAt: { type: Date, required: true },
} as const;

export const seriesNames = ['account', 'conversation', 'network', 'address'] as const;
export type SeriesName = (typeof seriesNames)[number];

/** Whether it has a place in a series: a request without a network has one in the other two. */
const placedIn = (name: SeriesName): Record<string, unknown> =>
  name === 'network' || name === 'address' ? { [`${name}.n`]: { $type: 'number' } } : { placed: true };

export function indexSeries(schema: Schema): void {
  for (const name of seriesNames) {
    schema.index(
      { [`${name}.key`]: 1, [`${name}.round`]: -1, [`${name}.n`]: -1 },
      { unique: true, partialFilterExpression: placedIn(name) },
    );
  }
  schema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 });
}

/** What is in a series, the latest first. */
export const latestIn = (name: SeriesName, key: string) => ({
  filter: { [`${name}.key`]: key, ...placedIn(name) },
  sort: { [`${name}.round`]: -1, [`${name}.n`]: -1 } as Record<string, -1>,
});

export type Place = InferRawDocType<typeof placeFields>;
