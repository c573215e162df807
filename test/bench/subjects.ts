import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import type { Customer } from './customers/customer.ts';
import { openPlain } from './customers/plainCustomer.ts';
import { inquiry, openWebchat } from './customers/webchatCustomer.ts';

/** A server under load and its customers. */
export type Subject = {
  url: string;
  child: Child;
  customers: Customer[];
  /** The embedded store's process; null where there is none. */
  storePid: number | null;
  stop(): Promise<void>;
};

/** Customers who are there; a closed loop takes the first 16, the open loop whoever is free. */
export const conversations = 16;
const waitingRoom = 32;

export async function startPlain(): Promise<Subject> {
  const child = await startChild('plain');
  const url = String(child.ready.url);
  const customers = Array.from({ length: waitingRoom }, (_, number) => openPlain(url, number));
  return { url, child, customers, storePid: null, stop: child.stop };
}

/** Headgate on a data directory of its own, or on a database of its own where `uri` names a MongoDB. */
export async function startHeadgate({
  uri,
  instrumented = false,
  dataDir: given,
}: {
  uri?: string | undefined;
  instrumented?: boolean;
  dataDir?: string;
} = {}): Promise<Subject> {
  const dataDir = given ?? (await mkdtemp(join(tmpdir(), 'headgate-bench-')));
  const settings = {
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    // A Monday on which the office is open.
    CLOCK: '2026-11-23T09:00:00-08:00',
    ...(uri ? { MONGODB_URI: ownDatabase(uri), DROP_DATABASE: 'true' } : {}),
    ...(instrumented ? { INSTRUMENTED: 'true' } : {}),
  };
  const child = await startChild('headgate', settings);
  const url = String(child.ready.url);
  const customers: Customer[] = [];
  while (customers.length < waitingRoom) customers.push(await openWebchat(url, inquiry));
  return {
    url,
    child,
    customers,
    storePid: child.ready.storePid as number | null,
    async stop() {
      for (const customer of customers) customer.close();
      await child.stop();
      if (!given) await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Never somebody's database: a fresh one, dropped at the end. */
function ownDatabase(uri: string): string {
  const name = `headgate_bench_${randomBytes(4).toString('hex')}`;
  const [, address = '', query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri) ?? [];
  return `${address}/${name}${query}`;
}
