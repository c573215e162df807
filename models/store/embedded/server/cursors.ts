import { randomInt } from 'node:crypto';
import type { ChangeStream } from '../changes/stream.ts';
import { CommandError } from '../errors.ts';

/** Results that a client reads in several batches. */
export type Cursor = {
  id: bigint;
  namespace: string;
  /** BSON of the next result, or undefined at the end. */
  next(): Buffer | undefined;
  usedAt: number;
  /** Set where the cursor is a change stream's. */
  stream?: ChangeStream;
};

const idleMs = 10 * 60_000;
const maxBatchBytes = 16 * 1024 * 1024 - 16 * 1024;

/** The open cursors; one that no client asks for is forgotten after ten minutes. */
export class Cursors {
  private readonly open = new Map<bigint, Cursor>();

  /** Takes up to `count` results; a cursor that has more is kept under its id, else the id is 0. */
  batch(cursor: Cursor, count: number, keeps: boolean): { documents: Buffer[]; id: bigint } {
    const documents: Buffer[] = [];
    let bytes = 0;
    while (documents.length < count) {
      const next = cursor.next();
      if (next === undefined) return this.ended(cursor, documents);
      documents.push(next);
      bytes += next.length;
      if (bytes > maxBatchBytes && documents.length > 1) {
        documents.pop();
        cursor.next = putBack(next, cursor.next);
        break;
      }
    }
    if (!keeps) return this.ended(cursor, documents);
    const ahead = count > 0 ? cursor.next() : undefined;
    if (count > 0) {
      if (ahead === undefined) return this.ended(cursor, documents);
      cursor.next = putBack(ahead, cursor.next);
    }
    cursor.usedAt = Date.now();
    this.open.set(cursor.id, cursor);
    return { documents, id: cursor.id };
  }

  private ended(cursor: Cursor, documents: Buffer[]) {
    this.open.delete(cursor.id);
    return { documents, id: 0n };
  }

  create(namespace: string, next: () => Buffer | undefined): Cursor {
    this.forgetIdle();
    return { id: BigInt(randomInt(1, 2 ** 47)), namespace, next, usedAt: Date.now() };
  }

  /** A cursor for a change stream, which has no end. */
  follow(namespace: string, stream: ChangeStream): Cursor {
    const cursor = { ...this.create(namespace, () => undefined), stream };
    this.open.set(cursor.id, cursor);
    return cursor;
  }

  get(id: bigint): Cursor {
    const cursor = this.open.get(id);
    if (cursor === undefined) throw new CommandError(43, `cursor id ${id} not found`);
    return cursor;
  }

  kill(id: bigint): boolean {
    return this.open.delete(id);
  }

  /** The change streams that clients have open. */
  streams(): ChangeStream[] {
    this.forgetIdle();
    return [...this.open.values()].flatMap(({ stream }) => stream ?? []);
  }

  private forgetIdle() {
    const before = Date.now() - idleMs;
    for (const [id, { usedAt }] of this.open) if (usedAt < before) this.open.delete(id);
  }
}

const putBack = (first: Buffer, rest: () => Buffer | undefined) => {
  let given = false;
  return () => {
    if (given) return rest();
    given = true;
    return first;
  };
};
