import type { Document } from '../bson/values.ts';
import { CommandError } from '../errors.ts';
import type { Collection, Shared } from './collection.ts';
import { asBuffer, sqliteCode, sqliteConstraint } from './database.ts';
import { keysOf, keyValue } from './indexKeys.ts';
import type { IndexSpec } from './indexSpec.ts';

/** A key of an index and the row that it leads to. */
export type IndexEntry = { key: Buffer; row: number };

/** One index of a collection, kept in a table ordered by key. */
export class Index {
  readonly id: number;
  readonly spec: IndexSpec;
  /** True once a document had several keys: a range may then be met by different elements of one array. */
  multikey: boolean;
  /** True once its table is gone: an open cursor may still ask. */
  dropped = false;
  private readonly collection: Collection;
  private readonly shared: Shared;
  private readonly roots: string[];

  constructor(collection: Collection, shared: Shared, id: number, spec: IndexSpec, multikey: boolean) {
    this.collection = collection;
    this.shared = shared;
    this.id = id;
    this.spec = spec;
    this.multikey = multikey;
    this.roots = [...new Set(spec.fields.map(({ parts }) => parts[0] as string))];
  }

  private sql(text: string) {
    if (this.dropped) throw new CommandError(175, `index dropped: ${this.spec.name}`);
    return this.shared.statements.of(text.replace('{x}', `x${this.id}`));
  }

  private keys(document: Document): Buffer[] {
    const { keys, multikey } = keysOf(this.spec, document);
    if (multikey && !this.multikey) {
      this.multikey = true;
      this.shared.catalogChanged = true;
      this.shared.statements.of('UPDATE indexes SET multikey = 1 WHERE id = ?').run(this.id);
    }
    return keys;
  }

  insert(row: number, document: Document) {
    this.add(row, this.keys(document), document);
  }

  private add(row: number, keys: Buffer[], document: Document) {
    for (const key of keys) {
      try {
        this.sql('INSERT INTO {x} (key, row) VALUES (?, ?)').run(key, row);
      } catch (error) {
        if (sqliteCode(error) !== sqliteConstraint) throw error;
        throw this.collection.duplicate(this.spec.name, this.spec.key, keyValue(this.spec, document));
      }
    }
  }

  update(row: number, before: Document, after: Document) {
    // Documents share what an update did not change, so most updates need no look at most indexes.
    const unchanged = this.spec.partial === null && this.roots.every((root) => before[root] === after[root]);
    if (unchanged) return;
    const old = this.keys(before);
    const wanted = this.keys(after);
    if (old.length === 1 && wanted.length === 1 && (old[0] as Buffer).equals(wanted[0] as Buffer)) return;
    const kept = new Set(wanted.map((key) => key.toString('latin1')));
    const had = new Set(old.map((key) => key.toString('latin1')));
    for (const key of old) if (!kept.has(key.toString('latin1'))) this.drop(row, key);
    this.add(
      row,
      wanted.filter((key) => !had.has(key.toString('latin1'))),
      after,
    );
  }

  remove(row: number, document: Document) {
    for (const key of this.keys(document)) this.drop(row, key);
  }

  private drop(row: number, key: Buffer) {
    this.sql('DELETE FROM {x} WHERE key = ? AND row = ?').run(key, row);
  }

  /** Entries in [low, high), after `last` where one is given, in the order asked for. */
  entries(
    low: Buffer,
    high: Buffer,
    descending: boolean,
    last: IndexEntry | null,
    count: number,
  ): IndexEntry[] {
    const beyond = descending ? '(key, row) < (?, ?)' : '(key, row) > (?, ?)';
    const order = descending ? 'key DESC, row DESC' : 'key, row';
    const where = `key >= ? AND key < ?${last === null ? '' : ` AND ${beyond}`}`;
    const statement = this.sql(`SELECT key, row FROM {x} WHERE ${where} ORDER BY ${order} LIMIT ?`);
    const found =
      last === null ? statement.all(low, high, count) : statement.all(low, high, last.key, last.row, count);
    return found.map(({ key, row }) => ({ key: asBuffer(key), row: Number(row) }));
  }
}
