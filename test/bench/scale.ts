import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { connectStore } from '../../models/store/connect.ts';
import { quantile } from './load.ts';
import { customerMeasures } from './scale/customers.ts';
import { ledgerMeasures } from './scale/ledger.ts';
import type { Measure } from './scale/measure.ts';
import { premiseMeasures } from './scale/premises.ts';

/** Add yours here: `npm run bench` runs all at 10,000 and 100,000, `npm run bench:scale` up to a million. */
const measures: Measure[] = [...premiseMeasures, ...customerMeasures, ...ledgerMeasures];

const runs = 400;
const warmUps = 50;

export type ScaleRow = { name: string; size: number; p50: number; p99: number; growth: number };

/** Each measure at each size; p50 and p99 in milliseconds, growth of p50 from the first size. */
export async function scaleRound(sizes: number[]): Promise<ScaleRow[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'headgate-scale-'));
  const store = await connectStore({
    uri: process.env.MONGODB_URI,
    dataDir,
    embedded: { allowed: true, synchronous: 'NORMAL' },
    log: pino({ level: 'silent' }),
  });
  const rows: ScaleRow[] = [];
  try {
    await store.ensureIndexes();
    let filled = 0;
    for (const size of sizes) {
      for (const { fill } of measures) await fill?.(filled, size);
      filled = size;
      for (const measure of measures) rows.push(await measured(measure, size, rows));
    }
  } finally {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
  return rows;
}

async function measured({ name, run }: Measure, size: number, before: ScaleRow[]): Promise<ScaleRow> {
  const latencies: number[] = [];
  for (let at = -warmUps; at < runs; at++) {
    const begun = performance.now();
    await run(at + warmUps, size);
    if (at >= 0) latencies.push(performance.now() - begun);
  }
  const p50 = quantile(latencies, 0.5);
  const smallest = before.find((row) => row.name === name);
  return { name, size, p50, p99: quantile(latencies, 0.99), growth: p50 / (smallest?.p50 ?? p50) };
}

/** The rows as a table. */
export function printScale(rows: ScaleRow[]): void {
  for (const { name, size, p50, p99, growth } of rows)
    console.log(
      `${name.padEnd(32)} ${size.toLocaleString('en').padStart(9)}  p50 ${p50.toFixed(2).padStart(6)} ms  ` +
        `p99 ${p99.toFixed(2).padStart(6)} ms  x${growth.toFixed(2)}`,
    );
}

if (import.meta.main) printScale(await scaleRound([10_000, 100_000, 1_000_000]));
