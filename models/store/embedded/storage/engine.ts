import type { DatabaseSync } from 'node:sqlite';
import { Catalog } from './catalog.ts';
import type { Shared } from './collection.ts';
import { type DatabaseOptions, openDatabase, Statements } from './database.ts';
import { closedCleanly, openedUncleanly, problemsOf } from './health.ts';
import { Oplog } from './oplog.ts';
import { Retries } from './retries.ts';

/** The open data directory: its catalog, its oplog and the answers kept for retries. */
export class Engine {
  readonly sqlite: DatabaseSync;
  readonly catalog: Catalog;
  readonly oplog: Oplog;
  readonly retries: Retries;
  private readonly shared: Shared;
  private began = 0;

  constructor(options: DatabaseOptions) {
    this.sqlite = openDatabase(options);
    if (!options.readOnly && openedUncleanly(this.sqlite)) {
      const [problem] = problemsOf(this.sqlite, 'quick');
      if (problem !== undefined) {
        this.sqlite.close();
        throw new Error(`the store's file is damaged: ${problem}`);
      }
    }
    const statements = new Statements(this.sqlite);
    this.retries = new Retries(statements);
    this.oplog = new Oplog(statements);
    this.shared = {
      statements,
      changed: (change) => this.oplog.write(change),
      touched: [],
      catalogChanged: false,
    };
    this.catalog = new Catalog(this.sqlite, this.shared);
  }

  /** Runs one SQL statement that controls the transaction. */
  control(
    sql:
      | 'BEGIN'
      | 'COMMIT'
      | 'ROLLBACK'
      | 'SAVEPOINT command'
      | 'RELEASE command'
      | 'ROLLBACK TO command'
      | 'SAVEPOINT statement'
      | 'RELEASE statement'
      | 'ROLLBACK TO statement',
  ) {
    this.shared.statements.of(sql).run();
  }

  /** How many rows were written since the file was opened; it tells an empty commit, which needs no fsync. */
  totalChanges(): number {
    return Number(this.shared.statements.of('SELECT total_changes() AS n').get()?.n);
  }

  /** A command begins: what it writes is noted from here. */
  begin() {
    this.shared.touched.length = 0;
    this.began = this.oplog.mark();
  }

  /** Runs one of several statements of a command; what it wrote is taken back if it fails. */
  within<Result>(run: () => Result): Result {
    const outer = this.shared.touched.length;
    const mark = this.oplog.mark();
    this.control('SAVEPOINT statement');
    try {
      const result = run();
      this.control('RELEASE statement');
      return result;
    } catch (error) {
      if (!this.sqlite.isTransaction) throw error;
      this.control('ROLLBACK TO statement');
      this.control('RELEASE statement');
      this.oplog.rewind(mark);
      for (const { collection, row } of this.shared.touched.slice(outer)) collection.forget(row);
      if (this.shared.catalogChanged) {
        this.catalog.load();
        this.shared.catalogChanged = true; // for the command as a whole
      }
      throw error;
    }
  }

  /** Forgets in memory what a rolled-back command had written. */
  undo() {
    this.oplog.rewind(this.began);
    if (this.shared.catalogChanged) this.catalog.load();
    for (const { collection, row } of this.shared.touched) collection.forget(row);
    this.shared.touched.length = 0;
  }

  /** Forgets all that is in memory, after a whole batch was rolled back. */
  reload() {
    for (const collection of this.catalog.all()) collection.forgetAll();
    this.catalog.load();
    this.oplog.load();
  }

  /** Gives the log's place on a full disk back, where the file itself still has room for what is in it. */
  makeRoom() {
    try {
      this.sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // The disk is as full as before, and who writes is told.
    }
  }

  committed() {
    this.shared.catalogChanged = false;
  }

  /** Closes the file, folding the log into it; the next start then needs no check. */
  close() {
    try {
      closedCleanly(this.sqlite);
    } catch {
      // A full or read-only disk: the next start checks the file.
    }
    this.sqlite.close();
  }
}
