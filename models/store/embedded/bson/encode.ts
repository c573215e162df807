import { calculateObjectSize, serialize } from 'bson';
import { CommandError } from '../errors.ts';
import type { Document } from './values.ts';

/** What MongoDB allows a document to weigh. */
export const maxDocumentBytes = 16 * 1024 * 1024;

/** A document's BSON; the official package writes it. */
export const encode = (document: Document): Buffer => {
  const bytes = serialize(document, { ignoreUndefined: true });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

const tooLarge = (size: number) =>
  new CommandError(
    10334,
    `BSONObj size: ${size} is invalid. Size must be between 0 and ${maxDocumentBytes} (16MB)`,
  );

/** A document's BSON, unless it is larger than a stored document may be. */
export function encodeStored(document: Document): Buffer {
  let bytes: Buffer;
  try {
    bytes = encode(document);
  } catch (cause) {
    // The writer's own buffer ends a little above the limit.
    if (cause instanceof RangeError) throw tooLarge(calculateObjectSize(document));
    throw cause;
  }
  if (bytes.length > maxDocumentBytes) throw tooLarge(bytes.length);
  return bytes;
}
