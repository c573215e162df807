import type { Binary, BSONRegExp, Code, Double, ObjectId, Timestamp } from 'bson';
import { notImplemented } from '../errors.ts';
import { type Document, type TypeName, typeOf, type Value } from './values.ts';

/** BSON's order between types; types of one rank compare by value. */
const ranks: Record<TypeName, number> = {
  missing: 0,
  minKey: 1,
  null: 5,
  int: 10,
  long: 10,
  double: 10,
  decimal: 10,
  string: 15,
  symbol: 15,
  object: 20,
  array: 25,
  binData: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  javascript: 60,
  maxKey: 127,
};
export const rankOf = (value: Value): number => ranks[typeOf(value)];

/** A number's amount, for comparing across int, long and double. */
export const amount = (value: Value): number | bigint => {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if ((value as Double)._bsontype === 'Double') return (value as Double).value;
  throw notImplemented('comparing or computing with Decimal128 (keep integers, such as cents)');
};

const order = (a: number | bigint, b: number | bigint) => (a < b ? -1 : a > b ? 1 : 0);

const compareNumbers = (a: number | bigint, b: number | bigint) => {
  const aIsNaN = Number.isNaN(a);
  const bIsNaN = Number.isNaN(b);
  if (aIsNaN || bIsNaN) return Number(bIsNaN) - Number(aIsNaN);
  return order(a, b);
};

/** Strings in the order of their UTF-8 bytes, which differs from JavaScript's above U+FFFF. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    const fixed = (code: number) => (code < 0xd800 ? code : code > 0xdfff ? code - 0x800 : code + 0x2000);
    return order(fixed(x), fixed(y));
  }
  return order(a.length, b.length);
}

const compareObjects = (a: Document, b: Document): number => {
  const names = Object.keys(a);
  const others = Object.keys(b);
  const length = Math.min(names.length, others.length);
  for (let at = 0; at < length; at++) {
    const x = a[names[at] as string];
    const y = b[others[at] as string];
    const difference =
      order(rankOf(x), rankOf(y)) ||
      compareStrings(names[at] as string, others[at] as string) ||
      compare(x, y);
    if (difference !== 0) return difference;
  }
  return order(names.length, others.length);
};

const compareArrays = (a: Value[], b: Value[]): number => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = compare(a[at], b[at]);
    if (difference !== 0) return difference;
  }
  return order(a.length, b.length);
};

const compareBinary = (a: Binary, b: Binary) =>
  order(a.position, b.position) ||
  order(a.sub_type, b.sub_type) ||
  Buffer.compare(a.buffer.subarray(0, a.position), b.buffer.subarray(0, b.position));

const textOf = (value: Value) => (typeof value === 'string' ? value : String(value));

/** Negative, zero or positive as `a` comes before, with or after `b` in BSON's order. */
export function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  const type = typeOf(a);
  const other = typeOf(b);
  const difference = order(ranks[type], ranks[other]);
  if (difference !== 0) return difference;
  switch (type) {
    case 'int':
    case 'long':
    case 'double':
    case 'decimal':
      return compareNumbers(amount(a), amount(b));
    case 'string':
    case 'symbol':
      return compareStrings(textOf(a), textOf(b));
    case 'object':
      return compareObjects(a as Document, b as Document);
    case 'array':
      return compareArrays(a as Value[], b as Value[]);
    case 'binData':
      return compareBinary(a as Binary, b as Binary);
    case 'objectId':
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case 'bool':
      return Number(a) - Number(b);
    case 'date':
      return order((a as Date).getTime(), (b as Date).getTime());
    case 'timestamp':
      return order((a as Timestamp).toBigInt(), (b as Timestamp).toBigInt());
    case 'regex':
      return (
        compareStrings((a as BSONRegExp).pattern, (b as BSONRegExp).pattern) ||
        compareStrings((a as BSONRegExp).options, (b as BSONRegExp).options)
      );
    case 'javascript':
      return compareStrings((a as Code).code, (b as Code).code);
    default:
      return 0;
  }
}

/** Equality as queries mean it: 1, 1.0 and int64 1 are equal. */
export const isEqual = (a: Value, b: Value) => compare(a, b) === 0;
