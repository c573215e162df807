import { Binary, type Collection, type Db, Double, GridFSBucket, Int32, Long, ObjectId } from 'mongodb';
import { cleanUp, failure, openContract } from './support.ts';

type Any = { _id: number; [field: string]: unknown };
let db: Db;
let things: Collection<Any>;
let number = 0;

beforeAll(async () => {
  ({ db } = await openContract());
});
afterAll(cleanUp);
beforeEach(() => {
  things = db.collection<Any>(`things${++number}`);
});

describe('writing', () => {
  it('inserts one and many, makes ids where there are none, and refuses an id twice', async () => {
    const { insertedId } = await things.insertOne({ name: 'a' } as never);
    expect(insertedId).toBeInstanceOf(ObjectId);
    expect(await things.findOne({ _id: insertedId } as never)).toEqual({ _id: insertedId, name: 'a' });
    expect((await things.insertMany([{ _id: 1 }, { _id: 2 }])).insertedCount).toBe(2);
    const error = await failure(things.insertOne({ _id: 1 }));
    expect(error).toMatchObject({ code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 1 } });
  });

  it('stops an ordered insert at the first error and goes on with an unordered one', async () => {
    const ordered = await failure(things.insertMany([{ _id: 1 }, { _id: 1 }, { _id: 2 }]));
    expect(ordered).toMatchObject({ code: 11000, result: { insertedCount: 1 } });
    const unordered = await failure(
      things.insertMany([{ _id: 1 }, { _id: 3 }, { _id: 1 }, { _id: 4 }], { ordered: false }),
    );
    expect((unordered.writeErrors as { index: number }[]).map(({ index }) => index)).toEqual([0, 2]);
    expect((await things.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual([1, 3, 4]);
  });

  it('says what an update matched, changed and upserted', async () => {
    await things.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 1 },
    ]);
    expect(await things.updateOne({ n: 1 }, { $set: { n: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
    expect(await things.updateMany({}, { $inc: { n: 2 } } as never)).toMatchObject({
      matchedCount: 2,
      modifiedCount: 2,
    });
    expect(
      await things.updateOne(
        { _id: 9, kind: 'k', n: { $gt: 5 } },
        { $set: { a: 1 }, $setOnInsert: { b: 2 } },
        { upsert: true },
      ),
    ).toMatchObject({ upsertedCount: 1, upsertedId: 9 });
    expect(await things.findOne({ _id: 9 })).toEqual({ _id: 9, kind: 'k', a: 1, b: 2 });
    expect(await things.updateOne({ _id: 9 }, { $setOnInsert: { b: 3 } }, { upsert: true })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
  });

  it('replaces a whole document but never its id', async () => {
    await things.insertOne({ _id: 1, a: 1, b: 2 });
    expect(await things.replaceOne({ a: 1 }, { c: 3 } as never)).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    });
    expect(await things.findOne()).toEqual({ _id: 1, c: 3 });
    expect(await failure(things.replaceOne({ _id: 1 }, { _id: 2 } as never))).toMatchObject({ code: 66 });
    expect(await failure(things.updateOne({ _id: 1 }, { $set: { _id: 2 } }))).toMatchObject({ code: 66 });
  });

  it('deletes one or many', async () => {
    await things.insertMany([1, 2, 3, 4].map((_id) => ({ _id, even: _id % 2 === 0 })));
    expect((await things.deleteOne({ even: true })).deletedCount).toBe(1);
    expect((await things.deleteMany({ even: false })).deletedCount).toBe(2);
    expect(await things.countDocuments()).toBe(1);
    expect((await things.deleteMany({})).deletedCount).toBe(1);
  });

  it('finds and changes one document at once, before or after, by an order', async () => {
    await things.insertMany([
      { _id: 1, n: 3 },
      { _id: 2, n: 1 },
      { _id: 3, n: 2 },
    ]);
    expect(await things.findOneAndUpdate({}, { $set: { taken: true } }, { sort: { n: 1 } })).toEqual({
      _id: 2,
      n: 1,
    });
    expect(
      await things.findOneAndUpdate(
        { taken: { $exists: false } },
        { $set: { taken: true } },
        { sort: { n: 1 }, returnDocument: 'after', projection: { n: 1 } },
      ),
    ).toEqual({ _id: 3, n: 2 });
    expect(
      await things.findOneAndReplace({ _id: 1 }, { n: 9 } as never, { returnDocument: 'after' }),
    ).toEqual({ _id: 1, n: 9 });
    expect(await things.findOneAndDelete({ _id: 1 })).toEqual({ _id: 1, n: 9 });
    expect(await things.findOneAndUpdate({ _id: 1 }, { $set: { n: 1 } })).toBeNull();
    const raw = await things.findOneAndUpdate(
      { _id: 5 },
      { $set: { n: 1 } },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true },
    );
    expect(raw).toMatchObject({
      value: { _id: 5, n: 1 },
      lastErrorObject: { n: 1, updatedExisting: false, upserted: 5 },
    });
  });

  it('runs a mixed bulk write', async () => {
    const result = await things.bulkWrite([
      { insertOne: { document: { _id: 1, n: 1 } } },
      { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } as never } },
      { updateOne: { filter: { _id: 2 }, update: { $set: { n: 5 } }, upsert: true } },
      { replaceOne: { filter: { _id: 2 }, replacement: { n: 6 } as never } },
      { deleteOne: { filter: { _id: 1 } } },
    ]);
    expect(result).toMatchObject({ insertedCount: 1, modifiedCount: 2, upsertedCount: 1, deletedCount: 1 });
    expect(await things.find().toArray()).toEqual([{ _id: 2, n: 6 }]);
  });
});

