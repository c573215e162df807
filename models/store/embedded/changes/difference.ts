import { type Document, isDocument, type Value } from '../bson/values.ts';
import { isSame } from '../query/filter.ts';

/** What an update did to a document, as a change event describes it. */
export type UpdateDescription = {
  updatedFields: Document;
  removedFields: string[];
  truncatedArrays: { field: string; newSize: number }[];
};

/** Describes the way from one version of a document to the next by dotted paths. */
export function difference(before: Document, after: Document): UpdateDescription {
  const found: UpdateDescription = { updatedFields: {}, removedFields: [], truncatedArrays: [] };
  documents(before, after, '', found);
  return found;
}

function documents(before: Document, after: Document, prefix: string, found: UpdateDescription) {
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) found.removedFields.push(prefix + name);
  }
  for (const name of Object.keys(after)) values(before[name], after[name], prefix + name, found);
}

function values(before: Value, after: Value, path: string, found: UpdateDescription) {
  if (before === after) return; // versions share what an update left alone
  if (isDocument(before) && isDocument(after)) return documents(before, after, `${path}.`, found);
  if (Array.isArray(before) && Array.isArray(after)) return arrays(before, after, path, found);
  if (!isSame(before, after)) found.updatedFields[path] = after;
}

function arrays(before: Value[], after: Value[], path: string, found: UpdateDescription) {
  if (after.length < before.length) found.truncatedArrays.push({ field: path, newSize: after.length });
  for (const [at, element] of after.entries()) {
    if (at >= before.length) found.updatedFields[`${path}.${at}`] = element;
    else values(before[at], element, `${path}.${at}`, found);
  }
}
