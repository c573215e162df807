import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Step } from '../../bot/turn/faults.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export type AppProcess = {
  port: number;
  url: string;
  /** Dies by SIGKILL the `after`th time it comes to the step. */
  arm(step: Step, after?: number): void;
  /** Tells of each turn from its beginning to its commit, on the machine's monotonic clock. */
  onTurn(listener: (span: { from: bigint; to: bigint }) => void): () => void;
  /** Settles when the process is gone. */
  gone: Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
};

/** Starts Headgate as a real process and waits until it is ready. */
export async function startAppProcess(env: Record<string, string>): Promise<AppProcess> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', './bot/node24.js', 'test/support/appProcess.ts'],
    { cwd: root, env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const gone = once(child, 'exit').then(() => {});
  // A sweeper may find work, and tell its steps, before the app says that it is ready.
  const ready = new Promise<{ port: number }>((resolve) => {
    child.on('message', (told: { port?: number }) => told.port !== undefined && resolve({ port: told.port }));
  });
  const ended = gone.then(() => {
    throw new Error('the app ended before it was ready');
  });
  ended.catch(() => {});
  const message = await Promise.race([ready, ended]);
  return {
    port: message.port,
    url: `http://localhost:${message.port}`,
    arm: (step, after = 1) => void child.send({ arm: step, after }),
    onTurn(listener) {
      let from = 0n;
      const hear = (told: { step?: Step; at?: string }) => {
        if (told.step === 'turn.begun') from = BigInt(told.at ?? 0);
        if (told.step === 'commit.done') listener({ from, to: BigInt(told.at ?? 0) });
      };
      child.on('message', hear);
      return () => void child.off('message', hear);
    },
    gone,
    kill: async (signal = 'SIGKILL') => {
      child.kill(signal);
      await gone;
    },
  };
}
