import { encode } from '../bson/encode.ts';
import { type Document, decode } from '../bson/values.ts';
import { difference } from '../changes/difference.ts';
import { CommandError } from '../errors.ts';
import type { Change } from './collection.ts';
import { asBuffer, type Statements } from './database.ts';

/** Something that happened, as the oplog keeps it. */
export type Event = { seq: number; at: number; db: string; collection: string; event: Document };
/** What a change stream looks at: one collection, or all of a database where `collection` is null. */
export type WatchScope = { db: string; collection: string | null };
type Watched = WatchScope & { since: number };

const mostEvents = 20_000;
const mostBytes = 64 * 1024 * 1024;
const trimEvery = 500;
const forgottenAfterMs = 10 * 60_000;

const nameOf = ({ db, collection }: WatchScope) => (collection === null ? db : `${db}.${collection}`);

/**
 * What happened, in order, for the change streams. Only what is watched is written, from the first stream on
 * and until ten minutes after the last; a stream that wants to resume from before that is told so and never
 * misses anything in silence.
 */
export class Oplog {
  private readonly statements: Statements;
  private watched = new Map<string, Watched>();
  private readonly usedAt = new Map<string, number>();
  private seq = 0;
  private written = 0;
  /** The last event that is durable: streams read no further. */
  durable = 0;

  constructor(statements: Statements) {
    this.statements = statements;
    this.load();
  }

  /** Reads where the file stands, at the start and after a rollback. */
  load() {
    this.seq = Number(this.state('seq') ?? 0);
    const last = this.statements.of('SELECT max(seq) AS seq FROM oplog').get()?.seq;
    this.seq = Math.max(this.seq, Number(last ?? 0));
    this.durable = this.seq;
    const watched = JSON.parse(String(this.state('watched') ?? '[]')) as Watched[];
    this.watched = new Map(watched.map((scope) => [nameOf(scope), scope]));
    for (const name of this.watched.keys()) if (!this.usedAt.has(name)) this.usedAt.set(name, Date.now());
  }

  private state(name: string) {
    return this.statements.of('SELECT value FROM state WHERE name = ?').get(name)?.value;
  }

  private keep(name: string, value: string | number) {
    this.statements.of('INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)').run(name, value);
  }

  /** Writes a change in the transaction that makes it. */
  write(change: Change) {
    if (this.watched.size === 0) return;
    const { db, name } = change.collection;
    if (!this.watched.has(`${db}.${name}`) && !this.watched.has(db)) return;
    const event: Document = { op: change.op, key: change.document._id };
    if (change.op === 'insert' || change.op === 'replace') event.document = change.document;
    if (change.op === 'update') event.update = difference(change.before, change.document);
    this.seq += 1;
    this.statements
      .of('INSERT INTO oplog (seq, at, db, collection, event) VALUES (?, ?, ?, ?, ?)')
      .run(this.seq, Date.now(), db, name, encode(event));
    if (++this.written % trimEvery === 0) this.trim();
  }

  /** Where the oplog stands, to come back to when what follows is taken back. */
  mark(): number {
    return this.seq;
  }

  rewind(mark: number) {
    this.seq = mark;
  }

  /** Makes the events up to now readable; called after each commit. */
  committed(): boolean {
    const news = this.durable !== this.seq;
    this.durable = this.seq;
    return news;
  }

  /** Begins to write down what a stream watches; returns where it starts. */
  watch(scope: WatchScope, resumeAfter: number | null): number {
    const name = nameOf(scope);
    this.usedAt.set(name, Date.now());
    if (resumeAfter !== null) this.mustKeep(scope, resumeAfter);
    if (!this.watched.has(name)) {
      this.watched.set(name, { ...scope, since: this.seq });
      this.keepWatched();
    }
    return resumeAfter ?? this.seq;
  }

  /** Throws 286 unless all that a stream watches is written down from a position on. */
  mustKeep(scope: WatchScope, from: number) {
    const known = [this.watched.get(nameOf(scope)), this.watched.get(scope.db)];
    const isWatched = known.some((one) => one !== undefined && one.since <= from);
    if (isWatched && Number(this.state('trimmed') ?? 0) <= from && from <= this.seq) return;
    throw new CommandError(286, 'Resume of change stream was not possible: its history is no longer kept');
  }

  private keepWatched() {
    this.keep('seq', this.seq);
    this.keep('watched', JSON.stringify([...this.watched.values()]));
  }

  used(scope: WatchScope, now = Date.now()) {
    this.usedAt.set(nameOf(scope), now);
  }

  /** Durable events after `seq` that a stream watches. */
  after(seq: number, { db, collection }: WatchScope, count: number): Event[] {
    const one = collection === null ? '' : ' AND collection = ?';
    const statement = this.statements.of(
      `SELECT * FROM oplog WHERE seq > ? AND seq <= ? AND db = ?${one} ORDER BY seq LIMIT ?`,
    );
    const args = collection === null ? [] : [collection];
    return statement.all(seq, this.durable, db, ...args, count).map((row) => ({
      seq: Number(row.seq),
      at: Number(row.at),
      db: String(row.db),
      collection: String(row.collection),
      event: decode(asBuffer(row.event)),
    }));
  }

  /** Keeps the oplog bounded. */
  trim() {
    const row = this.statements
      .of(
        'SELECT min(seq) AS seq FROM (SELECT seq, row_number() OVER (ORDER BY seq DESC) AS n, sum(length(event)) OVER (ORDER BY seq DESC) AS bytes FROM oplog) WHERE n <= ? AND bytes <= ?',
      )
      .get(mostEvents, mostBytes);
    const first = Number(row?.seq ?? this.seq);
    const { changes } = this.statements.of('DELETE FROM oplog WHERE seq < ?').run(first);
    if (Number(changes) > 0) this.keep('trimmed', first - 1);
  }

  /** Stops writing what nobody has watched for a while. */
  forgetUnwatched(now: number) {
    let forgotten = false;
    for (const name of [...this.watched.keys()]) {
      if ((this.usedAt.get(name) ?? 0) > now - forgottenAfterMs) continue;
      this.watched.delete(name);
      forgotten = true;
    }
    if (forgotten) this.keepWatched();
  }
}