describe('update operators', () => {
  const updated = async (document: object, update: object) => {
    await things.insertOne({ _id: 1, ...document });
    await things.updateOne({ _id: 1 }, update);
    const { _id, ...rest } = (await things.findOne()) as Any;
    return rest;
  };

  it.each([
    ['$set makes the way to a new field', { a: 1 }, { $set: { 'b.c': 2 } }, { a: 1, b: { c: 2 } }],
    ['$set reaches into an array by its place', { a: [1, 2] }, { $set: { 'a.1': 5 } }, { a: [1, 5] }],
    ['$set pads an array', { a: [1] }, { $set: { 'a.3': 5 } }, { a: [1, null, null, 5] }],
    [
      '$unset removes, and leaves a hole in an array',
      { a: { b: 1, c: 2 }, d: [1, 2] },
      { $unset: { 'a.b': '', 'd.0': '', x: '' } },
      { a: { c: 2 }, d: [null, 2] },
    ],
    ['$inc and $mul begin where nothing is', {}, { $inc: { a: 2 }, $mul: { b: 3 } }, { a: 2, b: 0 }],
    [
      '$min and $max keep the lesser and the greater',
      { a: 5, b: 5 },
      { $min: { a: 3, c: 1 }, $max: { b: 3 } },
      { a: 3, b: 5, c: 1 },
    ],
    [
      '$push takes each, a place, an order and a length',
      { a: [3] },
      { $push: { a: { $each: [1, 2], $sort: 1, $slice: -2 } } },
      { a: [2, 3] },
    ],
    [
      '$push inserts at a position',
      { a: [1, 4] },
      { $push: { a: { $each: [2, 3], $position: 1 } } },
      { a: [1, 2, 3, 4] },
    ],
    [
      '$push sorts by a field',
      { a: [{ n: 2 }] },
      { $push: { a: { $each: [{ n: 1 }, { n: 3 }], $sort: { n: -1 } } } },
      { a: [{ n: 3 }, { n: 2 }, { n: 1 }] },
    ],
    [
      '$addToSet adds what is not there',
      { a: [1, { b: 1 }] },
      { $addToSet: { a: { $each: [1, 2, { b: 1 }] } } },
      { a: [1, { b: 1 }, 2] },
    ],
    [
      '$pull removes by value and by condition',
      {
        a: [1, 5, 9],
        b: [
          { n: 1, m: 1 },
          { n: 2, m: 1 },
        ],
      },
      { $pull: { a: { $gte: 5 }, b: { n: 1 } } },
      { a: [1], b: [{ n: 2, m: 1 }] },
    ],
    ['$pullAll removes all of them', { a: [1, 2, 1, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
    ['$pop takes from an end', { a: [1, 2, 3], b: [1, 2] }, { $pop: { a: 1, b: -1 } }, { a: [1, 2], b: [2] }],
  ])('%s', async (_name, document, update, expected) => {
    expect(await updated(document, update)).toEqual(expected);
  });

  it('adds new fields in the order of their names, whatever the operators', async () => {
    expect(Object.keys(await updated({}, { $set: { z: 1, b: 1 }, $inc: { a: 1 } }))).toEqual(['a', 'b', 'z']);
  });

  it('says what is wrong by MongoDB’s numbers', async () => {
    await things.insertOne({ _id: 1, text: 'a', list: [], n: 1 });
    const code = async (update: object) => (await failure(things.updateOne({ _id: 1 }, update))).code;
    expect(await code({ $inc: { text: 1 } })).toBe(14);
    expect(await code({ $push: { n: 1 } })).toBe(2);
    expect(await code({ $set: { 'n.a': 1 } })).toBe(28);
    expect(await code({ $set: { a: 1 }, $inc: { a: 1 } })).toBe(40);
    expect(await code({ $set: { a: 1, 'a.b': 1 } })).toBe(40);
  });

  it('gives the current date', async () => {
    const { at } = await updated({}, { $currentDate: { at: true } });
    expect(Math.abs((at as Date).getTime() - Date.now())).toBeLessThan(60_000);
  });
});

describe('queries', () => {
  const found = async (filter: object, documents?: Any[]) => {
    if (documents) await things.insertMany(documents);
    return (
      await things
        .find(filter as never)
        .sort({ _id: 1 })
        .toArray()
    ).map(({ _id }) => _id);
  };
  const zoo: Any[] = [
    { _id: 1, a: 1, b: { c: 1 } },
    { _id: 2, a: [1, 2, 3], b: [{ c: 1 }, { c: 5 }] },
    { _id: 3, a: null },
    { _id: 4, a: 'x' },
    { _id: 5 },
    { _id: 6, a: Long.fromNumber(1), b: { c: null } },
    { _id: 7, a: new Double(2.5), b: [] },
  ];

  it('compare within a type, look into arrays, and tell null, missing and arrays as MongoDB does', async () => {
    expect(await found({ a: 1 }, zoo)).toEqual([1, 2, 6]);
    expect(await found({ a: { $gt: 1 } })).toEqual([2, 7]);
    expect(await found({ a: { $lt: 'z' } })).toEqual([4]);
    expect(await found({ a: null })).toEqual([3, 5]);
    expect(await found({ a: { $exists: false } })).toEqual([5]);
    expect(await found({ a: { $ne: 1 } })).toEqual([3, 4, 5, 7]);
    expect(await found({ a: { $in: [1, 'x', null] } })).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await found({ a: { $nin: [1, null] } })).toEqual([4, 7]);
    expect(await found({ a: [1, 2, 3] })).toEqual([2]);
    expect(await found({ a: { $size: 3 } })).toEqual([2]);
    expect(await found({ a: { $all: [1, 3] } })).toEqual([2]);
    expect(await found({ 'a.1': 2 })).toEqual([2]);
    expect(await found({ 'b.c': 5 })).toEqual([2]);
    expect(await found({ 'b.c': { $gt: 1, $lt: 5 } })).toEqual([2]); // by two different elements
    expect(await found({ b: { $elemMatch: { c: { $gt: 1, $lt: 5 } } } })).toEqual([]);
    expect(await found({ b: { c: 1 } })).toEqual([1, 2]);
    expect(await found({ 'b.c': null })).toEqual([3, 4, 5, 6]);
    expect(await found({ a: { $not: { $gt: 1 } } })).toEqual([1, 3, 4, 5, 6]);
  });

  it('know the types apart', async () => {
    expect(await found({ a: { $type: 'int' } }, [...zoo, { _id: 8, a: new ObjectId() }])).toEqual([1, 2]);
    expect(await found({ a: { $type: 'long' } })).toEqual([6]);
    expect(await found({ a: { $type: ['double', 'null'] } })).toEqual([3, 7]);
    expect(await found({ a: { $type: 'objectId' } })).toEqual([8]);
    expect(await found({ a: { $type: 'number' } })).toEqual([1, 2, 6, 7]);
    expect(await found({ a: { $type: 'array' } })).toEqual([2]);
  });

  it('want all of several values, wherever in an array they are', async () => {
    await things.insertMany([
      { _id: 101, items: [{ t: 'x' }, { t: 'y' }] },
      { _id: 102, items: [{ t: 'x' }] },
      { _id: 103, tags: ['x', 'yy', [1]] },
    ]);
    expect(await found({ 'items.t': { $all: ['x', 'y'] } })).toEqual([101]);
    expect(await found({ tags: { $all: ['x', /^y/, [1]] } })).toEqual([103]);
    expect(await found({ tags: { $all: [] } })).toEqual([]);
    expect(await found({ _id: { $gt: 100 }, tags: { $not: { $all: ['x'] } } })).toEqual([101, 102]);
  });

  it('join conditions and read patterns', async () => {
    expect(await found({ $or: [{ a: 'x' }, { $and: [{ a: 1 }, { 'b.c': 1 }] }] }, zoo)).toEqual([1, 2, 4]);
    expect(await found({ $nor: [{ a: 1 }, { a: null }] })).toEqual([4, 7]);
    expect(await found({ a: /^X/i })).toEqual([4]);
    expect(await found({ a: { $regex: '^x$' } })).toEqual([4]);
    expect(await found({ a: { $mod: [2, 1] } })).toEqual([1, 2, 6]);
    expect(await found({ $expr: { $gt: ['$_id', 5] } })).toEqual([6, 7]);
  });

  it('sort by BSON’s order, skip, limit and read in batches', async () => {
    const odd: Any[] = [
      { _id: 1, v: 'b' },
      { _id: 2, v: 2 },
      { _id: 3, v: null },
      { _id: 4, v: [9, 0] },
      { _id: 5, v: true },
      { _id: 6 },
      { _id: 7, v: { a: 1 } },
      { _id: 8, v: new Date(0) },
    ];
    await things.insertMany(odd);
    expect((await things.find().sort({ v: 1, _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual([
      3, 6, 4, 2, 1, 7, 5, 8,
    ]);
    expect((await things.find().sort({ v: -1, _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual([
      8, 5, 7, 1, 4, 2, 3, 6,
    ]);
    expect((await things.find().sort({ _id: 1 }).skip(2).limit(3).toArray()).map(({ _id }) => _id)).toEqual([
      3, 4, 5,
    ]);
    await things.insertMany(Array.from({ length: 500 }, (_, at) => ({ _id: 100 + at })));
    expect(
      await things
        .find({ _id: { $gte: 100 } } as never)
        .batchSize(7)
        .toArray(),
    ).toHaveLength(500);
  });

  it('show the fields asked for', async () => {
    await things.insertOne({ _id: 1, a: { b: 1, c: 2 }, d: [{ e: 1, f: 2 }, 5], g: 3 });
    const shown = (projection: object) => things.findOne({}, { projection });
    expect(await shown({ 'a.b': 1, 'd.e': 1 })).toEqual({ _id: 1, a: { b: 1 }, d: [{ e: 1 }] });
    expect(await shown({ _id: 0, g: 1 })).toEqual({ g: 3 });
    expect(await shown({ a: 0, 'd.e': 0 })).toEqual({ _id: 1, d: [{ f: 2 }, 5], g: 3 });
    expect(await shown({ sum: { $add: ['$g', 1] } })).toEqual({ _id: 1, sum: 4 });
  });

  it('give distinct values and counts', async () => {
    await things.insertMany([
      { _id: 1, a: [1, 2] },
      { _id: 2, a: 2 },
      { _id: 3, a: 'x' },
    ]);
    expect((await things.distinct('a')).sort()).toEqual([1, 2, 'x']);
    expect(await things.countDocuments({ a: 2 })).toBe(2);
    expect(await things.estimatedDocumentCount()).toBe(3);
  });
});

describe('values', () => {
  it('come back as they were written, int, double and long apart', async () => {
    const document = {
      _id: 1,
      int: new Int32(5),
      double: new Double(5),
      long: Long.fromString('9007199254740993'),
      small: Long.fromNumber(5),
      date: new Date(5),
      id: new ObjectId(),
      bytes: new Binary(Buffer.from([1, 2, 3]), 0),
      text: 'ünïcödé 💧',
      nested: { list: [1, 'a', null, { b: true }] },
    };
    await things.insertOne(document as never);
    await things.updateOne({ _id: 1 }, { $set: { touched: true } }); // read and written once by the store
    const found = await things.findOne({ _id: 1 }, { promoteValues: false });
    expect(found).toMatchObject({
      int: document.int,
      double: document.double,
      long: document.long,
      small: document.small,
    });
    expect(await things.findOne({ _id: 1 })).toMatchObject({
      date: document.date,
      id: document.id,
      text: document.text,
      nested: document.nested,
    });
    expect(await things.countDocuments({ long: { $type: 'long' }, double: { $type: 'double' } })).toBe(1);
  });

  it('keep their type in arithmetic', async () => {
    await things.insertOne({
      _id: 1,
      int: 2147483647,
      double: new Double(1),
      long: Long.fromNumber(1),
    } as never);
    await things.updateOne({ _id: 1 }, { $inc: { int: 1, double: 1, long: 1 } } as never);
    const typed = { int: { $type: 'long' }, double: { $type: 'double' }, long: { $type: 'long' } };
    expect(await things.countDocuments(typed as never)).toBe(1);
  });

  it('may weigh 16 MB and no more', async () => {
    const text = 'x'.repeat(16 * 1024 * 1024 - 100);
    await things.insertOne({ _id: 1, text });
    await things.insertOne({ _id: 2, text });
    const error = await failure(things.updateOne({ _id: 1 }, { $set: { more: 'y'.repeat(1000) } }));
    expect([10334, 17419]).toContain(error.code); // MongoDB says it by another number in an update
    expect(await things.countDocuments({ more: { $exists: true } })).toBe(0);
    expect((await things.find().toArray()).map((found) => found.text === text)).toEqual([true, true]);
    expect((await things.findOne({ _id: 2 }))?.text === text).toBe(true);
  });
});

describe('indexes', () => {
  it('keep what is unique apart: compound, sparse, partial and on arrays', async () => {
    await things.createIndexes([
      { key: { a: 1, b: -1 }, unique: true, name: 'ab', sparse: true },
      { key: { key: 1 }, unique: true, partialFilterExpression: { key: { $type: 'string' } } },
      { key: { tags: 1 }, unique: true, sparse: true },
    ]);
    await things.insertMany([
      { _id: 1 },
      { _id: 2 },
      { _id: 3, key: null },
      { _id: 4, key: null },
      { _id: 5, a: 1 },
      { _id: 6, tags: ['x', 'y', 'x'] },
    ]);
    expect(await failure(things.insertOne({ _id: 7, a: 1 }))).toMatchObject({
      code: 11000,
      keyPattern: { a: 1, b: -1 },
    });
    await things.insertOne({ _id: 8, key: 'k' });
    expect(await failure(things.insertOne({ _id: 9, key: 'k' }))).toMatchObject({
      code: 11000,
      keyValue: { key: 'k' },
    });
    expect(await failure(things.updateOne({ _id: 8 }, { $set: { tags: ['z', 'y'] } }))).toMatchObject({
      code: 11000,
    });
    expect(await things.findOne({ tags: 'z' })).toBeNull();
  });

  it('are used where they cover a query, and refused where that could not be told', async () => {
    const partial = (name: string, partialFilterExpression: object) =>
      things.createIndex({ b: 1, n: 1 }, { name, partialFilterExpression });
    for (const unknown of [{ a: { $not: { $gt: 5 } } }, { a: /x/ }, { a: { $elemMatch: { b: 1 } } }])
      expect(await failure(partial('x', unknown))).toMatchObject({ code: 67 });
    await partial('x', { n: { $type: 'double' } });
    await partial('y', { n: { $type: 'number' } });
    const n = [1, new Double(1), Long.fromNumber(1), 2.5, 'a', null];
    await things.insertMany(n.map((value, _id) => ({ _id, b: 1, n: value })));
    const ids = async (filter: object) =>
      (await things.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(await ids({ b: 1, n: { $gte: 1 } })).toEqual([0, 1, 2, 3]);
    expect(await ids({ b: 1, n: { $in: [new Double(1), 2.5] } })).toEqual([0, 1, 2, 3]);
    expect(await ids({ b: 1, n: new Double(1) })).toEqual([0, 1, 2]);
    expect(await ids({ b: 1, n: { $gt: '' } })).toEqual([4]);
  });

  it('let one of twenty racing writers win', async () => {
    await things.createIndex({ name: 1 }, { unique: true });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, _id) => things.insertOne({ _id, name: 'same' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are listed, dropped, and refused when they contradict', async () => {
    await things.createIndex({ a: 1 }, { name: 'one' });
    await things.createIndex({ a: 1 }, { name: 'one' });
    expect((await things.indexes()).map(({ name }) => name)).toEqual(['_id_', 'one']);
    expect(await failure(things.createIndex({ a: 1 }, { name: 'one', unique: true }))).toMatchObject({
      code: 86,
    });
    await things.dropIndex('one');
    expect(await things.indexes()).toHaveLength(1);
    await things.insertMany([
      { _id: 1, d: 1 },
      { _id: 2, d: 1 },
    ]);
    expect(await failure(things.createIndex({ d: 1 }, { unique: true }))).toMatchObject({ code: 11000 });
    expect(await things.indexes()).toHaveLength(1);
  });

  it('change no answer: every query finds the same with them and without', async () => {
    const values = [1, 2, 3, 'a', 'b', null, [1, 2], [], { c: 1 }, true, new Date(3), 2.5];
    const documents = values
      .flatMap((a, at) => values.map((b, inner): Any => ({ _id: at * 100 + inner, a, b })))
      .filter(({ a, b }) => !(Array.isArray(a) && Array.isArray(b))); // no index takes two arrays
    await things.insertMany([...documents, { _id: -1 }, { _id: -2, a: 1 }]);
    const filters = [
      { a: 1, b: 2 },
      { a: { $in: [1, 'a', null] } },
      { a: { $gte: 1, $lt: 3 } },
      { a: 'a', b: { $gt: 1 } },
      { a: null },
      { a: { $exists: true }, b: { $lte: 2 } },
      { a: { c: 1 } },
      { a: [1, 2] },
      { 'a.c': 1 },
      { a: { $gt: 1, $lt: 2 } },
      { a: { $in: [1, 2] }, b: { $in: ['a', 1] } },
      { a: { $ne: 1 } },
      { a: true },
      { a: { $gte: new Date(0) } },
    ];
    const sorts = [
      { a: 1, b: 1, _id: 1 },
      { a: -1, b: 1, _id: 1 },
      { b: -1, _id: 1 },
    ];
    const answers = () =>
      Promise.all(
        filters.flatMap((filter) =>
          sorts.map((sort) =>
            things
              .find(filter as never)
              .sort(sort as never)
              .map(({ _id }) => _id)
              .toArray(),
          ),
        ),
      );
    const plain = await answers();
    await things.createIndex({ a: 1, b: 1 });
    await things.createIndex({ b: -1, a: 1 });
    await things.createIndex({ a: -1 }, { sparse: true });
    expect(await answers()).toEqual(plain);
    expect(plain.flat().length).toBeGreaterThan(500);
  });
});

describe('aggregation', () => {
  it('matches, groups, unwinds, joins and projects', async () => {
    await things.insertMany([
      { _id: 1, kind: 'a', n: 1, tags: ['x', 'y'] },
      { _id: 2, kind: 'b', n: 2, tags: [] },
      { _id: 3, kind: 'a', n: 3, tags: ['x'] },
    ]);
    const run = (...pipeline: object[]) => things.aggregate(pipeline as never).toArray();
    expect(
      await run(
        { $match: { n: { $gt: 0 } } },
        {
          $group: {
            _id: '$kind',
            sum: { $sum: '$n' },
            avg: { $avg: '$n' },
            ids: { $push: '$_id' },
            count: { $sum: 1 },
          },
        },
        { $sort: { _id: 1 } },
      ),
    ).toEqual([
      { _id: 'a', sum: 4, avg: 2, ids: [1, 3], count: 2 },
      { _id: 'b', sum: 2, avg: 2, ids: [2], count: 1 },
    ]);
    expect(await run({ $unwind: '$tags' }, { $sortByCount: '$tags' })).toEqual([
      { _id: 'x', count: 2 },
      { _id: 'y', count: 1 },
    ]);
    expect(
      await run(
        { $sort: { n: -1 } },
        { $skip: 1 },
        { $limit: 1 },
        { $project: { m: { $multiply: ['$n', 2] } } },
      ),
    ).toEqual([{ _id: 2, m: 4 }]);
    expect(
      await run(
        { $match: { _id: 1 } },
        { $lookup: { from: things.collectionName, localField: 'kind', foreignField: 'kind', as: 'same' } },
        { $set: { same: { $size: '$same' } } },
        { $unset: ['tags', 'n'] },
      ),
    ).toEqual([{ _id: 1, kind: 'a', same: 2 }]);
    expect(await run({ $match: { kind: 'a' } }, { $count: 'many' })).toEqual([{ many: 2 }]);
  });
});

describe('files', () => {
  it('go to GridFS and come back', async () => {
    const bucket = new GridFSBucket(db, { chunkSizeBytes: 1000 });
    const bytes = Buffer.from(Array.from({ length: 4500 }, (_, at) => at % 251));
    const upload = bucket.openUploadStream('meter.png', { metadata: { kind: 'photo' } });
    await new Promise((resolve, reject) => upload.on('finish', resolve).on('error', reject).end(bytes));
    expect(await bucket.find({ 'metadata.kind': 'photo' }).toArray()).toMatchObject([
      { length: 4500, filename: 'meter.png' },
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of bucket.openDownloadStream(upload.id)) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    await bucket.delete(upload.id);
    expect(await db.collection('fs.chunks').countDocuments()).toBe(0);
  });
});

describe('what is wrong', () => {
  it('in a query is said by MongoDB’s numbers, and a pattern is told from a value', async () => {
    await things.insertMany([
      { _id: 1, a: 'abc' },
      { _id: 2, a: /b/ },
    ]);
    expect(await things.find({ a: { $eq: /b/ } }).toArray()).toMatchObject([{ _id: 2 }]);
    expect(await things.countDocuments({ a: /b/ })).toBe(2);
    expect(await things.countDocuments({ a: { $in: [/b/] } })).toBe(2);
    for (const wrong of [{ $ne: /b/ }, { $options: 'i' }, { $in: [{ $gt: 1 }] }])
      expect(await failure(things.findOne({ a: wrong } as never))).toMatchObject({ code: 2 });
  });

  it('in an upsert is said: two values for a field, another id than the filter’s', async () => {
    const upsert = { upsert: true };
    const $set = { z: 1 };
    const twice = [{ $and: [{ a: 1 }, { a: 2 }] }, { a: { $all: [1, 2] } }];
    for (const filter of twice)
      expect(await failure(things.updateOne(filter as never, { $set }, upsert))).toMatchObject({ code: 54 });
    expect(await failure(things.updateOne({ _id: 7 }, [{ $set: { _id: 8 } }], upsert))).toMatchObject({
      code: 66,
    });
    expect(await failure(things.replaceOne({ _id: 7 }, { _id: 8 }, upsert))).toMatchObject({ code: 66 });
    await things.updateOne({ _id: 9, a: { $all: [5] } }, { $set }, upsert);
    expect(await things.findOne()).toEqual({ _id: 9, a: 5, z: 1 });
  });

  it('in an expression is said', async () => {
    await things.insertOne({ _id: 1, n: 5, s: 'abc', big: Long.fromString('9007199254740993') });
    const made = async (r: object) =>
      (await things.aggregate([{ $project: { _id: 0, r } }], { useBigInt64: true }).toArray())[0]?.r;
    expect(await made({ $toLong: '$big' })).toBe(9007199254740993n);
    expect(await made({ $toLong: { $literal: '-9007199254740993' } })).toBe(-9007199254740993n);
    const wrong: [object, number][] = [
      [{ $toLong: 1e30 }, 241],
      [{ $toInt: '5.5' }, 241],
      [{ $toInt: '1e2' }, 241],
      [{ $objectToArray: '$s' }, 40390],
    ];
    for (const [expression, code] of wrong) expect(await failure(made(expression))).toMatchObject({ code });
    const group = (field: object) => things.aggregate([{ $group: { _id: null, field } }]).toArray();
    expect(await failure(group({ $sum: 1, $max: '$n' }))).toMatchObject({ code: 40238 });
    expect(await failure(group({ $sum: ['$n', '$n'] }))).toMatchObject({ code: 40237 });
    expect(await failure(things.updateOne({}, [{ $set: { q: 1, 'q.b': 2 } }]))).toHaveProperty('code');
  });
});
