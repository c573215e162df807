import { encodeKey, typeBracket } from '../bson/keys.ts';
import type { Value } from '../bson/values.ts';
import { valuesAt } from '../query/paths.ts';
import type { Catalog } from './catalog.ts';
import type { Collection } from './collection.ts';
import type { Index } from './index.ts';

const mostAtOnce = 500;

/** Removes documents whose time is over by a TTL index; returns how many, at most so many per index. */
export function removeExpired(catalog: Catalog, now: Date): number {
  let removed = 0;
  for (const collection of catalog.all()) {
    for (const index of collection.indexes) {
      if (index.spec.expireAfterSeconds !== null) removed += expire(collection, index, now);
    }
  }
  return removed;
}

function expire(collection: Collection, index: Index, now: Date): number {
  const { expireAfterSeconds, fields } = index.spec;
  const field = fields[0];
  if (field === undefined || expireAfterSeconds === null) return 0;
  const latest = now.getTime() - expireAfterSeconds * 1000;
  const isOver = (value: Value): boolean =>
    Array.isArray(value) ? value.some(isOver) : value instanceof Date && value.getTime() <= latest;
  let removed = 0;
  // A descending TTL index is read from its other end.
  const { low, high } = field.descending
    ? wholeIndex
    : { low: typeBracket(now)[0], high: encodeKey(new Date(latest + 1)) };
  for (const { row } of index.entries(low, high, field.descending, null, mostAtOnce)) {
    const stored = collection.at(row, false);
    if (stored === undefined || !valuesAt(stored.document, field.parts).some(isOver)) continue;
    collection.remove(stored);
    removed += 1;
  }
  return removed;
}

const wholeIndex = { low: Buffer.alloc(0), high: Buffer.from([0xff]) };
