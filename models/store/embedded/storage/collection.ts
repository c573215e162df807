import { encode, encodeStored } from '../bson/encode.ts';
import { encodeKey } from '../bson/keys.ts';
import { type Document, decode, typeOf, type Value } from '../bson/values.ts';
import { CommandError } from '../errors.ts';
import { DocumentCache, type Stored } from './cache.ts';
import { asBuffer, type Statements } from './database.ts';
import type { Index } from './index.ts';

/** What a write did, as change streams tell it. */
export type Change =
  | { op: 'insert'; collection: Collection; document: Document }
  | { op: 'update' | 'replace'; collection: Collection; before: Document; document: Document }
  | { op: 'delete'; collection: Collection; document: Document };

/** What the collections of one store share. */
export type Shared = {
  statements: Statements;
  /** Called for every change, within its transaction. */
  changed(change: Change): void;
  /** Rows written since the command began: dropped from the cache if it is rolled back. */
  touched: { collection: Collection; row: number }[];
  /** True when the running transaction changed the catalog's tables: a rollback must read them again. */
  catalogChanged: boolean;
};

/** One collection: a table of documents, and a table for each index. */
export class Collection {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  readonly uuid: Buffer;
  readonly indexes: Index[] = [];
  /** True once its table is gone: an open cursor may still ask. */
  dropped = false;
  private readonly cache = new DocumentCache();
  private readonly shared: Shared;

  constructor(
    shared: Shared,
    { id, db, name, uuid }: { id: number; db: string; name: string; uuid: Buffer },
  ) {
    this.shared = shared;
    this.id = id;
    this.db = db;
    this.name = name;
    this.uuid = uuid;
  }

  get namespace() {
    return `${this.db}.${this.name}`;
  }

  private sql(text: string) {
    if (this.dropped) throw new CommandError(175, `collection dropped: ${this.namespace}`);
    return this.shared.statements.of(text.replace('{d}', `d${this.id}`));
  }

  /** Stores a document that has an _id as its first field. `given` is its BSON where it came as such. */
  insert(document: Document, given?: Buffer): Stored {
    const bytes = given ?? encodeStored(document);
    const id = idKey(document._id);
    const key = id.toString('latin1');
    if (this.find(id) !== undefined) throw this.duplicate('_id_', { _id: 1 }, { _id: document._id });
    const { lastInsertRowid } = this.sql('INSERT INTO {d} (id, doc) VALUES (?, ?)').run(id, bytes);
    const row = Number(lastInsertRowid);
    this.shared.touched.push({ collection: this, row });
    for (const index of this.indexes) index.insert(row, document);
    const stored = { row, idKey: key, document, bytes };
    this.cache.put(stored);
    this.shared.changed({ op: 'insert', collection: this, document });
    return stored;
  }

  /** Puts another version of a document in the place of the one stored, and leaves it where it is the same. */
  update(before: Stored, document: Document, op: 'update' | 'replace' = 'update'): Stored {
    const bytes = encodeStored(document);
    if (bytes.equals(before.bytes)) return before;
    this.shared.touched.push({ collection: this, row: before.row });
    for (const index of this.indexes) index.update(before.row, before.document, document);
    this.sql('UPDATE {d} SET doc = ? WHERE row = ?').run(bytes, before.row);
    const stored = { row: before.row, idKey: before.idKey, document, bytes };
    this.cache.put(stored);
    this.shared.changed({ op, collection: this, before: before.document, document });
    return stored;
  }

  remove(stored: Stored) {
    this.shared.touched.push({ collection: this, row: stored.row });
    for (const index of this.indexes) index.remove(stored.row, stored.document);
    this.sql('DELETE FROM {d} WHERE row = ?').run(stored.row);
    this.cache.drop(stored.row);
    this.shared.changed({ op: 'delete', collection: this, document: stored.document });
  }

  /** The document with an _id, given as its key. */
  find(id: Buffer): Stored | undefined {
    const key = id.toString('latin1');
    const cached = this.cache.byId(key);
    if (cached !== undefined) return cached;
    const found = this.sql('SELECT row, doc FROM {d} WHERE id = ?').get(id);
    return found === undefined ? undefined : this.keep(Number(found.row), key, asBuffer(found.doc));
  }

  /** The document in a row; rows that a scan passes over are not kept in the cache. */
  at(row: number, keep = true): Stored | undefined {
    const cached = this.cache.byRow(row);
    if (cached !== undefined) return cached;
    const found = this.sql('SELECT id, doc FROM {d} WHERE row = ?').get(row);
    if (found === undefined) return undefined;
    const key = asBuffer(found.id).toString('latin1');
    const bytes = asBuffer(found.doc);
    return keep ? this.keep(row, key, bytes) : { row, idKey: key, document: decode(bytes), bytes };
  }

  private keep(row: number, key: string, bytes: Buffer): Stored {
    const stored = { row, idKey: key, document: decode(bytes), bytes };
    this.cache.put(stored);
    return stored;
  }

  /** Rows after `row`, in the order of insertion. */
  rowsAfter(row: number, count: number): number[] {
    return this.sql('SELECT row FROM {d} WHERE row > ? ORDER BY row LIMIT ?')
      .all(row, count)
      .map((found) => Number(found.row));
  }

  count(): number {
    return Number(this.sql('SELECT count(*) AS n FROM {d}').get()?.n);
  }

  /** Forgets a row that a rolled-back command wrote. */
  forget(row: number) {
    this.cache.drop(row);
  }

  forgetAll() {
    this.cache.clear();
  }

  /** A large value is not sent back, as neither it nor the message would fit an answer. */
  duplicate(name: string, keyPattern: Document, keyValue: Document): CommandError {
    const shown = Object.entries(keyValue)
      .map(
        ([field, value]) =>
          `${field}: ${typeof value === 'string' ? JSON.stringify(value) : shownValue(value)}`,
      )
      .join(', ');
    return new CommandError(
      11000,
      `E11000 duplicate key error collection: ${this.namespace} index: ${name} dup key: { ${shown} }`,
      encode({ keyValue }).length > 16_384 ? { keyPattern } : { keyPattern, keyValue },
    );
  }
}

const shownValue = (value: Value) =>
  typeOf(value) === 'objectId'
    ? `ObjectId('${String(value)}')`
    : value instanceof Date
      ? value.toISOString()
      : String(value);

/** The key of an _id; what MongoDB does not take for one is refused. */
export function idKey(value: Value): Buffer {
  const type = typeOf(value);
  if (type === 'array' || type === 'regex' || type === 'missing') {
    throw new CommandError(2, `The '_id' value cannot be of type ${type}`);
  }
  return encodeKey(value);
}
