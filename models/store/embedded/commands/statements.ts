import type { Document } from '../bson/values.ts';
import { CommandError } from '../errors.ts';
import { toCommandError } from '../server/sqliteErrors.ts';
import { sqliteCode } from '../storage/database.ts';
import type { Context } from './command.ts';

const mostTold = 1024 * 1024; // bytes, about

type Done = { n: number; nModified?: number; upserted?: unknown };

/**
 * Runs the statements of a write command. One that fails is reported by its number and takes back only what
 * it did itself; an ordered command stops there.
 */
export function statements<Statement>(
  { engine, command }: Context,
  list: Statement[],
  run: (statement: Statement) => Done,
): Document {
  const ordered = command.ordered !== false;
  const writeErrors: Document[] = [];
  const upserted: Document[] = [];
  let told = 0;
  let n = 0;
  let nModified: number | undefined;
  for (const [index, statement] of list.entries()) {
    try {
      const done = list.length === 1 ? run(statement) : engine.within(() => run(statement));
      n += done.n;
      if (done.nModified !== undefined) nModified = (nModified ?? 0) + done.nModified;
      if ('upserted' in done) upserted.push({ index, _id: done.upserted });
    } catch (error) {
      // A disk that is full fails the command as a whole, and a single statement is undone with its command.
      if (sqliteCode(error) !== undefined) throw error;
      const { code, message, details, codeName } = toCommandError(error);
      if (code === 238 || code === 1) throw error;
      if (list.length === 1)
        throw new StatementError({ index, code, codeName, errmsg: message, ...details }, command);
      // Of very many errors the later ones are told by their codes alone, as MongoDB does.
      const shown = told < mostTold ? { errmsg: message, ...details } : { errmsg: '' };
      writeErrors.push({ index, code, ...shown });
      told += message.length + 200;
      if (ordered) break;
    }
  }
  return {
    n,
    ...(nModified === undefined && !('update' in command) ? {} : { nModified: nModified ?? 0 }),
    ...(upserted.length > 0 ? { upserted } : {}),
    ...(writeErrors.length > 0 ? { writeErrors } : {}),
    ok: 1,
  };
}

/** The only statement of a command failed: all is undone, and the answer lists the one error. */
export class StatementError extends CommandError {
  readonly reply: Document;

  constructor(
    { codeName: _codeName, ...error }: Document & { code: number; errmsg: string },
    command: Document,
  ) {
    super(error.code, error.errmsg);
    this.reply = { n: 0, ...('update' in command ? { nModified: 0 } : {}), writeErrors: [error], ok: 1 };
  }
}
