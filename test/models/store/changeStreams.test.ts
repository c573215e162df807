import type { ChangeStream, ChangeStreamOptions, Collection, Db, Document } from 'mongodb';
import { cleanUp, failure, isAlive, mongodbUri, openContract, openEmbedded, until } from './support.ts';

type Any = { _id: number; [field: string]: unknown };
afterAll(cleanUp);

/** Opens a stream and makes sure that it has begun. */
async function watching(
  collection: Collection<Any>,
  pipeline: Document[] = [],
  options: ChangeStreamOptions = {},
) {
  const stream = collection.watch(pipeline, { maxAwaitTimeMS: 100, ...options }) as ChangeStream<Any>;
  await stream.tryNext();
  return stream;
}
const take = async (stream: ChangeStream<Any>, count: number) => {
  const events: Document[] = [];
  while (events.length < count) events.push((await stream.next()) as Document);
  return events;
};

describe('a change stream', () => {
  let db: Db;
  let things: Collection<Any>;
  let number = 0;
  beforeAll(async () => {
    ({ db } = await openContract());
  });
  beforeEach(async () => {
    things = db.collection<Any>(`things${++number}`);
    await things.insertOne({ _id: 0 });
  });

  it('tells of inserts, updates, replacements and deletes in order', async () => {
    const stream = await watching(things, [], { maxAwaitTimeMS: 500 });
    await things.insertOne({ _id: 1, list: [1], n: 1 });
    await things.updateOne({ _id: 1 }, { $push: { list: 2 }, $unset: { n: '' } } as never);
    await things.replaceOne({ _id: 1 }, { r: 1 } as never);
    await things.deleteOne({ _id: 1 });
    const events = await take(stream, 4);
    expect(events.map(({ operationType, documentKey }) => [operationType, documentKey])).toEqual(
      ['insert', 'update', 'replace', 'delete'].map((type) => [type, { _id: 1 }]),
    );
    expect(events[0]).toMatchObject({
      ns: { db: db.databaseName, coll: things.collectionName },
      fullDocument: { _id: 1, list: [1], n: 1 },
    });
    expect(events[1]).toMatchObject({
      updateDescription: { updatedFields: { 'list.1': 2 }, removedFields: ['n'] },
    });
    expect(events[1]).not.toHaveProperty('fullDocument');
    expect(events[2]).toMatchObject({ fullDocument: { _id: 1, r: 1 } });
    await stream.close();
  });

  it('looks the whole document up where asked, and passes on only what matches', async () => {
    const stream = await watching(
      things,
      [{ $match: { operationType: 'update', 'fullDocument.n': { $gt: 1 } } }],
      { fullDocument: 'updateLookup' },
    );
    await things.updateOne({ _id: 0 }, { $set: { n: 1 } });
    await things.insertOne({ _id: 5, n: 9 });
    await things.updateOne({ _id: 5 }, { $inc: { n: 1 } } as never);
    expect(await take(stream, 1)).toMatchObject([
      { documentKey: { _id: 5 }, fullDocument: { _id: 5, n: 10 } },
    ]);
    await stream.close();
  });

  it('goes on after a token, missing nothing and repeating nothing', async () => {
    const stream = await watching(things);
    for (let at = 1; at <= 5; at++) await things.insertOne({ _id: at });
    const events = await take(stream, 2);
    await stream.close();
    const resumed = things.watch([], { resumeAfter: events[1]?._id });
    expect((await take(resumed as never, 3)).map(({ documentKey }) => documentKey._id)).toEqual([3, 4, 5]);
    await resumed.close();
  });

  it('waits without holding anybody up, and wakes at once', async () => {
    const stream = things.watch([], { maxAwaitTimeMS: 10_000 });
    const next = stream.next();
    await until(
      'the beginning of the stream',
      () => stream.resumeToken !== undefined && stream.resumeToken !== null,
    );
    const start = performance.now();
    for (let at = 0; at < 20; at++) await things.findOne({ _id: 0 });
    await things.insertOne({ _id: 1 });
    expect(await next).toMatchObject({ operationType: 'insert' });
    expect(performance.now() - start).toBeLessThan(5_000);
    await stream.close();
  });
});

(mongodbUri ? describe.skip : describe)('the embedded store’s oplog', () => {
  it('survives kill -9: a stream goes on over the restart', async () => {
    const { db, joined } = await openEmbedded();
    const things = db.collection<Any>('things');
    const stream = await watching(things, [], { maxAwaitTimeMS: 200 });
    await things.insertOne({ _id: 1 });
    expect(await take(stream, 1)).toHaveLength(1);
    const pid = joined.pid() as number;
    process.kill(pid, 'SIGKILL');
    await until('the end of the store', () => !isAlive(pid));
    await things.insertOne({ _id: 2 });
    expect((await take(stream, 1)).map(({ documentKey }) => documentKey._id)).toEqual([2]);
    await stream.close();
  });

  it('says so when a stream asks for what was never written down', async () => {
    const { db } = await openEmbedded();
    const error = await failure(
      db
        .collection('unwatched')
        .watch([], { resumeAfter: { _data: '0000000000000000' } })
        .next(),
    );
    expect(error).toMatchObject({ code: 286 });
  });
});
