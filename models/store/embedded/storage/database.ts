import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

export type Synchronous = 'FULL' | 'NORMAL';
export type DatabaseOptions = {
  directory: string;
  synchronous: Synchronous;
  /** Tests fill the "disk" with it. */
  maxPages?: number;
  /** Every write is refused, as on a disk that lets nobody write. */
  readOnly?: boolean;
};

/** 2: `multikey` is right; before, it could be lost when a write was taken back. */
const layout = 2;

/** Where a data directory keeps the documents. */
export const databaseFile = (directory: string) => join(directory, 'store.sqlite');

/**
 * Opens the SQLite file and keeps it to this process: the lock is SQLite's own on the file, so it goes with
 * the process however that ends. Throws SQLITE_BUSY where another process has it.
 */
export function openDatabase({
  directory,
  synchronous,
  maxPages,
  readOnly = false,
}: DatabaseOptions): DatabaseSync {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const sqlite = new DatabaseSync(databaseFile(directory), { timeout: 0 });
  try {
    sqlite.exec('PRAGMA page_size = 8192');
    sqlite.exec('PRAGMA locking_mode = EXCLUSIVE');
    sqlite.exec('PRAGMA journal_mode = WAL');
    sqlite.exec(`PRAGMA synchronous = ${synchronous}`);
    sqlite.exec(
      'PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32768',
    );
    sqlite.exec('BEGIN IMMEDIATE; COMMIT'); // takes the lock now
    createTables(sqlite);
    if (readOnly) sqlite.exec('PRAGMA query_only = ON');
    if (maxPages !== undefined) sqlite.exec(`PRAGMA max_page_count = ${maxPages}`);
  } catch (error) {
    sqlite.close();
    // A file that may not be written cannot be locked, which SQLite calls an I/O error: say it as the system does.
    if (sqliteCode(error) === sqliteIoError) closeSync(openSync(databaseFile(directory), 'r+'));
    throw error;
  }
  return sqlite;
}

function createTables(sqlite: DatabaseSync) {
  const { user_version: version } = sqlite.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > layout) throw new Error(`the data directory is of a newer layout (${version})`);
  if (version === layout) return;
  if (version === 1) return markMultikey(sqlite);
  sqlite.exec(`
    BEGIN;
    CREATE TABLE collections (id INTEGER PRIMARY KEY, db TEXT NOT NULL, name TEXT NOT NULL, uuid BLOB NOT NULL, UNIQUE (db, name));
    CREATE TABLE indexes (id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, name TEXT NOT NULL, spec BLOB NOT NULL, multikey INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE retries (lsid BLOB PRIMARY KEY, txn INTEGER NOT NULL, at INTEGER NOT NULL, reply BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE oplog (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, db TEXT NOT NULL, collection TEXT NOT NULL, event BLOB NOT NULL);
    CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    PRAGMA user_version = ${layout};
    COMMIT;
  `);
}

function markMultikey(sqlite: DatabaseSync) {
  sqlite.exec('BEGIN');
  for (const { id } of sqlite.prepare('SELECT id FROM indexes WHERE multikey = 0').all())
    sqlite.exec(
      `UPDATE indexes SET multikey = EXISTS (SELECT 1 FROM x${id} GROUP BY row HAVING count(*) > 1) WHERE id = ${id}`,
    );
  sqlite.exec(`PRAGMA user_version = ${layout}; COMMIT`);
}

/** SQLite's result code of an error that it threw, or undefined. */
export const sqliteCode = (error: unknown): number | undefined =>
  (error as { code?: string }).code === 'ERR_SQLITE_ERROR'
    ? (error as { errcode: number }).errcode & 0xff
    : undefined;

export const sqliteBusy = 5;
export const sqliteReadOnly = 8;
export const sqliteIoError = 10;
export const sqliteCorrupt = 11;
export const sqliteFull = 13;
export const sqliteConstraint = 19;
export const sqliteNotADatabase = 26;

/** Prepares each statement once. */
export class Statements {
  private readonly prepared = new Map<string, StatementSync>();
  private readonly sqlite: DatabaseSync;

  constructor(sqlite: DatabaseSync) {
    this.sqlite = sqlite;
  }

  of(sql: string): StatementSync {
    let statement = this.prepared.get(sql);
    if (statement === undefined) {
      statement = this.sqlite.prepare(sql);
      this.prepared.set(sql, statement);
    }
    return statement;
  }

  /** Forgets all, after tables have come or gone. */
  clear() {
    this.prepared.clear();
  }
}

export const asBuffer = (bytes: unknown): Buffer => {
  const array = bytes as Uint8Array;
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
};
