import { CommandError } from '../errors.ts';
import {
  sqliteCode,
  sqliteCorrupt,
  sqliteFull,
  sqliteIoError,
  sqliteNotADatabase,
  sqliteReadOnly,
} from '../storage/database.ts';

/** What a client is told of an error: the store's own as it is, SQLite's under MongoDB's numbers. */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const message = (error as Error).message;
  switch (sqliteCode(error)) {
    case sqliteFull:
      return new CommandError(14031, 'The disk is full: nothing was stored');
    case sqliteReadOnly:
      return new CommandError(20, 'The data directory is read-only: nothing was stored');
    case sqliteIoError:
      return new CommandError(8, `The disk failed: ${message}`);
    case sqliteCorrupt:
    case sqliteNotADatabase:
      return new CommandError(8, `The store's file is damaged (${message}); restore it from a copy`);
  }
  return new CommandError(1, message);
}
