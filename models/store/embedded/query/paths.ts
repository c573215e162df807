import { type Document, isDocument, type Value } from '../bson/values.ts';

const index = /^(0|[1-9][0-9]*)$/;
export const isIndex = (part: string) => index.test(part);

/** A document's own field; undefined where there is none, whatever JavaScript's objects inherit. */
export const fieldOf = (document: Document, name: string): Value => {
  const value = document[name];
  if (value === undefined || typeof value === 'function') return undefined;
  return name === '__proto__' && !Object.hasOwn(document, name) ? undefined : value;
};

/**
 * The values at a path as a query sees them: arrays on the way are looked into, one level deep, both by
 * index and element by element. A missing field gives `undefined`.
 */
export function valuesAt(value: Value, parts: string[], from = 0, found: Value[] = []): Value[] {
  if (from === parts.length) {
    found.push(value);
    return found;
  }
  const part = parts[from] as string;
  if (Array.isArray(value)) {
    if (isIndex(part) && Number(part) < value.length) valuesAt(value[Number(part)], parts, from + 1, found);
    for (const element of value) {
      if (isDocument(element)) valuesAt(element, parts, from, found);
    }
  } else if (isDocument(value)) {
    valuesAt(fieldOf(value, part), parts, from + 1, found);
  } else {
    found.push(undefined);
  }
  return found;
}
