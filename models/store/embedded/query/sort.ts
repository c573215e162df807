import { emptyArrayKey, encodeKey, inverted } from '../bson/keys.ts';
import { type Document, isDocument, type Value } from '../bson/values.ts';
import { badValue, CommandError, notImplemented } from '../errors.ts';
import { fieldOf, valuesAt } from './paths.ts';

const maxSortBytes = 100 * 1024 * 1024;

/** A sort as given, checked; null where nothing is to be sorted. `$natural` is refused. */
export function parseSort(sort: Value): Document | null {
  if (sort === undefined || sort === null) return null;
  if (!isDocument(sort)) throw badValue('sort must be an object');
  const entries = Object.entries(sort);
  for (const [path, direction] of entries) {
    if (path.startsWith('$') || isDocument(direction)) throw notImplemented(`sorting by ${path}`);
    if (Number(direction) !== 1 && Number(direction) !== -1) {
      throw badValue('$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    }
  }
  return entries.length === 0 ? null : sort;
}

/** The key by which a document sorts: of an array the least element counts, or descending the greatest. */
export function sortKey(sort: Document): (document: Document) => Buffer {
  const fields = Object.entries(sort).map(([path, sign]) => ({
    parts: path.split('.'),
    down: Number(sign) < 0,
  }));
  return (document) => {
    if (fields.length > 1 && fields.filter(({ parts }) => meetsArray(document, parts)).length > 1)
      throw notImplemented('a sort by two fields within arrays');
    return Buffer.concat(
      fields.map(({ parts, down }) => {
        const keys = valuesAt(document, parts)
          .flatMap((value) =>
            Array.isArray(value)
              ? value.length === 0
                ? [emptyArrayKey]
                : value.map(encodeKey)
              : [encodeKey(value)],
          )
          .map((key) => (down ? inverted(key) : key));
        if (keys.length === 0) keys.push(down ? inverted(encodeKey(null)) : encodeKey(null));
        return keys.reduce((best, key) => (Buffer.compare(key, best) < 0 ? key : best));
      }),
    );
  };
}

function meetsArray(value: Value, parts: string[]): boolean {
  let at = value;
  for (const part of parts) {
    if (!isDocument(at)) break;
    at = fieldOf(at, part);
  }
  return Array.isArray(at);
}

const weightOf = (key: Buffer) => key.length + 64;

/** Sorts items by their documents and keeps the first `limit`; what is equal keeps its order. */
export function sorted<Source, Item>(
  sources: Iterable<Source>,
  documentOf: (source: Source) => Document,
  itemOf: (source: Source) => Item,
  sort: Document,
  limit = Number.POSITIVE_INFINITY,
): Item[] {
  const keyOf = sortKey(sort);
  let keyed: { key: Buffer; item: Item }[] = [];
  let bytes = 0;
  const order = () => {
    keyed.sort((a, b) => Buffer.compare(a.key, b.key));
    if (keyed.length > limit) keyed = keyed.slice(0, limit);
    bytes = keyed.reduce((sum, { key }) => sum + weightOf(key), 0);
  };
  for (const source of sources) {
    const key = keyOf(documentOf(source));
    keyed.push({ key, item: itemOf(source) });
    bytes += weightOf(key);
    if (keyed.length >= 2 * limit + 100 || bytes > maxSortBytes) order();
    if (bytes > maxSortBytes)
      throw new CommandError(292, 'Sort exceeded memory limit; an index would serve it');
  }
  order();
  return keyed.map(({ item }) => item);
}
