import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Document, deserialize, serialize } from 'bson';
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import { pino } from 'pino';
import { embeddedDriverOptions, type Joined, joinEmbedded } from '../../../models/store/embedded/join.ts';
import type { StoreOptions } from '../../../models/store/embedded/life.ts';
import { execute } from '../../../models/store/embedded/server/execute.ts';
import { createStoreServer } from '../../../models/store/embedded/server/server.ts';
import { Engine } from '../../../models/store/embedded/storage/engine.ts';

export const silent = pino({ level: 'silent' });
export const mongodbUri = process.env.MONGODB_URI;
/** Tests of what only the embedded store has. */
export const describeEmbedded = mongodbUri ? describe.skip : describe;
export const isLong = process.env.LONG === '1';

const cleanups: (() => Promise<void> | void)[] = [];

/** Undoes what the tests of a file have opened, last first. */
export async function cleanUp() {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}
export const later = (cleanup: () => Promise<void> | void) => void cleanups.push(cleanup);

export function tempDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'headgate-store-'));
  later(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}

export const isAlive = (pid: number | null) => {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Waits for a condition, and says which one when it does not come. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, ms = 15_000) {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what} did not come about`);
    await sleep(5);
  }
}

export type OpenStore = { dataDir: string; joined: Joined; client: MongoClient; db: Db };
type OpenOptions = {
  dataDir?: string;
  synchronous?: 'FULL' | 'NORMAL';
  store?: Partial<StoreOptions>;
  client?: MongoClientOptions;
};

/** An embedded store of its own, with a driver connected to it. */
export async function openEmbedded({
  dataDir = tempDir(),
  synchronous = 'NORMAL',
  store,
  client: options,
}: OpenOptions = {}): Promise<OpenStore> {
  const joined = await joinEmbedded({ dataDir, synchronous, log: silent, store: { graceMs: 50, ...store } });
  const client = await new MongoClient(joined.uri, { ...embeddedDriverOptions, ...options }).connect();
  later(async () => {
    await client.close().catch(() => {});
    await joined.leave();
    const pid = joined.pid();
    await until('the end of the store', () => !isAlive(pid));
  });
  return { dataDir, joined, client, db: client.db() };
}

/** The database under test: MongoDB's where MONGODB_URI names one, else an embedded store. */
export async function openContract(): Promise<{ client: MongoClient; db: Db }> {
  if (!mongodbUri) return openEmbedded();
  const client = await new MongoClient(mongodbUri).connect();
  const db = client.db(`headgate_contract_${process.pid}_${Date.now()}`);
  later(async () => {
    await db.dropDatabase();
    await client.close();
  });
  return { client, db };
}

/** A store in this process, without a wire: commands given together share a batch. */
export function inProcess(directory = tempDir()) {
  const engine = new Engine({ directory, synchronous: 'NORMAL' });
  const { store } = createStoreServer(engine, { syncs: true });
  const run = (command: Document) =>
    new Promise<Document>((resolve) => {
      const message = { command: { ...command, $db: 'headgate' }, sequences: new Map(), requestId: 1 };
      execute(store, { ...message, answered: true, legacy: false }, (reply) =>
        resolve(Buffer.isBuffer(reply) ? deserialize(reply, { useBigInt64: true }) : reply),
      );
    });
  return { engine, cursors: store.cursors, run };
}

type Failure = Error & { code?: number; [name: string]: unknown };

/** The error of a promise that must fail. */
export async function failure(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    return error as Failure;
  }
  throw new Error('it did not fail');
}

/** A bare client of the wire protocol, for what no driver would send. */
export class RawClient {
  private readonly socket: Socket;
  private buffer = Buffer.alloc(0);
  private readonly waiting: ((reply: Document) => void)[] = [];
  private requestId = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.buffer = Buffer.concat([this.buffer, chunk]);
      while (this.buffer.length >= 4 && this.buffer.length >= this.buffer.readInt32LE(0)) {
        const size = this.buffer.readInt32LE(0);
        this.waiting.shift()?.(deserialize(this.buffer.subarray(21, size)));
        this.buffer = this.buffer.subarray(size);
      }
    });
    socket.on('error', () => {});
  }

  static async connect(uri: string): Promise<RawClient> {
    const path = decodeURIComponent(new URL(uri).hostname);
    const socket = createConnection({ path });
    await new Promise((resolve) => socket.once('connect', resolve));
    later(() => void socket.destroy());
    return new RawClient(socket);
  }

  send(command: Document): Promise<Document> {
    const body = serialize({ ...command, $db: 'headgate' });
    const head = Buffer.alloc(21);
    head.writeInt32LE(21 + body.length, 0);
    head.writeInt32LE(++this.requestId, 4);
    head.writeInt32LE(2013, 12);
    const reply = new Promise<Document>((resolve) => this.waiting.push(resolve));
    this.socket.write(Buffer.concat([head, body]));
    return reply;
  }
}
