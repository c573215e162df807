import { calculateObjectSize, serialize } from 'bson';
import { CommandError } from '../errors.ts';
import type { Document } from './values.ts';

/** What MongoDB allows a document to weigh. */
export const maxDocumentBytes = 16 * 1024 * 1024;

/** What anything else may weigh, such as an answer around a document. */
const maxBytes = maxDocumentBytes + 16 * 1024;

/**
 * A document's BSON; the official package writes it. Its own buffer ends at 17 MB, where it cuts texts off
 * without a word or throws, so nothing near that is taken from it. Throws 10334 for what is too large.
 */
export function encode(document: Document, most = maxBytes): Buffer {
  let bytes: Uint8Array;
  try {
    bytes = serialize(document, { ignoreUndefined: true });
  } catch (cause) {
    if ((cause as Error).name === 'RangeError') throw tooLarge(calculateObjectSize(document));
    throw cause;
  }
  if (bytes.length > most) throw tooLarge(bytes.length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const tooLarge = (size: number) =>
  new CommandError(
    10334,
    `BSONObj size: ${size} is invalid. Size must be between 0 and ${maxDocumentBytes} (16MB)`,
  );

/** A document's BSON, unless it is larger than a stored document or a result may be. */
export const encodeStored = (document: Document): Buffer => encode(document, maxDocumentBytes);
