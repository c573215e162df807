import { cleanUp, describeEmbedded, openEmbedded, until } from './support.ts';

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
});
