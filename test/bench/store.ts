import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collection, MongoClient } from 'mongodb';
import { pino } from 'pino';
import { joinEmbedded } from '../../models/store/embedded/join.ts';

type Row = {
  operation: string;
  synchronous: string;
  clients: number;
  perSecond: number;
  fsyncs: number | null;
  operations: number;
};
type Doc = { _id: string | number; [field: string]: unknown };

const seconds = Number(process.argv[2] ?? 2);
const text = 'Your bill of $130.15 is due on December 3. '.repeat(2);

/** About 10 kB: state, a tail of entries, a task. */
const conversation = (id: string): Doc => ({
  _id: id,
  channelId: 'webchat',
  customer: { id: `customer-${id}`, name: 'A. Customer' },
  seq: 40,
  shown: 40,
  handled: 38,
  epoch: 3,
  fence: 7,
  holder: 'bot',
  updatedAt: new Date(),
  tail: Array.from({ length: 30 }, (_, at) => ({
    seq: at,
    shown: at,
    at: new Date(),
    from: 'customer',
    kind: 'message',
    text,
  })),
  state: JSON.stringify({ dialogs: 'x'.repeat(3000) }),
  task: {
    kind: 'billInquiry',
    version: 1,
    fields: { account: { value: '10023414', source: 'customer' } },
    open: null,
  },
});

type Operation = {
  name: string;
  run(collection: Collection<Doc>, client: number, at: number): Promise<unknown>;
};

const documents = 20_000;
const conversations = 500;
const operations: Operation[] = [
  {
    name: 'insert',
    run: (collection, client, at) =>
      collection.insertOne({
        _id: `new-${client}-${at}-${Math.random()}`,
        account: at % 100,
        n: at,
        at: new Date(),
        text,
      }),
  },
  {
    name: 'find by id',
    run: (collection, client, at) => collection.findOne({ _id: (at * 7919 + client) % documents }),
  },
  {
    name: 'find, sort, limit 20 (indexed)',
    run: (collection, client, at) =>
      collection
        .find({ account: (at + client) % 100 })
        .sort({ n: -1 })
        .limit(20)
        .toArray(),
  },
  {
    name: 'claim by findOneAndUpdate',
    run: (collection, client) =>
      collection.findOneAndUpdate(
        { status: 'waiting' },
        { $set: { status: 'claimed', by: client, at: new Date() } },
        { sort: { n: 1 } },
      ),
  },
  {
    name: 'pipeline update of 10 kB',
    run: (collection, client, at) =>
      collection.findOneAndUpdate(
        { _id: `c${(at * 31 + client) % conversations}`, fence: 7, epoch: 3 },
        [
          {
            $set: {
              updatedAt: '$$NOW',
              handled: { $literal: at },
              seq: { $add: ['$seq', 1] },
              shown: { $add: ['$shown', 1] },
              tail: {
                $concatArrays: [
                  { $slice: ['$tail', -29] },
                  [
                    {
                      $mergeObjects: [
                        { $literal: { from: 'bot', kind: 'message', text } },
                        { seq: { $add: ['$seq', 1] } },
                      ],
                    },
                  ],
                ],
              },
            },
          },
        ],
        { returnDocument: 'after', projection: { tail: 0, state: 0 } },
      ),
  },
];

async function fill(collection: Collection<Doc>) {
  await collection.createIndex({ account: 1, n: -1 });
  await collection.createIndex({ status: 1, n: 1 });
  const batch = 1000;
  for (let from = 0; from < documents; from += batch) {
    await collection.insertMany(
      Array.from({ length: batch }, (_, at) => ({
        _id: from + at,
        account: at % 100,
        n: from + at,
        status: 'waiting',
        text,
      })),
    );
  }
  await collection.insertMany(Array.from({ length: conversations }, (_, at) => conversation(`c${at}`)));
}

/** Runs each operation for a while and says how many a second were done. */
export async function benchStore({
  synchronous,
  clients,
}: {
  synchronous: 'FULL' | 'NORMAL';
  clients: number;
}): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
  const joined = await joinEmbedded({ dataDir, synchronous, log: pino({ level: 'silent' }) });
  const client = await new MongoClient(joined.uri, {
    maxPoolSize: clients,
    writeConcern: { w: 'majority' },
  }).connect();
  const collection = client.db().collection<Doc>('things');
  const fsyncs = async () =>
    (await client.db('admin').command({ serverStatus: 1 })).headgate.fsyncs as number;
  const rows: Row[] = [];
  try {
    await fill(collection);
    for (const { name, run } of operations) {
      const before = await fsyncs();
      const start = performance.now();
      const end = start + seconds * 1000;
      let done = 0;
      await Promise.all(
        Array.from({ length: clients }, async (_, number) => {
          for (let at = 0; performance.now() < end; at++) {
            await run(collection, number, at);
            done += 1;
          }
        }),
      );
      const perSecond = Math.round((done * 1000) / (performance.now() - start));
      rows.push({
        operation: name,
        synchronous,
        clients,
        perSecond,
        fsyncs: (await fsyncs()) - before,
        operations: done,
      });
    }
  } finally {
    await client.close();
    await joined.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return rows;
}

if (import.meta.main) {
  for (const synchronous of ['FULL', 'NORMAL'] as const) {
    for (const clients of [1, 16]) console.table(await benchStore({ synchronous, clients }));
  }
}
