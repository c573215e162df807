import type { Logger } from 'pino';
import { removeExpired } from '../storage/ttl.ts';
import type { Store } from './execute.ts';

/** Now and then removes what has expired and lets go of what nobody watches, in line with the commands. */
export function startMaintenance({ engine, commits }: Store, everyMs: number, log: Logger): () => void {
  const timer = setInterval(() => {
    commits.add({
      writes: true,
      run() {
        engine.oplog.forgetUnwatched();
        return { removed: removeExpired(engine.catalog, new Date()) };
      },
      done(answer) {
        if (answer instanceof Error) log.error({ err: answer }, 'maintenance failed');
      },
    });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
