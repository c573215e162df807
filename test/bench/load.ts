import { setTimeout as sleep } from 'node:timers/promises';
import type { Customer } from './customers/customer.ts';

/** What a load met: how long each turn took, in milliseconds, and how long it all lasted. */
export type Met = { latencies: number[]; seconds: number };

/** Each customer says the next line as soon as the last is answered. */
export async function closedLoop(customers: Customer[], ms: number): Promise<Met> {
  const latencies: number[] = [];
  const began = performance.now();
  await Promise.all(
    customers.map(async (customer) => {
      while (performance.now() < began + ms) latencies.push(await timed(customer));
    }),
  );
  return { latencies, seconds: (performance.now() - began) / 1000 };
}

/** Each customer says so many lines. */
export async function countedLoop(customers: Customer[], lines: number): Promise<Met> {
  const latencies: number[] = [];
  const began = performance.now();
  await Promise.all(
    customers.map(async (customer) => {
      for (let line = 0; line < lines; line++) latencies.push(await timed(customer));
    }),
  );
  return { latencies, seconds: (performance.now() - began) / 1000 };
}

const timed = async (customer: Customer, since = performance.now()): Promise<number> => {
  await customer.say();
  return performance.now() - since;
};

/**
 * Messages arrive when they arrive (exponential gaps, the same in every run), whether or not the server keeps
 * up; a message's time counts from its arrival, also where it has to wait for a customer who is free.
 */
export async function openLoop(customers: Customer[], perSecond: number, ms: number): Promise<Met> {
  const free = [...customers];
  const waiting: number[] = [];
  const latencies: number[] = [];
  const turns: Promise<void>[] = [];
  const random = generator(1);
  const began = performance.now();

  async function take(customer: Customer, since: number): Promise<void> {
    latencies.push(await timed(customer, since));
    const next = waiting.shift();
    if (next === undefined) free.push(customer);
    else await take(customer, next);
  }

  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) * 1000) / perSecond;
    if (at > ms) break;
    await sleep(Math.max(0, began + at - performance.now()));
    const customer = free.shift();
    if (customer) turns.push(take(customer, began + at));
    else waiting.push(began + at);
  }
  await Promise.all(turns);
  return { latencies, seconds: (performance.now() - began) / 1000 };
}

/** Numbers from 0 to 1, the same for one seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The value below which `share` of the values lie. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: number[]): number => quantile(values, 0.5);
