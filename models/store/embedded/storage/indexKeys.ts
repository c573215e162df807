import { emptyArrayKey, encodeKey, inverted } from '../bson/keys.ts';
import { type Document, isDocument, type Value } from '../bson/values.ts';
import { CommandError } from '../errors.ts';
import { fieldOf } from '../query/paths.ts';
import type { IndexSpec } from './indexSpec.ts';

/** A field's way into a document: the value reached so far and the names still to go. */
type Step = { value: Value; parts: string[]; at: number; emptyArray?: boolean };

/** Walks until the path ends or meets an array. */
function walk(step: Step): Step {
  let { value, at } = step;
  while (at < step.parts.length && !Array.isArray(value)) {
    value = isDocument(value) ? fieldOf(value, step.parts[at] as string) : undefined;
    at += 1;
  }
  return { ...step, value, at };
}

function expand(steps: Step[], tuples: Step[][]) {
  const walked = steps.map((step) => (step.emptyArray ? step : walk(step)));
  const array = walked.find((step) => Array.isArray(step.value) && !isLeafOfArray(step))?.value as
    | Value[]
    | undefined;
  if (array === undefined) {
    tuples.push(walked);
    return;
  }
  for (const step of walked) {
    if (Array.isArray(step.value) && !isLeafOfArray(step) && step.value !== array) {
      throw new CommandError(171, 'cannot index parallel arrays');
    }
  }
  const inside = (step: Step) => step.value === array && !isLeafOfArray(step);
  for (const element of array.length === 0 ? [undefined] : array) {
    expand(
      walked.map((step) => {
        if (!inside(step)) return step;
        const ends = step.at === step.parts.length;
        if (array.length === 0) return { ...step, value: undefined, at: step.parts.length, emptyArray: ends };
        if (ends) return { ...step, value: element, at: leaf };
        return { ...step, value: isDocument(element) ? element : undefined };
      }),
      tuples,
    );
  }
}

// An element of an array that the path ended at is a value as it is, even where it is an array itself.
const leaf = Number.POSITIVE_INFINITY;
const isLeafOfArray = (step: Step) => step.at === leaf;

/** The keys under which an index holds a document, each once; none where the index leaves it out. */
export function keysOf(index: IndexSpec, document: Document): { keys: Buffer[]; multikey: boolean } {
  if (index.partial !== null && !index.partial.matches(document)) return { keys: [], multikey: false };
  const tuples: Step[][] = [];
  expand(
    index.fields.map(({ parts }) => ({ value: document, parts, at: 0 })),
    tuples,
  );
  if (
    index.sparse &&
    tuples.every((tuple) => tuple.every(({ value, emptyArray }) => value === undefined && !emptyArray))
  ) {
    return { keys: [], multikey: false };
  }
  const keys = tuples.map((tuple) => tupleKey(index, tuple));
  const multikey =
    tuples.length > 1 || (tuples[0] as Step[]).some((step) => step.emptyArray || isLeafOfArray(step));
  return { keys: keys.length > 1 ? distinct(keys) : keys, multikey };
}

function tupleKey(index: IndexSpec, tuple: Step[]): Buffer {
  const parts = tuple.map(({ value, emptyArray }, at) => {
    const key = emptyArray ? emptyArrayKey : encodeKey(value);
    return index.fields[at]?.descending ? inverted(key) : key;
  });
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}

function distinct(keys: Buffer[]): Buffer[] {
  const seen = new Map<string, Buffer>();
  for (const key of keys) seen.set(key.toString('latin1'), key);
  return [...seen.values()];
}

/** The values of a document's fields as a duplicate-key error shows them. */
export function keyValue(index: IndexSpec, document: Document): Document {
  const found: Document = {};
  for (const { path, parts } of index.fields) {
    found[path] = walk({ value: document, parts, at: 0 }).value ?? null;
  }
  return found;
}
