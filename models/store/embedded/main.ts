import { pino } from 'pino';
import { runStore, type StoreOptions } from './life.ts';
import { toCommandError } from './server/sqliteErrors.ts';
import { sqliteCode } from './storage/database.ts';

/** The store's process: its options are its one argument, its log goes to where its output goes. */
process.umask(0o077); // customers' documents are nobody else's to read
const options = JSON.parse(process.argv[2] ?? '{}') as StoreOptions;
const log = pino({ level: 'info' });

runStore(options, log).then(
  (outcome) => {
    if (outcome === 'taken') process.exit(0);
  },
  (error) => {
    log.fatal(
      { err: sqliteCode(error) === undefined ? error : toCommandError(error) },
      'the store could not start',
    );
    process.exit(1);
  },
);
