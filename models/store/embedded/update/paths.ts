import { type Document, isDocument, typeOf, type Value } from '../bson/values.ts';
import { CommandError } from '../errors.ts';
import { fieldOf, isIndex } from '../query/paths.ts';

/** What an operator makes of a field's value: a new value, undefined to remove it, or the same to leave it. */
export type Change = (value: Value) => Value;

const maxPadding = 1_500_000;

/**
 * A copy of a document with the value at a path changed. Only the way to it is copied: all else is shared
 * with the old version, by which indexes and change streams see what an update touched.
 */
export function changedAt(
  container: Value,
  parts: string[],
  change: Change,
  creates: boolean,
  from = 0,
): Value {
  const part = parts[from] as string;
  const last = from === parts.length - 1;
  if (Array.isArray(container)) {
    if (!isIndex(part)) {
      if (!creates) return container;
      throw notViable(parts, from, container);
    }
    const at = Number(part);
    const old = container[at];
    const value = last ? change(old) : below(old, parts, change, creates, from);
    if (value === old) return container;
    if (at > container.length + maxPadding) throw new CommandError(2, 'cannot pad the array that far');
    const copy = [...container];
    while (copy.length < at) copy.push(null);
    copy[at] = value === undefined ? null : value; // an array keeps its places
    return copy;
  }
  if (!isDocument(container)) {
    if (!creates) return container;
    throw notViable(parts, from, container);
  }
  const old = fieldOf(container, part);
  const value = last ? change(old) : below(old, parts, change, creates, from);
  if (value === old) return container;
  const copy: Document = { ...container };
  if (value === undefined) delete copy[part];
  else copy[part] = value;
  return copy;
}

function below(old: Value, parts: string[], change: Change, creates: boolean, from: number): Value {
  if (old === undefined && !creates) return undefined;
  const inner = old === undefined ? {} : old;
  const value = changedAt(inner, parts, change, creates, from + 1);
  return value === inner ? old : value;
}

const notViable = (parts: string[], from: number, container: Value) =>
  new CommandError(
    28,
    `Cannot create field '${parts[from]}' in element {${parts[from - 1]}: ${typeOf(container)}}`,
  );
