import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { type Address, addressUri, readAddress, storeDirectory } from './address.ts';
import type { StoreOptions } from './life.ts';

export type JoinOptions = {
  dataDir: string;
  synchronous: 'FULL' | 'NORMAL';
  log: Logger;
  /** For tests: further options of the store's process. */
  store?: Partial<StoreOptions>;
};

export type Joined = {
  uri: string;
  /** The process that serves now. */
  pid(): number | null;
  /** Lets go of the store; it ends when nobody else holds on. */
  leave(): Promise<void>;
};

/** How the driver rides through a restart of the store: it looks often, and tries again while nobody listens. */
export const embeddedDriverOptions = {
  heartbeatFrequencyMS: 1_000,
  minHeartbeatFrequencyMS: 50,
  maxAdaptiveRetries: 6,
};

const database = 'headgate';
const startMs = 15_000;

/**
 * Joins the store of a data directory, or starts it where none runs. A socket is held open as long as the
 * application lives: it keeps the store alive, and its end tells that the store has died and must be started
 * again, which the driver's retries ride through.
 */
export async function joinEmbedded(options: JoinOptions): Promise<Joined> {
  const directory = storeDirectory(options.dataDir);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let left = false;
  let held: Held = await hold(directory, options);
  const watch = () => {
    held.socket.once('close', () => {
      if (left) return;
      options.log.warn({ event: 'store.lost', pid: held.address.pid });
      void again();
    });
  };
  const again = async (): Promise<void> => {
    while (!left) {
      try {
        held = await hold(directory, options);
        options.log.info({ event: 'store.joined', pid: held.address.pid });
        if (left) held.socket.destroy();
        else watch();
        return;
      } catch (err) {
        options.log.error({ err }, 'the store does not start again; tried again in a moment');
        await sleep(1_000, undefined, { ref: false });
      }
    }
  };
  watch();
  return {
    uri: addressUri(held.address, database),
    pid: () => held.address.pid,
    async leave() {
      left = true;
      held.socket.destroy();
    },
  };
}

type Held = { socket: Socket; address: Address };

/** Holds on to the running store, or starts one and holds on to that. */
async function hold(directory: string, options: JoinOptions): Promise<Held> {
  const end = Date.now() + startMs;
  let starting: Starting | null = null;
  for (;;) {
    const address = readAddress(directory);
    const socket = address === null ? null : await reach(address);
    // A store that has just begun listens a moment before it publishes: until then the address is the old one's.
    if (address !== null && socket !== null && readAddress(directory)?.pid === address.pid)
      return { socket, address };
    socket?.destroy();
    if (starting?.failed) throw new Error(`The embedded store could not start: ${reason(directory)}`);
    if (Date.now() > end)
      throw new Error(
        `The embedded store did not start within ${startMs / 1000} s; see ${logFile(directory)}`,
      );
    // Another start is harmless: only one process gets the lock, and the others end.
    if (starting === null || starting.ended) starting = start(directory, options);
    await sleep(15);
  }
}

function reach({ socket: path, port }: Address): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = path === undefined ? connect({ host: '127.0.0.1', port: port ?? 0 }) : connect({ path });
    socket.unref();
    socket.once('connect', () => {
      socket.on('error', () => {});
      socket.resume();
      resolve(socket);
    });
    socket.once('error', () => resolve(null));
  });
}

const logFile = (directory: string) => join(directory, 'store.log');
const maxLogBytes = 1024 * 1024;

type Starting = { ended: boolean; failed: boolean };

/** What the store's process last wrote about why it gave up. */
function reason(directory: string): string {
  const last = readFileSync(logFile(directory), 'utf8').trimEnd().split('\n').at(-1) ?? '';
  try {
    return (JSON.parse(last) as { err: { message: string } }).err.message;
  } catch {
    return last;
  }
}

function start(directory: string, { synchronous, store }: JoinOptions): Starting {
  const file = logFile(directory);
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) renameSync(file, `${file}.old`);
  const log = openSync(file, 'a', 0o600);
  const settings: StoreOptions = { directory, synchronous, ...store };
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  // Detached, so that it outlives the application that happened to start it; it needs nothing of the environment.
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, JSON.stringify(settings)],
    {
      detached: true,
      stdio: ['ignore', log, log],
      env: {},
      cwd: directory,
    },
  );
  const starting: Starting = { ended: false, failed: false };
  child.on('error', () => {}); // told by the deadline
  child.on('exit', (code) => {
    starting.ended = true;
    starting.failed = code !== 0 && code !== null;
  });
  child.unref();
  closeSync(log);
  return starting;
}
