import { encode } from './encode.ts';
import type { Document } from './values.ts';

/** Puts documents that are BSON already into a larger one, without reading them. */
const embedded = (type: number, name: string, bytes: Buffer) => [
  Buffer.from([type]),
  Buffer.from(`${name}\0`),
  bytes,
];

const document = (parts: Buffer[]): Buffer => {
  const body = Buffer.concat([Buffer.alloc(4), ...parts, Buffer.alloc(1)]);
  body.writeInt32LE(body.length, 0);
  return body;
};

/** The elements of a document, without its length and end. */
const elements = (fields: Document) => encode(fields).subarray(4, -1);

/** `{ ...before, [name]: value, ...after }` where the value is BSON. */
export const withDocument = (before: Document, name: string, value: Buffer, after: Document): Buffer =>
  document([elements(before), ...embedded(3, name, value), elements(after)]);

/** The answer that carries a batch of a cursor. */
export function cursorReply(
  batch: 'firstBatch' | 'nextBatch',
  documents: Buffer[],
  cursor: Document,
): Buffer {
  const list = document(documents.flatMap((bytes, at) => embedded(3, String(at), bytes)));
  const inner = document([...embedded(4, batch, list), elements(cursor)]);
  return document([...embedded(3, 'cursor', inner), elements({ ok: 1 })]);
}
