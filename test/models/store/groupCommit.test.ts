import { CommandError } from '../../../models/store/embedded/errors.ts';
import { GroupCommit } from '../../../models/store/embedded/server/groupCommit.ts';
import { Engine } from '../../../models/store/embedded/storage/engine.ts';
import { cleanUp, describeEmbedded, openEmbedded, tempDir } from './support.ts';

describeEmbedded('group commit', () => {
  afterAll(cleanUp);

  it('makes many writers’ writes durable by few fsyncs', async () => {
    const { client, db } = await openEmbedded({
      synchronous: 'FULL',
      client: { maxPoolSize: 16, minPoolSize: 16 },
    });
    const counters = async () =>
      (await client.db('admin').command({ serverStatus: 1 })).headgate as { fsyncs: number; commits: number };
    const things = db.collection('things');
    await things.insertOne({ first: true });
    const before = await counters();
    await Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        for (let at = 0; at < 25; at++) await things.insertOne({ writer, at });
      }),
    );
    const after = await counters();
    expect(await things.countDocuments({ at: { $gte: 0 } })).toBe(400);
    expect(after.fsyncs - before.fsyncs).toBeLessThan(300);
    expect(after.fsyncs - before.fsyncs).toBeGreaterThan(0);
  });

  it('lets one command fail without harm to the others of its batch', async () => {
    const { db } = await openEmbedded({ client: { maxPoolSize: 30, minPoolSize: 30 } });
    const things = db.collection<{ _id: number; n?: number }>('things');
    await things.insertOne({ _id: 0 });
    const results = await Promise.allSettled([
      ...Array.from({ length: 10 }, (_, at) => things.insertOne({ _id: at + 1 })),
      ...Array.from({ length: 10 }, () => things.insertOne({ _id: 0 })),
      ...Array.from({ length: 10 }, () => things.updateOne({ _id: 0 }, { $inc: { n: 1 } })),
    ]);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(10);
    expect(await things.countDocuments()).toBe(11);
    expect(await things.findOne({ _id: 0 })).toEqual({ _id: 0, n: 10 });
  });

  it('answers nobody before the commit, a reader in the batch included, and forgets what it took back', () => {
    const engine = new Engine({ directory: tempDir(), synchronous: 'NORMAL' });
    const commits = new GroupCommit(engine, { syncs: true });
    const order: string[] = [];
    const control = engine.control.bind(engine);
    engine.control = (sql) => {
      control(sql);
      if (sql === 'COMMIT') order.push('COMMIT');
    };
    const things = () => engine.catalog.ensure('db', 'things');
    const task = (name: string, writes: boolean, run: () => unknown) =>
      commits.add({
        writes,
        run: () => ({ result: run(), ok: 1 }),
        done: (reply) =>
          order.push(reply instanceof CommandError ? `${name} failed` : `${name} ${JSON.stringify(reply)}`),
      });
    task('write', true, () => things().insert({ _id: 1 }).row);
    task('fail', true, () => {
      things().insert({ _id: 2 });
      engine.catalog.ensure('db', 'others').insert({ _id: 3 });
      throw new CommandError(2, 'no');
    });
    task('read', false, () => [things().count(), engine.catalog.get('db', 'others') === undefined]);
    commits.drain();
    expect(order).toEqual([
      'COMMIT',
      'write {"result":1,"ok":1}',
      'fail failed',
      'read {"result":[1,true],"ok":1}',
    ]);
    expect(commits.counters).toMatchObject({ commits: 1, fsyncs: 1, commands: 3, batches: 1 });
    engine.close();
  });
});
