import { encode } from '../bson/encode.ts';
import type { Document } from '../bson/values.ts';
import { Later, type Waiting } from '../changes/waiting.ts';
import { type Command, type Context, checkFields } from '../commands/command.ts';
import { commandNamed } from '../commands/registry.ts';
import { StatementError } from '../commands/statements.ts';
import { CommandError } from '../errors.ts';
import { used } from '../recorder.ts';
import type { Engine } from '../storage/engine.ts';
import { sessionId } from '../storage/retries.ts';
import type { Cursors } from './cursors.ts';
import type { Answer, GroupCommit, Reply, Task } from './groupCommit.ts';
import type { Message } from './wire.ts';

export type Store = { engine: Engine; cursors: Cursors; commits: GroupCommit; waiting: Waiting };

/** Puts a command in line; `answer` is called when what it did is durable. */
export function execute(store: Store, message: Message, answer: (reply: Reply) => void) {
  const { command: document } = message;
  const name = Object.keys(document)[0] ?? '';
  try {
    const command = commandNamed(name);
    checkFields(name, document, command.fields);
    note(name, document);
    store.commits.add(task(store, command, message, answer));
  } catch (error) {
    answer(errorReply(error));
  }
}

function task(
  { engine, cursors, commits, waiting }: Store,
  command: Command,
  message: Message,
  answer: (reply: Reply) => void,
): Task {
  const { command: document, sequences } = message;
  const since = Date.now();
  const writes = typeof command.writes === 'function' ? command.writes(document) : command.writes;
  const run = () => {
    const context: Context = {
      engine,
      cursors,
      counters: commits.counters,
      command: document,
      db: String(document.$db ?? 'admin'),
      now: new Date(),
      sequences,
      since,
    };
    return writes ? once(context, command) : answered(context, command);
  };
  const done = (reply: Answer) => {
    if (reply instanceof Later) waiting.until(reply.ms, () => commits.add(again));
    else answer(reply instanceof CommandError ? errorReply(reply) : reply);
  };
  const again: Task = { writes, repeatable: command.repeatable ?? true, run, done };
  return again;
}

/** What cannot be written down is the command's own failure, and takes back what it did. */
function answered(context: Context, command: Command): Buffer | Later {
  const reply = command.run(context);
  return reply instanceof Later || Buffer.isBuffer(reply) ? reply : encode(reply);
}

/** A write that carries a transaction number is done once, however often it is sent. */
function once(context: Context, command: Command): Buffer | Later {
  const { engine, command: document, now } = context;
  const session = sessionId(document.lsid);
  const txn = document.txnNumber;
  if (session === null || txn === undefined) return answered(context, command);
  const number = BigInt(txn as bigint | number);
  const before = engine.retries.answered(session, number);
  if (before !== null) return before;
  const changes = engine.totalChanges();
  const reply = answered(context, command);
  // What wrote nothing may as well be done again.
  if (!(reply instanceof Later) && engine.totalChanges() !== changes)
    engine.retries.remember(session, number, reply, now.getTime());
  return reply;
}

/** How a command that failed is answered. */
export function errorReply(error: unknown): Document {
  if (error instanceof StatementError) return error.reply;
  if (error instanceof CommandError) {
    return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName, ...error.details };
  }
  return { ok: 0, errmsg: (error as Error).message, code: 1, codeName: 'InternalError' };
}

function note(name: string, command: Document) {
  used('command', name);
  for (const field of Object.keys(command)) if (field !== name) used(`field of ${name}`, field);
}
