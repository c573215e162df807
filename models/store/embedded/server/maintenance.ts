import type { Logger } from 'pino';
import { removeExpired } from '../storage/ttl.ts';
import type { Store } from './execute.ts';
import type { Task } from './groupCommit.ts';

/** Now and then removes what has expired and lets go of what nobody watches, in line with the commands. */
export function startMaintenance(store: Store, everyMs: number, log: Logger): () => void {
  const { commits } = store;
  const task: Task = {
    writes: true,
    run: () => ({ more: maintain(store, new Date()) }),
    done(answer) {
      if (answer instanceof Error) log.error({ err: answer }, 'maintenance failed');
      else if ('more' in answer && answer.more) commits.add(task); // a backlog, a part at a time
    },
  };
  const timer = setInterval(() => commits.add(task), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Says whether more has expired than was removed at once. */
export function maintain({ engine, cursors }: Pick<Store, 'engine' | 'cursors'>, now: Date): boolean {
  for (const { scope } of cursors.streams()) engine.oplog.used(scope, now.getTime());
  engine.oplog.forgetUnwatched(now.getTime());
  engine.retries.forgetOld(now.getTime());
  return removeExpired(engine.catalog, now);
}
