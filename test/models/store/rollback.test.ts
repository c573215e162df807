import { DatabaseSync } from 'node:sqlite';
import type { Document } from 'bson';
import { databaseFile } from '../../../models/store/embedded/storage/database.ts';
import { fullCheck } from '../../../models/store/embedded/storage/fullCheck.ts';
import { cleanUp, inProcess, tempDir } from './support.ts';

afterAll(cleanUp);

const ids = ({ cursor }: Document) => cursor.firstBatch.map(({ _id }: Document) => _id);
const tagged = { find: 'things', filter: { tags: { $in: ['a', 'b'] } } };

describe('a write that is taken back', () => {
  it('leaves an index on arrays that finds each document once, also after a restart', async () => {
    const directory = tempDir();
    const first = inProcess(directory);
    await first.run({
      createIndexes: 'things',
      indexes: [
        { key: { tags: 1 }, name: 'tags' },
        { key: { email: 1 }, name: 'email', unique: true },
      ],
    });
    await first.run({ insert: 'things', documents: [{ _id: 1, email: 'e', tags: 'z' }] });
    const refused = await first.run({
      insert: 'things',
      documents: [{ _id: 2, email: 'e', tags: ['a', 'b'] }],
    });
    expect(refused.writeErrors).toHaveLength(1);
    await first.run({ insert: 'things', documents: [{ _id: 3, email: 'f', tags: ['a', 'b'] }] });
    expect(ids(await first.run(tagged))).toEqual([3]);
    first.engine.close();
    const second = inProcess(directory);
    expect(ids(await second.run(tagged))).toEqual([3]);
    expect(fullCheck(second.engine).problems).toEqual([]);
    second.engine.close();
  });

  it('that was taken back by an older store is made good when the file is opened', async () => {
    const directory = tempDir();
    const first = inProcess(directory);
    await first.run({ createIndexes: 'things', indexes: [{ key: { tags: 1 }, name: 'tags' }] });
    await first.run({ insert: 'things', documents: [{ _id: 3, tags: ['a', 'b'] }] });
    first.engine.close();
    const file = new DatabaseSync(databaseFile(directory));
    file.exec('UPDATE indexes SET multikey = 0; PRAGMA user_version = 1');
    file.close();
    const second = inProcess(directory);
    expect(fullCheck(second.engine).problems).toEqual([]);
    expect(ids(await second.run(tagged))).toEqual([3]);
    second.engine.catalog.all()[0]?.indexes.forEach((index) => {
      index.multikey = false;
    });
    expect(fullCheck(second.engine).problems).toEqual([expect.stringMatching(/not marked/)]);
    second.engine.close();
  });

  it('leaves the rest of its command on the same collection, when others of the batch changed the catalog', async () => {
    const { engine, run } = inProcess();
    await run({ insert: 'things', documents: [{ _id: 1, tags: 'z' }] });
    await run({ createIndexes: 'things', indexes: [{ key: { tags: 1 }, name: 'tags' }] });
    await Promise.all([
      run({ create: 'other' }),
      run({ insert: 'things', ordered: false, documents: [{ _id: 1 }, { _id: 2, tags: ['a', 'b'] }] }),
    ]);
    expect(ids(await run(tagged))).toEqual([2]);
    expect(fullCheck(engine).problems).toEqual([]);
    engine.close();
  });

  it('leaves open cursors on what is stored now', async () => {
    const { engine, run } = inProcess();
    await run({
      insert: 'things',
      documents: Array.from({ length: 300 }, (_, _id) => ({ _id, k: _id, v: 1 })),
    });
    await run({ createIndexes: 'things', indexes: [{ key: { k: 1 }, name: 'k' }] });
    const begin = { find: 'things', filter: { k: { $gte: 0 } }, batchSize: 2 };
    const [one, other] = [await run(begin), await run(begin)];
    const more = ({ cursor }: Document) => run({ getMore: cursor.id, collection: 'things', batchSize: 1000 });
    expect(await run({ createIndexes: 'fresh', indexes: [{ key: { a: 'text' }, name: 'a' }] })).toMatchObject(
      {
        code: 238,
      },
    );
    await more(one);
    await run({ update: 'things', updates: [{ q: {}, u: { $set: { v: 2 } }, multi: true }] });
    await run({ delete: 'things', deletes: [{ q: { _id: 5 }, limit: 1 }] });
    const rest = (await more(other)).cursor.nextBatch.map(({ _id, v }: Document) => [_id, v]).slice(1); // one was read ahead
    expect(rest).toEqual(Array.from({ length: 297 }, (_, at) => [at + 3, 2]).filter(([_id]) => _id !== 5));
    engine.close();
  });

  it('leaves the streams awake that another command of the batch has news for', async () => {
    const { engine, run } = inProcess();
    await run({ insert: 'things', documents: [{ _id: 1 }] });
    const { cursor } = await run({ aggregate: 'things', pipeline: [{ $changeStream: {} }], cursor: {} });
    const news = run({ getMore: cursor.id, collection: 'things', maxTimeMS: 600_000 });
    await new Promise(setImmediate);
    const [, failed] = await Promise.all([
      run({ insert: 'things', documents: [{ _id: 2 }] }),
      run({ createIndexes: 'fresh', indexes: [{ key: { a: 'text' }, name: 'a' }] }),
    ]);
    expect(failed).toMatchObject({ code: 238 });
    expect((await news).cursor.nextBatch).toMatchObject([{ documentKey: { _id: 2 } }]);
    engine.close();
  });
});

it('a cursor on a collection or an index that was dropped is told so', async () => {
  const { engine, run } = inProcess();
  const fill = { insert: 'things', documents: Array.from({ length: 600 }, (_, _id) => ({ _id, k: _id })) };
  await run(fill);
  await run({ createIndexes: 'things', indexes: [{ key: { k: 1 }, name: 'k' }] });
  const begin = { find: 'things', filter: { k: { $gte: 0 } }, batchSize: 2 };
  const one = await run(begin);
  await run({ dropIndexes: 'things', index: 'k' });
  const more = (reply: Document) => run({ getMore: reply.cursor.id, collection: 'things', batchSize: 1000 });
  expect(await more(one)).toMatchObject({ code: 175, codeName: 'QueryPlanKilled' });
  const other = await run(begin);
  await run({ drop: 'things' });
  await run(fill);
  expect(await more(other)).toMatchObject({ code: 175 });
  engine.close();
});
