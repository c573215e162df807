import { encode } from '../../../models/store/embedded/bson/encode.ts';
import { CommandError } from '../../../models/store/embedded/errors.ts';
import { cleanUp, inProcess, openEmbedded } from './support.ts';

afterAll(cleanUp);

const megabyte = 'x'.repeat(1_000_000);

describe('an answer that is too large', () => {
  const { engine, run } = inProcess();
  beforeAll(async () => {
    for (let _id = 0; _id < 20; _id++)
      await run({ insert: 'large', documents: [{ _id, text: _id + megabyte }] });
  });
  afterAll(() => engine.close());

  it.each([17, 18, 20])('is an error and not a text cut short: %d MB in one result', async (count) => {
    const pipeline = [{ $limit: count }, { $group: { _id: null, all: { $push: '$text' } } }];
    expect(await run({ aggregate: 'large', pipeline, cursor: {} })).toMatchObject({ ok: 0, code: 10334 });
  });

  it('is an error of the one command, and of a write that did nothing', async () => {
    expect(await run({ distinct: 'large', key: 'text' })).toMatchObject({ ok: 0, code: 10334 });
    expect(await run({ find: 'large', filter: {}, singleBatch: true, batchSize: 3 })).toMatchObject({
      ok: 1,
    });
  });

  it('quotes no more than fits of a key that is taken and of a name that is unknown', async () => {
    const _id = 'k'.repeat(9_000_000);
    await run({ insert: 'keys', documents: [{ _id }] });
    const { writeErrors } = await run({ insert: 'keys', documents: [{ _id }] });
    expect(writeErrors).toMatchObject([{ code: 11000, keyPattern: { _id: 1 } }]);
    expect(writeErrors[0]).not.toHaveProperty('keyValue');
    expect(writeErrors[0].errmsg.length).toBeLessThan(5_000);
    expect((await run({ find: 'keys', filter: { [`$${_id}`]: 1 } })).errmsg.length).toBeLessThan(5_000);
  });

  it('lists every one of very many errors, the later ones by number', async () => {
    const documents = Array.from({ length: 20_000 }, (_, at) => ({
      _id: `a-quite-ordinary-identifier-${at}`,
    }));
    await run({ insert: 'many', documents });
    const { n, writeErrors } = await run({ insert: 'many', documents, ordered: false });
    expect([n, writeErrors.length]).toEqual([0, 20_000]);
    expect(writeErrors[0]).toMatchObject({ index: 0, code: 11000, keyValue: { _id: documents[0]?._id } });
    expect(writeErrors[19_999]).toEqual({ index: 19_999, code: 11000, errmsg: '' });
  });
});

it('nothing is written that the writer’s buffer cut off', () => {
  for (let bytes = 17 * 1024 * 1024 - 40; bytes < 17 * 1024 * 1024 + 10; bytes += 7)
    expect(() => encode({ text: 'é'.repeat(bytes / 2) })).toThrow(CommandError);
});

it('a client that asks for too much does not end the store of the others', async () => {
  const { db, joined } = await openEmbedded();
  const things = db.collection<{ _id: number; text: string }>('things');
  const pid = joined.pid();
  for (let _id = 0; _id < 18; _id++) await things.insertOne({ _id, text: _id + megabyte });
  await expect(things.distinct('text')).rejects.toMatchObject({ code: 10334 });
  expect(await things.countDocuments()).toBe(18);
  expect(joined.pid()).toBe(pid);
});
