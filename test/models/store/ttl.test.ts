import { maintain } from '../../../models/store/embedded/server/maintenance.ts';
import { cleanUp, describeEmbedded, inProcess, openEmbedded, until } from './support.ts';

describeEmbedded('a TTL index', () => {
  afterAll(cleanUp);

  it('removes what is over and nothing else', async () => {
    const { db } = await openEmbedded({ store: { ttlEveryMs: 20 } });
    const things = db.collection<{ _id: number; at?: unknown; until?: Date }>('things');
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await things.createIndex(
      { until: -1 },
      { expireAfterSeconds: 0, partialFilterExpression: { until: { $exists: true } } },
    );
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
    await things.insertMany([
      { _id: 1, at: ago(61) },
      { _id: 2, at: ago(5) },
      { _id: 3, at: 'never' },
      { _id: 4 },
      { _id: 5, at: [ago(0), ago(100)] },
      { _id: 6, until: ago(1) },
      { _id: 7, until: ago(-100) },
    ]);
    await until('the removal', async () => (await things.countDocuments()) === 4);
    expect((await things.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual([2, 3, 4, 7]);
  });

  it('removes a backlog a part at a time, in a descending index past what has no time', async () => {
    const store = inProcess();
    const { engine, run } = store;
    const index = { key: { at: -1 }, name: 'at', expireAfterSeconds: 0 };
    await run({ createIndexes: 'things', indexes: [index] });
    const documents = Array.from({ length: 2200 }, (_, _id) =>
      _id % 2 ? { _id } : { _id, at: new Date(_id) },
    );
    await run({ insert: 'things', documents });
    await run({ insert: 'things', documents: [{ _id: -1, at: new Date(5_001) }] });
    expect([1, 2, 3].map(() => maintain(store, new Date(5_000)))).toEqual([true, true, false]);
    expect(await run({ count: 'things', query: {} })).toMatchObject({ n: 1101 });
    engine.close();
  });

  it('keeps up with a backlog by itself', async () => {
    const { db } = await openEmbedded({ store: { ttlEveryMs: 3_000 } });
    const things = db.collection('things');
    await things.insertMany(Array.from({ length: 3_600 }, () => ({ at: new Date(0) })));
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 0 });
    await until('the removal', async () => (await things.countDocuments()) === 0);
  });

  it.each(['x', -5, Number.NaN, 2 ** 31, null])(
    'is refused with a time of %p',
    async (expireAfterSeconds) => {
      const { engine, run } = inProcess();
      const index = { key: { at: 1 }, name: 'at', expireAfterSeconds };
      expect(await run({ createIndexes: 'things', indexes: [index] })).toMatchObject({ code: 67 });
      engine.close();
    },
  );
});
