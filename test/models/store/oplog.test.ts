import type { Document } from 'bson';
import { maintain } from '../../../models/store/embedded/server/maintenance.ts';
import { cleanUp, inProcess, tempDir } from './support.ts';

afterAll(cleanUp);

const watching = async ({ run }: ReturnType<typeof inProcess>, collection = 'things') => {
  await run({ insert: collection, documents: [{ _id: 'first' }] });
  const { cursor } = await run({ aggregate: collection, pipeline: [{ $changeStream: {} }], cursor: {} });
  return { ...cursor, next: () => run({ getMore: cursor.id, collection, maxTimeMS: 1 }) };
};
const many = (from: number, count: number) =>
  Array.from({ length: count }, (_, at): Document => ({ _id: from + at }));

describe('an open change stream', () => {
  it('is told that it has missed something where the oplog was cut behind it, and reads on where not', async () => {
    const store = inProcess();
    const { run, engine } = store;
    const [late, quick] = [await watching(store), await watching(store)];
    for (let round = 0; round < 3; round++) {
      await run({ insert: 'things', documents: many(round * 8000, 8000) });
      let read = 0;
      for (let some = 1; some > 0; read += some) some = (await quick.next()).cursor.nextBatch.length;
      expect(read).toBe(8000);
    }
    expect(await late.next()).toMatchObject({ ok: 0, code: 286, codeName: 'ChangeStreamHistoryLost' });
    const resume = [{ $changeStream: { resumeAfter: late.postBatchResumeToken } }];
    expect(await run({ aggregate: 'things', pipeline: resume, cursor: {} })).toMatchObject({ code: 286 });
    engine.close();
  });

  it('is told so where its collection was no longer written down', async () => {
    const store = inProcess();
    const stream = await watching(store);
    store.engine.oplog.forgetUnwatched(Date.now() + 11 * 60_000);
    await store.run({ insert: 'things', documents: many(0, 1) });
    expect(await stream.next()).toMatchObject({ code: 286 });
    store.engine.close();
  });

  it('keeps its collection written down while it is open, however rarely it is read', async () => {
    const store = inProcess();
    const stream = await watching(store);
    maintain(store, new Date(Date.now() + 11 * 60_000));
    await store.run({ insert: 'things', documents: many(0, 1) });
    expect((await stream.next()).cursor.nextBatch).toMatchObject([{ documentKey: { _id: 0 } }]);
    store.engine.close();
  });

  it('goes on after a restart where it stood', async () => {
    const directory = tempDir();
    const first = inProcess(directory);
    const stream = await watching(first);
    await first.run({ insert: 'things', documents: many(0, 3) });
    const { cursor } = await stream.next();
    first.engine.close();
    const { run, engine } = inProcess(directory);
    await run({ insert: 'things', documents: many(3, 1) });
    const resume = [{ $changeStream: { resumeAfter: cursor.nextBatch[1]._id } }];
    const { id } = (await run({ aggregate: 'things', pipeline: resume, cursor: {} })).cursor;
    const { nextBatch } = (await run({ getMore: id, collection: 'things', maxTimeMS: 1 })).cursor;
    expect(nextBatch.map(({ documentKey }: Document) => documentKey._id)).toEqual([2, 3]);
    engine.close();
  });
});
