import type { Logger } from 'pino';

export type Loop = {
  start(): void;
  /** Waits for the round under way; none follows. */
  stop(): Promise<void>;
};

/**
 * Does the same work over and over, `ms` after the last round has ended, or at once where that answered how much it
 * had found to do; a round that fails is logged.
 */
export function createLoop(name: string, work: () => Promise<unknown>, ms: number, log: Logger): Loop {
  let timer: NodeJS.Timeout | null = null;
  let round: Promise<unknown> = Promise.resolve();

  const again = () => {
    round = work()
      .catch((err) => log.warn({ err }, `${name} failed`))
      .then((found) => {
        if (timer) timer = setTimeout(again, typeof found === 'number' && found > 0 ? 0 : ms);
      });
  };

  return {
    start(): void {
      timer = setTimeout(again, 0);
    },
    async stop(): Promise<void> {
      if (timer) clearTimeout(timer);
      timer = null;
      await round;
    },
  };
}
