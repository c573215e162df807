import { isEqual } from '../bson/compare.ts';
import { after, encodeKey, inverted, typeBracket } from '../bson/keys.ts';
import { isNumber } from '../bson/numbers.ts';
import { type Document, typeOf, type Value } from '../bson/values.ts';
import type { Index } from '../storage/index.ts';
import type { IndexField } from '../storage/indexSpec.ts';
import type { Bound } from './filter.ts';

export type Range = { low: Buffer; high: Buffer };
/** How candidates are found; each is still tested against the whole filter. */
export type Plan =
  | { kind: 'ids'; ids: Value[]; ordered: boolean }
  | { kind: 'index'; index: Index; ranges: Range[]; descending: boolean; ordered: boolean }
  | { kind: 'scan'; ordered: boolean };

const most = 1000; // combinations of $in values
const top = Buffer.from([0xff]);
const nowhere = Buffer.alloc(0);

/** Chooses by equalities first, then $in, then a range, then an order that saves the sort. */
export function choosePlan(bounds: Bound[], sort: Document | null, indexes: Index[]): Plan {
  const ids = idsOf(bounds);
  if (ids !== null) return { kind: 'ids', ids, ordered: sort === null || ids.length <= 1 };
  let best: Plan = { kind: 'scan', ordered: sort === null };
  let bestScore = 0;
  for (const index of indexes) {
    const candidate = consider(index, bounds, sort);
    if (candidate !== null && candidate.score > bestScore) {
      best = candidate.plan;
      bestScore = candidate.score;
    }
  }
  return best;
}

function idsOf(bounds: Bound[]): Value[] | null {
  let ids: Value[] | null = null;
  for (const { path, op, value } of bounds) {
    if (path !== '_id') continue;
    if (op === '$eq') return [value];
    if (op === '$in') ids = value as Value[];
  }
  return ids;
}

function consider(
  index: Index,
  bounds: Bound[],
  sort: Document | null,
): { plan: Plan; score: number } | null {
  const { spec } = index;
  if (spec.partial !== null && !spec.partial.bounds.every((needed) => implied(needed, bounds))) return null;
  let prefixes: Buffer[] = [nowhere];
  let score = 0;
  let used = 0;
  let points = 0; // leading fields with one value each
  let range: Range[] | null = null;
  const roots = new Set<string>();
  for (const field of spec.fields) {
    // Within one array, two fields may be met by two elements, which one key cannot show.
    if (index.multikey && roots.has(field.parts[0] as string)) break;
    roots.add(field.parts[0] as string);
    const values = equalValues(field, bounds);
    if (values !== null && values.length * prefixes.length <= most) {
      const keys = values.map((value) => directed(field, encodeKey(value)));
      keys.sort(Buffer.compare);
      prefixes = prefixes.flatMap((prefix) => keys.map((key) => Buffer.concat([prefix, key])));
      if (values.length === 1 && points === used) points += 1;
      score += values.length === 1 ? 100 : 80;
      used += 1;
      continue;
    }
    const limits = rangeOf(field, bounds, index.multikey);
    if (limits !== null) {
      range = prefixes.map((prefix) => ({
        low: Buffer.concat([prefix, limits.low]),
        high: limits.high.length === 0 ? end(prefix) : Buffer.concat([prefix, limits.high]),
      }));
      score += 40;
    }
    break;
  }
  const order = sort === null ? null : sortDirection(index, sort, points, prefixes.length === 1);
  // A sparse index leaves documents out; only a condition that needs the field makes up for that.
  if (score === 0 && (spec.sparse || order === null)) return null;
  const ranges = range ?? prefixes.map((prefix) => ({ low: prefix, high: end(prefix) }));
  const descending = order === 'descending';
  if (descending) ranges.reverse();
  const ordered = sort === null || order !== null;
  return {
    plan: { kind: 'index', index, ranges, descending, ordered },
    score: score + (order === null ? 0 : 30),
  };
}

const end = (prefix: Buffer) => (prefix.length === 0 ? top : after(prefix));
const directed = (field: IndexField, key: Buffer) => (field.descending ? inverted(key) : key);

