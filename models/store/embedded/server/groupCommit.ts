import type { Document } from '../bson/values.ts';
import type { Later } from '../changes/waiting.ts';
import { CommandError } from '../errors.ts';
import { sqliteCode, sqliteFull } from '../storage/database.ts';
import type { Engine } from '../storage/engine.ts';
import { toCommandError } from './sqliteErrors.ts';

export type Reply = Document | Buffer;
/** One command that waits its turn. */
export type Task = {
  writes: boolean;
  /** False for a getMore: what it has read, its cursor does not give again. */
  repeatable?: boolean;
  run(): Reply | Later;
  /** Called once, when what the answer says is durable. */
  done(reply: Answer): void;
};

/** How long a write waits for others to share its fsync, in milliseconds; an fsync itself takes about as long. */
const shareMs = 1;

export type Answer = Reply | Later | CommandError;

export type Counters = { commits: number; fsyncs: number; commands: number; batches: number };

/**
 * Runs the commands that are waiting in one SQLite transaction with one fsync. Each has a savepoint of its
 * own, so one that fails takes nothing back of the others, and none is answered before the commit: a reader
 * in the batch may have seen what is not durable yet.
 */
export class GroupCommit {
  readonly counters: Counters = { commits: 0, fsyncs: 0, commands: 0, batches: 0 };
  private readonly engine: Engine;
  private readonly syncs: boolean;
  private waiting: Task[] = [];
  private scheduled = false;
  /** How many wrote in the last batch that wrote. */
  private lastWriters = 0;
  /** Called after a commit that wrote. */
  onCommit: () => void = () => {};

  constructor(engine: Engine, { syncs }: { syncs: boolean }) {
    this.engine = engine;
    this.syncs = syncs;
  }

  add(task: Task) {
    this.waiting.push(task);
    if (this.scheduled) return;
    this.scheduled = true;
    const drain = () => {
      this.scheduled = false;
      this.drain();
    };
    // Where several were writing just now, more of them are on their way: a moment's wait lets them share the fsync.
    if (task.writes && this.syncs && this.lastWriters > 1) setTimeout(drain, shareMs);
    else setImmediate(drain);
  }

  /** Runs all that waits now. */
  drain() {
    const tasks = this.waiting;
    if (tasks.length === 0) return;
    this.waiting = [];
    this.counters.commands += tasks.length;
    this.counters.batches += 1;
    const writers = tasks.filter(({ writes }) => writes).length;
    if (writers > 0) this.lastWriters = writers;
    if (writers === 0) {
      for (const task of tasks) task.done(this.read(task));
      return;
    }
    const replies = this.commit(tasks);
    if (replies !== null) {
      tasks.forEach((task, at) => {
        task.done(replies[at] as Answer);
      });
      this.onCommit();
      return;
    }
    // The batch could not be committed as a whole (a full disk, say): each is tried alone and answered for itself.
    for (const task of tasks) {
      if (task.repeatable === false) {
        task.done(
          new CommandError(43, 'the cursor was read in a batch that could not be stored; begin again'),
        );
        continue;
      }
      const alone = task.writes ? this.commit([task]) : [this.read(task)];
      task.done(alone?.[0] ?? (this.failure as CommandError));
    }
    this.onCommit();
  }

  private failure: CommandError | null = null;

  private read(task: Task): Answer {
    try {
      return task.run();
    } catch (error) {
      return toCommandError(error);
    }
  }

  /** The answers in order, or null where nothing was committed. */
  private commit(tasks: Task[]): Answer[] | null {
    const { engine } = this;
    try {
      engine.control('BEGIN');
      const before = this.changes();
      const replies = tasks.map((task) => (task.writes ? this.write(task) : this.read(task)));
      const wrote = this.changes() !== before;
      engine.control('COMMIT');
      engine.committed();
      if (wrote) {
        this.counters.commits += 1;
        if (this.syncs) this.counters.fsyncs += 1;
      }
      return replies;
    } catch (error) {
      this.failure = toCommandError(error);
      if (engine.sqlite.isTransaction) engine.control('ROLLBACK');
      engine.reload();
      if (sqliteCode(error) === sqliteFull) engine.makeRoom();
      return null;
    }
  }

  private changes(): number {
    return this.engine.totalChanges();
  }

  private write(task: Task): Answer {
    const { engine } = this;
    engine.begin();
    engine.control('SAVEPOINT command');
    try {
      const reply = task.run();
      engine.control('RELEASE command');
      return reply;
    } catch (error) {
      // SQLite itself ends the whole transaction where it cannot write any more.
      if (!engine.sqlite.isTransaction) throw error;
      engine.control('ROLLBACK TO command');
      engine.control('RELEASE command');
      engine.undo();
      return toCommandError(error);
    }
  }
}
