import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { CommandError } from '../errors.ts';

/**
 * A BSON value in memory. Nothing of its type is lost: an int32 is a number, a double is a number too unless
 * it could be taken for an int32 (then it is a `Double`), an int64 is a bigint, and a missing field is
 * `undefined`. Values are never changed in place, so documents may share them.
 */
export type Value = unknown;
export type Document = { [field: string]: Value };

export const isInt32 = (value: number) => (value | 0) === value && !Object.is(value, -0);

/** The value of a double-typed result, kept apart from the int32 of the same amount. */
export const asDouble = (value: number): Value => (isInt32(value) ? new Double(value) : value);

const int64 = (bytes: Buffer, at: number) => bytes.readBigInt64LE(at);

const cstringEnd = (bytes: Buffer, from: number) => {
  const end = bytes.indexOf(0, from);
  if (end < 0) throw new CommandError(2, 'invalid BSON: a name does not end');
  return end;
};

const readText = (bytes: Buffer, from: number, to: number): string => {
  // Short ASCII texts, such as names, are faster one by one than through the C++ decoder.
  if (to - from < 12) {
    let text = '';
    for (let at = from; at < to; at++) {
      const code = bytes[at] as number;
      if (code > 127) return bytes.toString('utf8', from, to);
      text += String.fromCharCode(code);
    }
    return text;
  }
  return bytes.toString('utf8', from, to);
};

const setField = (document: Document, name: string, value: Value) => {
  if (name === '__proto__') {
    Object.defineProperty(document, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    document[name] = value;
  }
};

/** Reads one BSON document that begins at `offset`; the result shares no memory with the bytes. */
export function decode(bytes: Buffer, offset = 0): Document {
  return readDocument(bytes, offset, false) as Document;
}

function readDocument(bytes: Buffer, offset: number, isArray: boolean): Document | Value[] {
  const end = offset + bytes.readInt32LE(offset) - 1;
  if (end < offset + 4 || end >= bytes.length || bytes[end] !== 0) {
    throw new CommandError(2, 'invalid BSON: the length of a document is wrong');
  }
  const array: Value[] = [];
  const document: Document = {};
  let at = offset + 4;
  while (at < end) {
    const type = bytes[at++] as number;
    const nameEnd = cstringEnd(bytes, at);
    const name = isArray ? '' : readText(bytes, at, nameEnd);
    at = nameEnd + 1;
    let value: Value;
    switch (type) {
      case 0x01: {
        value = asDouble(bytes.readDoubleLE(at));
        at += 8;
        break;
      }
      case 0x02: {
        const length = bytes.readInt32LE(at);
        value = readText(bytes, at + 4, at + 3 + length);
        at += 4 + length;
        break;
      }
      case 0x03:
        value = readDocument(bytes, at, false);
        at += bytes.readInt32LE(at);
        break;
      case 0x04:
        value = readDocument(bytes, at, true);
        at += bytes.readInt32LE(at);
        break;
      case 0x07:
        value = new ObjectId(Uint8Array.prototype.slice.call(bytes, at, at + 12));
        at += 12;
        break;
      case 0x08:
        value = bytes[at++] === 1;
        break;
      case 0x09:
        value = new Date(Number(int64(bytes, at)));
        at += 8;
        break;
      case 0x0a:
        value = null;
        break;
      case 0x10:
        value = bytes.readInt32LE(at);
        at += 4;
        break;
      case 0x12:
        value = int64(bytes, at);
        at += 8;
        break;
      default:
        [value, at] = readRare(bytes, at, type);
    }
    if (isArray) array.push(value);
    else setField(document, name, value);
  }
  return isArray ? array : document;
}

function readRare(bytes: Buffer, at: number, type: number): [Value, number] {
  switch (type) {
    case 0x05: {
      const length = bytes.readInt32LE(at);
      if (bytes[at + 4] === 2)
        throw new CommandError(238, 'The embedded store does not support binary subtype 2');
      const data = Uint8Array.prototype.slice.call(bytes, at + 5, at + 5 + length);
      return [new Binary(data, bytes[at + 4]), at + 5 + length];
    }
    case 0x0b: {
      const patternEnd = cstringEnd(bytes, at);
      const optionsEnd = cstringEnd(bytes, patternEnd + 1);
      const pattern = bytes.toString('utf8', at, patternEnd);
      return [new BSONRegExp(pattern, bytes.toString('utf8', patternEnd + 1, optionsEnd)), optionsEnd + 1];
    }
    case 0x0d: {
      const length = bytes.readInt32LE(at);
      return [new Code(bytes.toString('utf8', at + 4, at + 3 + length)), at + 4 + length];
    }
    case 0x0e: {
      const length = bytes.readInt32LE(at);
      return [new BSONSymbol(bytes.toString('utf8', at + 4, at + 3 + length)), at + 4 + length];
    }
    case 0x11:
      return [new Timestamp(Long.fromBigInt(bytes.readBigUInt64LE(at), true)), at + 8];
    case 0x13:
      return [new Decimal128(Uint8Array.prototype.slice.call(bytes, at, at + 16)), at + 16];
    case 0xff:
      return [new MinKey(), at];
    case 0x7f:
      return [new MaxKey(), at];
    default:
      throw new CommandError(238, `The embedded store does not support BSON type 0x${type.toString(16)}`);
  }
}

export type TypeName = keyof typeof typeNumbers;
/** BSON's type numbers by the names that `$type` takes. */
export const typeNumbers = {
  missing: 0,
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  javascript: 13,
  symbol: 14,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
} as const;

const wrapped: Record<string, TypeName> = {
  Double: 'double',
  Int32: 'int',
  Long: 'long',
  ObjectId: 'objectId',
  Binary: 'binData',
  BSONRegExp: 'regex',
  Code: 'javascript',
  BSONSymbol: 'symbol',
  Timestamp: 'timestamp',
  Decimal128: 'decimal',
  MinKey: 'minKey',
  MaxKey: 'maxKey',
};

/** BSON's name for the type of a value. */
export function typeOf(value: Value): TypeName {
  switch (typeof value) {
    case 'number':
      return isInt32(value) ? 'int' : 'double';
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'long';
    case 'undefined':
      return 'missing';
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  const tag = (value as { _bsontype?: string })._bsontype;
  return (tag !== undefined && wrapped[tag]) || 'object';
}

/** True for an embedded document, and for no other object. */
export const isDocument = (value: Value): value is Document =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  (value as { _bsontype?: string })._bsontype === undefined;
