import type { Figures, Followed } from './measure.ts';
import type { RatingFigures } from './rating.ts';
import { stages } from './servers/stages.ts';

const shown = (value: number | null | undefined, digits = 1): string =>
  value == null || Number.isNaN(value) ? '-' : value.toFixed(digits);

/** One server's line in the table; `open` is what it did at 20 turns a second. */
export type Row = { name: string; closed: Figures; open?: Figures };

const columns: [title: string, cell: (row: Row) => string][] = [
  ['turns/s', ({ closed }) => shown(closed.perSecond, 0)],
  ['p50 ms', ({ closed }) => shown(closed.p50)],
  ['p99 ms', ({ closed }) => shown(closed.p99)],
  ['p50 at 20/s', ({ open }) => shown(open?.p50)],
  ['p99 at 20/s', ({ open }) => shown(open?.p99)],
  ['CPU ms: server', ({ closed }) => shown(closed.serverCpuMs, 2)],
  ['store', ({ closed }) => shown(closed.storeCpuMs, 2)],
  ['load', ({ closed }) => shown(closed.loadCpuMs, 2)],
  ['fsyncs', ({ closed }) => shown(closed.fsyncs, 2)],
  ['commands', ({ closed }) => shown(closed.storeCommands, 2)],
  ['MB: server', ({ closed }) => shown(closed.serverMb, 0)],
  ['store', ({ closed }) => shown(closed.storeMb, 0)],
];

/** The servers side by side; CPU, fsyncs and commands are for one turn. */
export function printTable(rows: Row[]): void {
  const lines = [['', ...columns.map(([title]) => title)]];
  for (const row of rows) lines.push([row.name, ...columns.map(([, cell]) => cell(row))]);
  printAligned(lines);
}

function printAligned(lines: string[][]): void {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  for (const line of lines) {
    console.log(
      line
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  '),
    );
  }
}

/** Where a turn's CPU goes in the server, and when it asks the store. */
export function printStages({ times, commands }: Followed, turns: number, serverCpuMs: number): void {
  const followed = stages.reduce((sum, stage) => sum + times.ms[stage], 0);
  const ms = { ...times.ms, other: times.ms.other + Math.max(0, times.activeMs - followed) };
  // Following costs time itself: only the shares are taken from it, the CPU from the run without.
  const all = Math.max(followed, times.activeMs);
  printAligned([
    ['a turn', ...stages, 'all'],
    [
      'CPU ms in the server',
      ...stages.map((stage) => shown((ms[stage] / all) * serverCpuMs, 2)),
      shown(serverCpuMs, 2),
    ],
    [
      'store round trips',
      ...stages.map((stage) => shown(commands[stage] / turns, 2)),
      shown(stages.reduce((sum, stage) => sum + commands[stage], 0) / turns, 2),
    ],
  ]);
}

export type Target = { what: string; value: number | null; wanted: string; met: boolean };

export function printTargets(targets: Target[]): void {
  printAligned(
    targets.map(({ what, value, wanted, met }) => [
      what,
      shown(value, 2),
      wanted,
      value === null ? 'not measured' : met ? 'met' : 'missed',
    ]),
  );
}

/** Bills rated, for each kind of rate; the latencies are a batch's of a hundred. */
export function printRating(figures: RatingFigures[]): void {
  printAligned([
    ['bills rated', 'a second', 'p50 ms of 100', 'p99 ms of 100'],
    ...figures.map(({ name, perSecond, p50, p99 }) => [
      name,
      shown(perSecond, 0),
      shown(p50, 2),
      shown(p99, 2),
    ]),
  ]);
}
