import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Address, addressFile, readAddress, socketPath } from './address.ts';
import { recordTo } from './recorder.ts';
import { startMaintenance } from './server/maintenance.ts';
import { createStoreServer, type StoreServer } from './server/server.ts';
import { type Synchronous, sqliteBusy, sqliteCode } from './storage/database.ts';
import { Engine } from './storage/engine.ts';

export type StoreOptions = {
  /** Where the files are; mode 0700. */
  directory: string;
  synchronous: Synchronous;
  /** How long it stays without a connection. */
  graceMs?: number;
  /** How long it stays if nobody ever comes. */
  firstGraceMs?: number;
  ttlEveryMs?: number;
  maxPages?: number;
  /** A file that takes the names of what is used. */
  record?: string | undefined;
};

const waitForDyingMs = 5_000;

/** Opens the directory, serves it, and ends when the last application has gone. */
export async function runStore(options: StoreOptions, log: Logger): Promise<'serving' | 'taken'> {
  const { directory, synchronous } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  recordTo(options.record ?? null);
  const engine = await openWhenFree(options);
  if (engine === null) return 'taken';
  const before = readAddress(directory);
  rmSync(addressFile(directory), { force: true }); // what is there is a dead one's
  const server = createStoreServer(engine, { syncs: synchronous === 'FULL' });
  const address = await listen(server, directory, before?.port ?? 0);
  publish(directory, address);
  log.info({ event: 'store.started', pid: process.pid });

  let closing = false;
  const close = async (reason: string) => {
    if (closing) return;
    closing = true;
    rmSync(addressFile(directory), { force: true });
    server.store.commits.drain();
    await server.close();
    engine.close();
    log.info({ event: 'store.stopped', reason });
    process.exit(0);
  };
  startMaintenance(server.store, options.ttlEveryMs ?? 30_000, log);
  endWhenAlone(server, options, close);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void close(signal));
  return 'serving';
}

/** The lock is SQLite's on the file: whoever dies, however, lets go of it. */
async function openWhenFree(options: StoreOptions): Promise<Engine | null> {
  const end = Date.now() + waitForDyingMs;
  for (;;) {
    try {
      return new Engine(options);
    } catch (error) {
      if (sqliteCode(error) !== sqliteBusy) throw error;
      if (Date.now() > end) return null;
      await sleep(25);
    }
  }
}

async function listen({ server }: StoreServer, directory: string, port: number): Promise<Address> {
  const { pid } = process;
  const onSocket = process.platform !== 'win32';
  const socket = socketPath(directory);
  if (onSocket) rmSync(socket, { force: true }); // we hold the lock, so nobody listens there
  const attempt = (target: object) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(target, () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
  if (onSocket) {
    await attempt({ path: socket });
    chmodSync(socket, 0o600);
    return { pid, socket };
  }
  // The same port as before, so that drivers of other applications find it again.
  await attempt({ host: '127.0.0.1', port }).catch(() => attempt({ host: '127.0.0.1', port: 0 }));
  return { pid, port: (server.address() as { port: number }).port };
}

function publish(directory: string, address: Address) {
  const draft = join(directory, `address.${process.pid}.tmp`);
  writeFileSync(draft, JSON.stringify(address), { mode: 0o600 });
  renameSync(draft, addressFile(directory));
}

function endWhenAlone(
  server: StoreServer,
  { graceMs = 1_000, firstGraceMs = 15_000 }: StoreOptions,
  close: (reason: string) => Promise<void>,
) {
  let timer = setTimeout(() => void close('nobody came'), firstGraceMs);
  server.onConnections = () => {
    clearTimeout(timer);
    if (server.connections() === 0)
      timer = setTimeout(() => void close('the last application has gone'), graceMs);
  };
}
