import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Question, Usage } from './servers/answers.ts';

/** A server in a process of its own. */
export type Child = {
  /** What it said when it was ready. */
  ready: Record<string, unknown>;
  ask<Result>(name: string, argument?: unknown): Promise<Result>;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
};

const bench = new URL('./', import.meta.url);
const root = fileURLToPath(new URL('../../', bench));

/** Starts `servers/<name>.ts` and waits until it is ready. */
export async function startChild(name: string, env: Record<string, string> = {}): Promise<Child> {
  const child = fork(fileURLToPath(new URL(`servers/${name}.ts`, bench)), [], {
    cwd: root,
    execArgv: ['--import', './bot/node24.js'],
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  const gone = once(child, 'exit').then(() => {
    for (const [id, settle] of waiting) settle({ id, error: `the ${name} server has ended` });
  });
  const [ready] = (await Promise.race([
    once(child, 'message'),
    gone.then(() => {
      throw new Error(`the ${name} server ended before it was ready`);
    }),
  ])) as [Record<string, unknown>];
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer));

  let asked = 0;
  function ask<Result>(question: string, argument?: unknown): Promise<Result> {
    const id = ++asked;
    return new Promise<Result>((resolve, reject) => {
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(result as Result);
        else reject(new Error(error));
      });
      child.send({ id, ask: question, argument } satisfies Question);
    });
  }

  return {
    ready,
    ask,
    usage: () => ask<Usage>('usage'),
    async stop() {
      await ask('stop').catch(() => {});
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}
