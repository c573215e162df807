/** What the bench asks a server's process over its channel; each name is answered by one function. */
export type Answers = Record<string, (argument: unknown) => unknown>;
export type Question = { id: number; ask: string; argument?: unknown };
export type Answer = { id: number; result?: unknown; error?: string };

/** CPU time of this process so far, all threads, in milliseconds, and what it holds in memory, in bytes. */
export type Usage = { cpuMs: number; memory: number };

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, memory: process.memoryUsage.rss() };
}

/** Tells the bench that this process is ready, and answers it until it goes. */
export function answerBench(ready: object, answers: Answers): void {
  process.on('message', async ({ id, ask, argument }: Question) => {
    try {
      const answer = answers[ask];
      if (!answer) throw new RangeError(`nobody here answers "${ask}"`);
      process.send?.({ id, result: await answer(argument) } satisfies Answer);
    } catch (error) {
      process.send?.({ id, error: String((error as Error).stack) } satisfies Answer);
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.(ready);
}
