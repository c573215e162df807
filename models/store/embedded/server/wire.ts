import { encode } from '../bson/encode.ts';
import { type Document, decode } from '../bson/values.ts';
import { CommandError } from '../errors.ts';

const opReply = 1;
const opQuery = 2004;
const opMsg = 2013;
const headerBytes = 16;
const maxMessageBytes = 48_000_000;
const checksumPresent = 1;
const moreToCome = 2;

/** One command as it came in. */
export type Message = {
  requestId: number;
  command: Document;
  /** Documents that came beside the command, still as BSON: those of an insert are stored as they are. */
  sequences: Map<string, Buffer[]>;
  /** False where the client wants no answer (write concern 0). */
  answered: boolean;
  legacy: boolean;
};

/** Cuts what arrives on a socket into messages. */
export class MessageReader {
  private chunks: Buffer[] = [];
  private length = 0;

  /** Takes bytes in and calls back for every message that is complete. */
  push(chunk: Buffer, found: (message: Buffer) => void) {
    this.chunks.push(chunk);
    this.length += chunk.length;
    while (this.length >= 4) {
      if ((this.chunks[0] as Buffer).length < 4) this.chunks = [Buffer.concat(this.chunks)];
      const size = (this.chunks[0] as Buffer).readInt32LE(0);
      if (size < headerBytes || size > maxMessageBytes) throw new CommandError(2, `message of ${size} bytes`);
      if (this.length < size) return;
      const all = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
      this.length -= size;
      this.chunks = this.length > 0 ? [all.subarray(size)] : [];
      found(all.subarray(0, size));
    }
  }
}

/** Reads a message; only OP_MSG, and OP_QUERY for a driver's first hello, are spoken. */
export function parseMessage(bytes: Buffer): Message {
  const requestId = bytes.readInt32LE(4);
  const opCode = bytes.readInt32LE(12);
  if (opCode === opQuery) {
    const nameEnd = bytes.indexOf(0, 20);
    const name = bytes.toString('utf8', 20, nameEnd);
    const command = decode(bytes, nameEnd + 9);
    command.$db = name.split('.')[0];
    return { requestId, command, sequences: new Map(), answered: true, legacy: true };
  }
  if (opCode !== opMsg) throw new CommandError(2, `unknown opcode ${opCode}`);
  const flags = bytes.readUInt32LE(16);
  const end = bytes.length - (flags & checksumPresent ? 4 : 0);
  let command: Document = {};
  const sequences = new Map<string, Buffer[]>();
  let at = 20;
  while (at < end) {
    const kind = bytes[at++];
    const size = bytes.readInt32LE(at);
    if (size < 5 || at + size > end) throw new CommandError(2, 'a section of the message has a wrong length');
    if (kind === 0) command = decode(bytes, at);
    else if (kind === 1) readSequence(bytes, at, size, sequences);
    else throw new CommandError(2, `unknown section kind ${kind}`);
    at += size;
  }
  return { requestId, command, sequences, answered: (flags & moreToCome) === 0, legacy: false };
}

function readSequence(bytes: Buffer, start: number, size: number, sequences: Map<string, Buffer[]>) {
  const nameEnd = bytes.indexOf(0, start + 4);
  const documents: Buffer[] = [];
  for (let at = nameEnd + 1; at < start + size; ) {
    const length = bytes.readInt32LE(at);
    if (length < 5 || at + length > start + size) throw new CommandError(2, 'a document has a wrong length');
    documents.push(bytes.subarray(at, at + length));
    at += length;
  }
  sequences.set(bytes.toString('utf8', start + 4, nameEnd), documents);
}

/** An answer as it goes over the wire; `reply` may be BSON already. */
export function formatReply(message: Message, reply: Document | Buffer): Buffer {
  const body = Buffer.isBuffer(reply) ? reply : encode(reply);
  const prefix = message.legacy ? legacyPrefix() : Buffer.alloc(5); // OP_MSG: no flags, one section of kind 0
  const header = Buffer.alloc(headerBytes);
  header.writeInt32LE(headerBytes + prefix.length + body.length, 0);
  header.writeInt32LE(0, 4);
  header.writeInt32LE(message.requestId, 8);
  header.writeInt32LE(message.legacy ? opReply : opMsg, 12);
  return Buffer.concat([header, prefix, body]);
}

const legacyPrefix = () => {
  const prefix = Buffer.alloc(20);
  prefix.writeInt32LE(8, 0); // AwaitCapable
  prefix.writeInt32LE(1, 16); // one document
  return prefix;
};
