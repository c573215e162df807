import type { Document } from '../bson/values.ts';
import type { Stored } from '../storage/cache.ts';
import type { Collection } from '../storage/collection.ts';
import { candidates } from './candidates.ts';
import { compileFilter, type FilterContext } from './filter.ts';
import { choosePlan } from './plan.ts';
import { sorted } from './sort.ts';

export type FindOptions = {
  filter: Document;
  sort: Document | null;
  skip?: number;
  limit?: number;
  context: FilterContext;
};

/** The documents that match, in the order asked for, read as they are needed. */
export function* find(collection: Collection, options: FindOptions): Generator<Stored> {
  const { filter, sort, skip = 0, limit = Number.POSITIVE_INFINITY, context } = options;
  const { matches, bounds } = compileFilter(filter, context);
  const plan = choosePlan(bounds, sort, collection.indexes);
  const matching = where(candidates(collection, plan), matches);
  const ordered =
    plan.ordered || sort === null ? matching : sortedRows(collection, matching, sort, skip + limit, matches);
  let passed = 0;
  for (const stored of ordered) {
    passed += 1;
    if (passed > skip) yield stored;
    if (passed >= skip + limit) return;
  }
}

function* where(found: Iterable<Stored>, matches: (document: Document) => boolean): Generator<Stored> {
  for (const stored of found) if (matches(stored.document)) yield stored;
}

/** Only the rows are kept in order; a document is read again when its turn comes, and must still match. */
function* sortedRows(
  collection: Collection,
  matching: Iterable<Stored>,
  sort: Document,
  limit: number,
  matches: (document: Document) => boolean,
): Generator<Stored> {
  const documentOf = ({ document }: Stored) => document;
  const rows = sorted(matching, documentOf, ({ row }) => row, sort, limit);
  for (const row of rows) {
    const stored = collection.at(row);
    if (stored !== undefined && matches(stored.document)) yield stored;
  }
}
