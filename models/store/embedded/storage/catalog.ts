import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { encode } from '../bson/encode.ts';
import { type Document, decode } from '../bson/values.ts';
import { CommandError } from '../errors.ts';
import { isSame } from '../query/filter.ts';
import { Collection, type Shared } from './collection.ts';
import { asBuffer } from './database.ts';
import { Index } from './index.ts';
import { type IndexSpec, parseIndex } from './indexSpec.ts';

/** Which collections and indexes there are. */
export class Catalog {
  private readonly collections = new Map<string, Collection>();
  private readonly sqlite: DatabaseSync;
  private readonly shared: Shared;

  constructor(sqlite: DatabaseSync, shared: Shared) {
    this.sqlite = sqlite;
    this.shared = shared;
    this.load();
  }

  /** Reads the catalog as the file has it. Commands and cursors hold on to what stays, so that is kept. */
  load() {
    const before = this.all();
    this.collections.clear();
    this.shared.statements.clear();
    const { statements } = this.shared;
    for (const row of statements.of('SELECT id, db, name, uuid FROM collections ORDER BY id').all()) {
      const id = Number(row.id);
      const uuid = asBuffer(row.uuid);
      const collection =
        before.find((known) => known.id === id && known.uuid.equals(uuid)) ??
        new Collection(this.shared, { id, db: String(row.db), name: String(row.name), uuid });
      this.collections.set(collection.namespace, collection);
      this.loadIndexes(collection);
    }
    const kept = this.all();
    for (const collection of before) collection.dropped = !kept.includes(collection);
    this.shared.catalogChanged = false;
  }

  private loadIndexes(collection: Collection) {
    const before = [...collection.indexes];
    collection.indexes.length = 0;
    const rows = this.shared.statements
      .of('SELECT id, spec, multikey FROM indexes WHERE collection = ? ORDER BY id')
      .all(collection.id);
    for (const { id, spec, multikey } of rows) {
      const parsed = parseIndex(decode(asBuffer(spec)));
      const known = before.find((index) => index.id === id && isSame(index.spec.source, parsed.source));
      const index = known ?? new Index(collection, this.shared, Number(id), parsed, false);
      index.multikey = multikey === 1;
      collection.indexes.push(index);
    }
    for (const index of before) index.dropped = !collection.indexes.includes(index);
  }

  get(db: string, name: string): Collection | undefined {
    return this.collections.get(`${db}.${name}`);
  }

  all(): Collection[] {
    return [...this.collections.values()];
  }

  inDatabase(db: string): Collection[] {
    return this.all().filter((collection) => collection.db === db);
  }

  /** The collection, made if there is none yet. */
  ensure(db: string, name: string): Collection {
    return this.get(db, name) ?? this.create(db, name);
  }

  private create(db: string, name: string): Collection {
    checkName(db, name);
    const uuid = randomBytes(16);
    uuid[6] = ((uuid[6] as number) & 0x0f) | 0x40;
    uuid[8] = ((uuid[8] as number) & 0x3f) | 0x80;
    const insert = this.shared.statements.of('INSERT INTO collections (db, name, uuid) VALUES (?, ?, ?)');
    const id = Number(insert.run(db, name, uuid).lastInsertRowid);
    this.sqlite.exec(
      `CREATE TABLE d${id} (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc BLOB NOT NULL)`,
    );
    const collection = new Collection(this.shared, { id, db, name, uuid });
    this.collections.set(collection.namespace, collection);
    this.shared.catalogChanged = true;
    return collection;
  }

  drop(collection: Collection) {
    for (const index of [...collection.indexes]) this.dropIndex(collection, index);
    this.shared.statements.clear();
    this.sqlite.exec(`DROP TABLE d${collection.id}`);
    this.shared.statements.of('DELETE FROM collections WHERE id = ?').run(collection.id);
    this.collections.delete(collection.namespace);
    collection.dropped = true;
    this.shared.catalogChanged = true;
  }

  /** Makes an index unless the same one is there; another one of its name or key is an error, as in MongoDB. */
  createIndex(collection: Collection, source: Document): boolean {
    const spec = parseIndex(source);
    const same = (other: IndexSpec) => isSame(comparable(other.source), comparable(spec.source));
    for (const { spec: other } of collection.indexes) {
      if (other.name === spec.name && same(other)) return false;
      if (other.name === spec.name) {
        throw new CommandError(
          86,
          `An existing index has the same name as the requested index: ${spec.name}`,
        );
      }
      if (
        isSame(other.key, spec.key) &&
        isSame(other.source.partialFilterExpression, spec.source.partialFilterExpression)
      ) {
        throw new CommandError(85, `Index already exists with a different name or options: ${other.name}`);
      }
    }
    if (isSame(spec.key, { _id: 1 })) return false;
    const { statements } = this.shared;
    const insert = statements.of('INSERT INTO indexes (collection, name, spec) VALUES (?, ?, ?)');
    const id = Number(insert.run(collection.id, spec.name, encode(spec.source)).lastInsertRowid);
    const columns = spec.unique
      ? 'key BLOB PRIMARY KEY, row INTEGER NOT NULL'
      : 'key BLOB NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (key, row)';
    this.sqlite.exec(`CREATE TABLE x${id} (${columns}) WITHOUT ROWID`);
    const index = new Index(collection, this.shared, id, spec, false);
    this.shared.catalogChanged = true;
    for (let rows = collection.rowsAfter(0, 500); rows.length > 0; ) {
      for (const row of rows) {
        const stored = collection.at(row, false);
        if (stored !== undefined) index.insert(row, stored.document);
      }
      rows = collection.rowsAfter(rows.at(-1) as number, 500);
    }
    collection.indexes.push(index);
    return true;
  }

  dropIndex(collection: Collection, index: Index) {
    this.shared.statements.clear();
    this.sqlite.exec(`DROP TABLE x${index.id}`);
    this.shared.statements.of('DELETE FROM indexes WHERE id = ?').run(index.id);
    collection.indexes.splice(collection.indexes.indexOf(index), 1);
    index.dropped = true;
    this.shared.catalogChanged = true;
  }
}

const comparable = ({ v: _v, name: _name, ...rest }: Document): Document =>
  Object.fromEntries(Object.entries(rest).sort());

function checkName(db: string, name: string) {
  if (!/^[^/\\. "$*<>:|?\0]{1,63}$/.test(db)) throw new CommandError(73, `Invalid database name: '${db}'`);
  if (
    name === '' ||
    name.includes('$') ||
    name.includes('\0') ||
    name.startsWith('.') ||
    name.startsWith('system.')
  ) {
    throw new CommandError(73, `Invalid collection name: ${name}`);
  }
}