/** The values that a field must equal one of, or null where that is not known. */
function equalValues(field: IndexField, bounds: Bound[]): Value[] | null {
  for (const { path, op, value } of bounds) {
    if (path !== field.path) continue;
    if (op === '$eq' && isPoint(value)) return [value];
    if (op === '$in' && (value as Value[]).every(isPoint)) return distinct(value as Value[]);
  }
  return null;
}

// A null also finds what is missing and an array is found by its elements: left to wider plans.
const isPoint = (value: Value) => value !== null && !['array', 'regex', 'decimal'].includes(typeOf(value));

const distinct = (values: Value[]) =>
  values.filter((value, at) => values.findIndex((other) => isEqual(other, value)) === at);

function rangeOf(field: IndexField, bounds: Bound[], multikey: boolean): Range | null {
  let low: Buffer | null = null;
  let high: Buffer | null = null;
  let bracket: [Buffer, Buffer] | null = null;
  for (const { path, op, value } of bounds) {
    if (path !== field.path || !isPoint(value) || ['minKey', 'maxKey'].includes(typeOf(value))) continue;
    if (Number.isNaN(value)) continue;
    const isLow = op === '$gt' || op === '$gte';
    if (!isLow && op !== '$lt' && op !== '$lte') continue;
    if (multikey && bracket !== null) continue; // two elements of one array may meet the two ends
    bracket ??= typeBracket(value);
    const key = encodeKey(value);
    if (isLow) low = greatest(low, op === '$gt' ? after(key) : key);
    else high = least(high, op === '$lt' ? key : after(key));
  }
  if (bracket === null) return null;
  return directedRange(field, { low: low ?? bracket[0], high: high ?? bracket[1] });
}

/** The range of a field's values as the index keeps them. */
export function directedRange(field: IndexField, { low, high }: Range): Range {
  if (!field.descending) return { low, high };
  // Inverted, [low, high) becomes (~high, ~low]: keys have no key as a prefix, so the ends can be moved on.
  return { low: inverted(high), high: after(inverted(low)) };
}

const greatest = (a: Buffer | null, b: Buffer) => (a === null || Buffer.compare(a, b) < 0 ? b : a);
const least = (a: Buffer | null, b: Buffer) => (a === null || Buffer.compare(a, b) > 0 ? b : a);

/** Whether reading the index one way or the other gives the order asked for. */
function sortDirection(index: Index, sort: Document, points: number, single: boolean) {
  if (index.multikey || !single) return null;
  let direction: boolean | null = null;
  let at = 0;
  const fields = index.spec.fields;
  for (const [path, sign] of Object.entries(sort)) {
    if (fields.slice(0, points).some((field) => field.path === path)) continue; // one value only
    while (at < points && fields[at]?.path !== path) at += 1;
    const field = fields[at];
    if (field === undefined || field.path !== path) return null;
    const reversed = field.descending !== Number(sign) < 0;
    if (direction !== null && direction !== reversed) return null;
    direction = reversed;
    at += 1;
  }
  return direction ? ('descending' as const) : ('ascending' as const);
}

/** Whether the filter's conditions make sure that a condition of a partial index holds. */
function implied(needed: Bound, bounds: Bound[]): boolean {
  return bounds.some(({ path, op, value }) => {
    if (path !== needed.path) return false;
    if (op === needed.op && isEqual(value, needed.value)) return true;
    const points = op === '$in' ? (value as Value[]) : comparisons.includes(op) ? [value] : [];
    if (points.length === 0 || !points.every(isPoint)) return false;
    if (needed.op === '$exists') return true;
    return needed.op === '$type' && points.every((point) => comparesOnly(needed.value, point));
  });
}

const comparisons = ['$eq', '$gt', '$gte', '$lt', '$lte'];

/** Whether only values of a type compare with a point: numbers do across their types, and MinKey with all. */
const comparesOnly = (type: Value, point: Value) =>
  isNumber(point)
    ? type === 'number'
    : typeOf(point) === type && !['minKey', 'maxKey', 'symbol'].includes(typeOf(point));
