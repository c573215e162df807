import type { Document } from '../bson/values.ts';

/** A stored document: where it is, its _id's key, its value and its bytes. */
export type Stored = { row: number; idKey: string; document: Document; bytes: Buffer };

const maxDocumentBytes = 128 * 1024; // larger ones, such as a file's chunks, would push out everything else

/**
 * The most recently used documents of a collection, decoded. The store is the only process on its file, every
 * write goes through `put` or `drop`, and what a rolled-back command wrote is dropped, so what is here is
 * what the file holds.
 */
export class DocumentCache {
  private readonly rows = new Map<number, Stored>();
  private readonly ids = new Map<string, Stored>();
  private bytes = 0;
  private readonly maxBytes: number;

  constructor(maxBytes = 8 * 1024 * 1024) {
    this.maxBytes = maxBytes;
  }

  byRow(row: number): Stored | undefined {
    return this.used(this.rows.get(row));
  }

  byId(idKey: string): Stored | undefined {
    return this.used(this.ids.get(idKey));
  }

  private used(stored: Stored | undefined) {
    if (stored !== undefined) {
      this.rows.delete(stored.row); // a Map keeps the order of insertion: the first is the least recently used
      this.rows.set(stored.row, stored);
    }
    return stored;
  }

  put(stored: Stored) {
    this.drop(stored.row);
    if (stored.bytes.length > maxDocumentBytes) return;
    this.rows.set(stored.row, stored);
    this.ids.set(stored.idKey, stored);
    this.bytes += stored.bytes.length;
    for (const oldest of this.rows.values()) {
      if (this.bytes <= this.maxBytes) break;
      this.drop(oldest.row);
    }
  }

  drop(row: number) {
    const stored = this.rows.get(row);
    if (stored === undefined) return;
    this.rows.delete(row);
    this.ids.delete(stored.idKey);
    this.bytes -= stored.bytes.length;
  }

  clear() {
    this.rows.clear();
    this.ids.clear();
    this.bytes = 0;
  }
}
