import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Met, median, quantile } from './load.ts';
import type { PerStage, StageTimes } from './servers/stages.ts';
import type { Subject } from './subjects.ts';

/** What one load cost; everything is for one turn but the memory, in megabytes. */
export type Figures = {
  perSecond: number;
  p50: number;
  p99: number;
  serverCpuMs: number;
  storeCpuMs: number | null;
  loadCpuMs: number;
  fsyncs: number | null;
  storeCommands: number | null;
  serverMb: number;
  storeMb: number | null;
};

type StoreStats = { fsyncs: number; commands: number } | null;
/** What comes after the last reply belongs to the turns too: projection gathers for a tenth of a second. */
const settlingMs = 300;

/** Runs a load and reads every meter before and after it. */
export async function measure(subject: Subject, load: () => Promise<Met>): Promise<Figures> {
  const { child, storePid } = subject;
  const read = async () => ({
    server: await child.usage(),
    store: processOf(storePid),
    stats: await child.ask<StoreStats>('storeStats').catch(() => null),
    own: process.cpuUsage(),
  });
  const before = await read();
  const { latencies, seconds } = await load();
  await sleep(settlingMs);
  const now = await read();
  const turns = latencies.length;
  const own = now.own.user + now.own.system - before.own.user - before.own.system;
  return {
    perSecond: turns / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    serverCpuMs: (now.server.cpuMs - before.server.cpuMs) / turns,
    storeCpuMs: now.store && before.store ? (now.store.cpuMs - before.store.cpuMs) / turns : null,
    loadCpuMs: own / 1000 / turns,
    fsyncs: now.stats && before.stats ? (now.stats.fsyncs - before.stats.fsyncs) / turns : null,
    storeCommands: now.stats && before.stats ? (now.stats.commands - before.stats.commands) / turns : null,
    serverMb: now.server.memory / 2 ** 20,
    storeMb: now.store ? now.store.memory / 2 ** 20 : null,
  };
}

/** CPU time and memory of a process that is not ours to ask; Linux tells, elsewhere nobody does. */
function processOf(pid: number | null): { cpuMs: number; memory: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, memory: pages * 4096 };
  } catch {
    return null;
  }
}

/** Each figure's median over several rounds. */
export function medianOf(rounds: Figures[]): Figures {
  const [first] = rounds as [Figures];
  return Object.fromEntries(
    Object.keys(first).map((name) => {
      const values = rounds.map((round) => round[name as keyof Figures]);
      return [name, values.includes(null) ? null : median(values as number[])];
    }),
  ) as Figures;
}

/** What an instrumented server tells of a stretch of load. */
export type Followed = { times: StageTimes; commands: PerStage; names: Record<string, number> };
