import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';
import type { Step } from '../../../bot/turn/faults.ts';

/** The steps of a message as docs/ARCHITECTURE.md names them; `other` is sockets, timers and garbage. */
export const stages = ['receive', 'turn', 'commit', 'deliver', 'project', 'other'] as const;
export type Stage = (typeof stages)[number];
export type PerStage = Record<Stage, number>;
/** Time that the event loop was not idle, and the part of it that each stage's code ran, in milliseconds. */
export type StageTimes = { activeMs: number; ms: PerStage };

const none = (): PerStage => ({ receive: 0, turn: 0, commit: 0, deliver: 0, project: 0, other: 0 });
/** What begins when a step is over. */
const after: Partial<Record<Step, Stage>> = { 'turn.ran': 'commit', 'commit.done': 'deliver' };

/**
 * Follows a message through the product from outside: the stage is kept in the asynchronous context, entered
 * where a step is told, and every piece of code that runs is charged to the stage of its context.
 */
export function createStages() {
  const context = new AsyncLocalStorage<Stage>();
  const times = none();
  const outer: (Stage | undefined)[] = [];
  let running: Stage | undefined;
  let since = 0;

  function charge(): void {
    const now = performance.now();
    if (running) times[running] += now - since;
    since = now;
  }

  function enter(stage: Stage): void {
    context.enterWith(stage);
    charge();
    running = stage;
  }

  const hook = createHook({
    before() {
      charge();
      outer.push(running);
      running = context.getStore();
    },
    after() {
      charge();
      running = outer.pop();
    },
  });

  subscribe('http.server.request.start', () => enter('receive'));
  const projecting = (flush: () => void) => () => {
    enter('project');
    flush();
  };
  // The projector gathers for a while: its timer would pass for the stage that set it.
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((run: () => void, ...rest: [number]) =>
    setTimeout(run.name === 'flush' ? projecting(run) : run, ...rest)) as typeof setTimeout;

  return {
    enter,
    current: (): Stage => context.getStore() ?? 'other',
    faults(step: Step): void {
      const stage = after[step];
      if (stage) enter(stage);
    },
    async measured(run: () => Promise<void>): Promise<StageTimes> {
      Object.assign(times, none());
      const before = performance.eventLoopUtilization();
      hook.enable();
      await run();
      hook.disable();
      outer.length = 0;
      running = undefined;
      const { active } = performance.eventLoopUtilization(before);
      return { activeMs: active, ms: { ...times } };
    },
  };
}
