import type { Binary, BSONRegExp, Code, ObjectId, Timestamp } from 'bson';
import { amount, rankOf } from './compare.ts';
import { type Document, typeOf, type Value } from './values.ts';

/**
 * Index keys: bytes whose order (memcmp, as SQLite compares blobs) is BSON's order of the values. A value is
 * its type's rank and a payload that no other payload of the type is a prefix of, so that keys of several
 * fields can be joined; a descending field has its bytes inverted. Equal values have equal bytes.
 */
const first = 1; // no rank is 0 or 255, and 0 ends texts, objects and arrays
const rankByte = (value: Value) => rankOf(value) + first;

/** In an index an empty array counts as "undefined", between MinKey and null. */
export const undefinedByte = 3 + first;
export const emptyArrayKey = Buffer.from([undefinedByte]);

// 0 ends a text, so 0 and 1 within it are written as 1 1 and 1 2: in order, and no text is another's prefix.
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'utf8');
  if (!bytes.includes(0) && !bytes.includes(1)) return Buffer.concat([bytes, Buffer.from([0])]);
  const escaped: number[] = [];
  for (const byte of bytes) {
    if (byte <= 1) escaped.push(1, byte + 1);
    else escaped.push(byte);
  }
  escaped.push(0);
  return Buffer.from(escaped);
};

const number = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(10);
  if (Number.isNaN(value)) return bytes; // before -Infinity, as BSON has it
  const near = Number(value) + 0; // -0 becomes 0
  bytes.writeDoubleBE(near, 0);
  if ((bytes[0] as number) & 0x80) {
    for (let at = 0; at < 8; at++) bytes[at] = ~(bytes[at] as number) & 0xff;
  } else {
    bytes[0] = (bytes[0] as number) | 0x80;
  }
  // An int64 that no double holds is told from its neighbours by how far the nearest double is away.
  const rest = typeof value === 'bigint' ? Number(value - BigInt(near)) : 0;
  bytes.writeUInt16BE(rest + 0x8000, 8);
  return bytes;
};

const signed64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value) ^ (1n << 63n));
  return bytes;
};

const unsigned64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};

const binary = (value: Binary): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(value.position);
  head[4] = value.sub_type;
  return Buffer.concat([head, value.buffer.subarray(0, value.position)]);
};

const object = (value: Document): Buffer => {
  const parts: Buffer[] = [];
  for (const [name, field] of Object.entries(value)) {
    parts.push(Buffer.from([rankByte(field)]), text(name), payload(field));
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
};

const array = (values: Value[]): Buffer =>
  Buffer.concat([...values.map((value) => encodeKey(value)), Buffer.from([0])]);

function payload(value: Value): Buffer {
  switch (typeOf(value)) {
    case 'int':
    case 'long':
    case 'double':
    case 'decimal':
      return number(amount(value));
    case 'string':
    case 'symbol':
      return text(String(value));
    case 'object':
      return object(value as Document);
    case 'array':
      return array(value as Value[]);
    case 'binData':
      return binary(value as Binary);
    case 'objectId':
      return Buffer.from((value as ObjectId).id);
    case 'bool':
      return Buffer.from([value ? 1 : 0]);
    case 'date':
      return signed64(BigInt((value as Date).getTime()));
    case 'timestamp':
      return unsigned64((value as Timestamp).toBigInt());
    case 'regex':
      return Buffer.concat([text((value as BSONRegExp).pattern), text((value as BSONRegExp).options)]);
    case 'javascript':
      return text((value as Code).code);
    default:
      return Buffer.alloc(0);
  }
}

/** The key of one value; a missing value has the key of null, as in MongoDB's indexes. */
export function encodeKey(value: Value): Buffer {
  const stored = value === undefined ? null : value;
  return Buffer.concat([Buffer.from([rankByte(stored)]), payload(stored)]);
}

/** The same key for a descending field. */
export function inverted(key: Buffer): Buffer {
  const bytes = Buffer.alloc(key.length);
  for (let at = 0; at < key.length; at++) bytes[at] = ~(key[at] as number) & 0xff;
  return bytes;
}

/** Where the keys of a value's type begin and end: [inclusive, exclusive). */
export function typeBracket(value: Value): [Buffer, Buffer] {
  const rank = rankByte(value);
  return [Buffer.from([rank]), Buffer.from([rank + 1])];
}

/** The smallest key after every key that begins with `key`. */
export function after(key: Buffer): Buffer {
  let end = key.length;
  while (end > 0 && key[end - 1] === 0xff) end--;
  const bytes = Buffer.from(key.subarray(0, end));
  if (end > 0) bytes[end - 1] = (bytes[end - 1] as number) + 1;
  return bytes;
}
