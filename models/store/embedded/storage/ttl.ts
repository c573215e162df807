import { encodeKey, typeBracket } from '../bson/keys.ts';
import type { Value } from '../bson/values.ts';
import { valuesAt } from '../query/paths.ts';
import { directedRange } from '../query/plan.ts';
import type { Catalog } from './catalog.ts';
import type { Collection } from './collection.ts';
import type { Index } from './index.ts';

const mostAtOnce = 500;

/** Removes documents whose time is over by a TTL index, so many of each; says whether there may be more. */
export function removeExpired(catalog: Catalog, now: Date): boolean {
  let more = false;
  for (const collection of catalog.all()) {
    for (const index of collection.indexes) {
      if (index.spec.expireAfterSeconds !== null && expire(collection, index, now)) more = true;
    }
  }
  return more;
}

function expire(collection: Collection, index: Index, now: Date): boolean {
  const { expireAfterSeconds, fields } = index.spec;
  const field = fields[0];
  if (field === undefined || expireAfterSeconds === null) return false;
  const latest = now.getTime() - expireAfterSeconds * 1000;
  const isOver = (value: Value): boolean =>
    Array.isArray(value) ? value.some(isOver) : value instanceof Date && value.getTime() <= latest;
  const over = { low: typeBracket(now)[0], high: encodeKey(new Date(latest + 1)) };
  const { low, high } = directedRange(field, over);
  const entries = index.entries(low, high, field.descending, null, mostAtOnce);
  for (const { row } of entries) {
    const stored = collection.at(row, false);
    if (stored === undefined || !valuesAt(stored.document, field.parts).some(isOver)) continue;
    collection.remove(stored);
  }
  return entries.length === mostAtOnce;
}
