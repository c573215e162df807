import { encodeKey } from '../bson/keys.ts';
import type { Stored } from '../storage/cache.ts';
import type { Collection } from '../storage/collection.ts';
import type { IndexEntry } from '../storage/index.ts';
import type { Plan } from './plan.ts';

const firstPage = 32;
const laterPages = 512;

/**
 * The documents that a plan leads to, each once. Pages are read as they are asked for and no statement stays
 * open between them, so a cursor can rest here while others write.
 */
export function* candidates(collection: Collection, plan: Plan): Generator<Stored> {
  if (plan.kind === 'ids') yield* byIds(collection, plan.ids.map(encodeKey));
  else if (plan.kind === 'scan') yield* scan(collection);
  else yield* byIndex(collection, plan);
}

function* byIds(collection: Collection, keys: Buffer[]): Generator<Stored> {
  const seen = new Set<number>();
  for (const key of keys) {
    const stored = collection.find(key);
    if (stored === undefined || seen.has(stored.row)) continue;
    seen.add(stored.row);
    yield stored;
  }
}

function* scan(collection: Collection): Generator<Stored> {
  let rows = collection.rowsAfter(0, firstPage);
  while (rows.length > 0) {
    for (const row of rows) {
      const stored = collection.at(row, false);
      if (stored !== undefined) yield stored;
    }
    rows = collection.rowsAfter(rows.at(-1) as number, laterPages);
  }
}

function* byIndex(collection: Collection, plan: Plan & { kind: 'index' }): Generator<Stored> {
  const { index, ranges, descending } = plan;
  const seen = index.multikey ? new Set<number>() : null;
  for (const { low, high } of ranges) {
    let last: IndexEntry | null = null;
    for (let count = firstPage; ; count = laterPages) {
      const entries: IndexEntry[] = index.entries(low, high, descending, last, count);
      for (const { row } of entries) {
        if (seen?.has(row)) continue;
        seen?.add(row);
        const stored = collection.at(row);
        if (stored !== undefined) yield stored;
      }
      if (entries.length < count) break;
      last = entries.at(-1) as IndexEntry;
    }
  }
}
