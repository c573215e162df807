import mongoose from 'mongoose';
import type { Logger } from 'pino';
import { embeddedDriverOptions, joinEmbedded } from './embedded/join.ts';

export type StoreConfig = {
  /** MongoDB's connection string; without it the embedded store is used. */
  uri?: string | undefined;
  dataDir: string;
  embedded: {
    /** False in production unless a setting says otherwise. */
    allowed: boolean;
    synchronous: 'FULL' | 'NORMAL';
    /** A file that takes the names of the commands, operators and options used; for tests. */
    record?: string | undefined;
  };
  log: Logger;
};

export type StoreStats = { commits: number; fsyncs: number; commands: number } | null;

export type StoreConnection = {
  kind: 'mongodb' | 'embedded';
  /** Makes every model's indexes and waits for them. */
  ensureIndexes(): Promise<void>;
  /** The embedded store's counters; null on MongoDB. */
  stats(): Promise<StoreStats>;
  close(): Promise<void>;
};

const options = {
  autoIndex: false, // ensureIndexes() does it, and waits
  autoCreate: false, // a collection is there from its first index or document on
  maxPoolSize: 50,
  minPoolSize: 2,
  serverSelectionTimeoutMS: 10_000,
  waitQueueTimeoutMS: 10_000,
  socketTimeoutMS: 60_000,
  writeConcern: { w: 'majority' },
  retryWrites: true,
  retryReads: true,
} as const;

/** Connects mongoose's default connection; what answers at the other end is known to nobody else. */
export async function connectStore(config: StoreConfig): Promise<StoreConnection> {
  const { uri, dataDir, embedded, log } = config;
  if (uri) {
    await mongoose.connect(uri, { ...options, dbName: databaseOf(uri) });
    return connection('mongodb', async () => {});
  }
  if (!embedded.allowed) {
    throw new Error(
      'The embedded store is not for production: set MONGODB_URI, or EMBEDDED_IN_PRODUCTION to use it all the same',
    );
  }
  const joined = await joinEmbedded({
    dataDir,
    synchronous: embedded.synchronous,
    log,
    store: { record: embedded.record },
  });
  await mongoose.connect(joined.uri, {
    ...options,
    ...embeddedDriverOptions,
  });
  return connection('embedded', joined.leave);
}

// A connection string without a database would mean "test".
const databaseOf = (uri: string) => new URL(uri.replace(/,[^/]+/, '')).pathname.slice(1) || 'headgate';

function connection(kind: StoreConnection['kind'], leave: () => Promise<void>): StoreConnection {
  return {
    kind,
    async ensureIndexes() {
      for (const model of Object.values(mongoose.models)) await model.createIndexes();
    },
    async stats() {
      if (kind === 'mongodb') return null;
      const status = await mongoose.connection.db?.admin().command({ serverStatus: 1 });
      return (status?.headgate as StoreStats) ?? null;
    },
    async close() {
      await mongoose.disconnect();
      await leave();
    },
  };
}
