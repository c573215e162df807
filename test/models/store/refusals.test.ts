import type { Collection, Db, Document } from 'mongodb';
import { Binary, Decimal128 } from 'mongodb';
import { cleanUp, describeEmbedded, failure, openEmbedded } from './support.ts';

describeEmbedded('what the store does not vouch for', () => {
  let db: Db;
  let things: Collection<Document>;
  beforeAll(async () => {
    ({ db } = await openEmbedded());
    things = db.collection('things');
    await things.insertMany([{ n: 1, list: [1, 2], price: Decimal128.fromString('1.5') }, { n: 2 }]);
  });
  let nested: Collection<Document>;
  beforeAll(async () => {
    nested = db.collection('nested');
    await nested.insertOne({ a: [{ b: [1, 2], c: 1 }, { b: 3 }], l: [[2, 9]] });
  });
  afterAll(cleanUp);

  const refused: [string, () => Promise<unknown>, RegExp][] = [
    ['a collation', () => things.find().collation({ locale: 'de' }).toArray(), /collation/],
    [
      'a comparison with Decimal128',
      () => things.findOne({ price: { $gt: Decimal128.fromString('1') } }),
      /Decimal128/,
    ],
    ['a comparison that meets a Decimal128', () => things.findOne({ price: { $gt: 1 } }), /Decimal128/],
    ['sorting Decimal128', () => things.find().sort({ price: 1 }).toArray(), /Decimal128/],
    ['$inc of a Decimal128', () => things.updateOne({ n: 1 }, { $inc: { price: 1 } }), /Decimal128/],
    ['an index on a Decimal128', () => things.createIndex({ price: 1 }), /Decimal128/],
    ['$where', () => things.findOne({ $where: 'true' }), /\$where/],
    ['$text', () => things.findOne({ $text: { $search: 'x' } }), /\$text/],
    ['$jsonSchema', () => things.findOne({ $jsonSchema: {} }), /\$jsonSchema/],
    ['geography', () => things.findOne({ at: { $near: [0, 0] } }), /\$near/],
    ['an unknown operator', () => things.findOne({ n: { $foo: 1 } } as never), /\$foo/],
    [
      'an operator that only PCRE has',
      () => things.findOne({ n: { $regex: '\\Aab' } }),
      /regular expression/,
    ],
    ['$slice in a projection', () => things.findOne({}, { projection: { list: { $slice: 1 } } }), /\$slice/],
    [
      'a positional projection',
      () => things.findOne({ list: 1 }, { projection: { 'list.$': 1 } }),
      /positional/,
    ],
    ['a positional update', () => things.updateOne({ list: 1 }, { $set: { 'list.$': 5 } }), /positional/],
    [
      'arrayFilters',
      () => things.updateOne({}, { $set: { n: 1 } }, { arrayFilters: [{ a: 1 }] }),
      /arrayFilters/,
    ],
    ['$rename', () => things.updateOne({}, { $rename: { n: 'm' } }), /\$rename/],
    ['$bit', () => things.updateOne({}, { $bit: { n: { and: 1 } } }), /\$bit/],
    ['an unknown expression', () => things.updateOne({}, [{ $set: { n: { $rand: {} } } }]), /\$rand/],
    ['a stage that updates do not have', () => things.updateOne({}, [{ $out: 'x' }] as never), /\$out/],
    ['an unknown stage', () => things.aggregate([{ $graphLookup: {} }]).toArray(), /\$graphLookup/],
    [
      '$lookup by a pipeline',
      () => things.aggregate([{ $lookup: { from: 'x', pipeline: [], as: 'y' } }]).toArray(),
      /\$lookup/,
    ],
    ['$out', () => things.aggregate([{ $out: 'elsewhere' }]).toArray(), /\$out/],
    ['a hashed index', () => things.createIndex({ n: 'hashed' }), /hashed/],
    ['a text index', () => things.createIndex({ n: 'text' }), /text/],
    ['a wildcard option', () => things.createIndex({ n: 1 }, { hidden: true }), /hidden/],
    ['a capped collection', () => db.createCollection('log', { capped: true, size: 1000 }), /capped/],
    ['a time series', () => db.createCollection('series', { timeseries: { timeField: 't' } }), /timeseries/],
    ['a view', () => db.createCollection('view', { viewOn: 'things', pipeline: [] }), /viewOn/],
    ['a validator', () => db.createCollection('strict', { validator: {} }), /validator/],
    ['statistics', () => db.stats(), /dbStats/],
    ['a command it has never heard of', () => db.command({ mapReduce: 'things' }), /mapReduce/],
    [
      'an unknown field of a command',
      () => db.command({ find: 'things', filter: {}, fancy: true }),
      /'fancy' of find/,
    ],
    [
      'an expression in let',
      () => things.find({ $expr: { $eq: ['$n', '$$x'] } }, { let: { x: { $add: [1, 1] } } }).toArray(),
      /let/,
    ],
    [
      'rounding to tens',
      () => things.aggregate([{ $set: { n: { $round: ['$n', -1] } } }]).toArray(),
      /\$round/,
    ],
    ['$unwind through an array', () => nested.aggregate([{ $unwind: '$a.b' }]).toArray(), /\$unwind/],
    [
      'a sort by two fields within arrays',
      () => nested.find().sort({ 'a.b': 1, 'a.c': 1 }).toArray(),
      /sort/,
    ],
    ['$elemMatch over arrays in arrays', () => nested.findOne({ l: { $elemMatch: { $gt: 1 } } }), /arrays/],
    ['an update of __proto__', () => things.updateOne({}, { $set: { ['__proto__']: 1 } }), /__proto__/],
    [
      'the old binary subtype',
      () => things.insertOne({ b: new Binary(Buffer.from([1, 2, 3]), 2) }),
      /binary subtype 2/,
    ],
    ['a tailable cursor', () => things.find({}, { tailable: true }).toArray(), /tailable/],
    ['snapshot reads', () => db.command({ find: 'things', readConcern: { level: 'snapshot' } }), /snapshot/],
    [
      'pre-images on a change stream',
      () => things.watch([], { fullDocumentBeforeChange: 'required' }).next(),
      /fullDocumentBeforeChange/,
    ],
  ];
  it.each(refused)('%s is refused with NotImplemented, by name', async (_name, attempt, named) => {
    const error = await failure(attempt());
    expect(error).toMatchObject({ code: 238, codeName: 'NotImplemented' });
    expect(error.message).toMatch(named);
  });

  it('refuses transactions outright rather than doing half of one', async () => {
    const session = db.client.startSession();
    session.startTransaction();
    const error = await failure(things.insertOne({ half: true }, { session }));
    expect(error).toMatchObject({ code: 263 });
    expect(error.message).toMatch(/no multi-document transactions/);
    await session.abortTransaction().catch(() => {});
    await session.endSession();
    expect(await things.countDocuments({ half: true })).toBe(0);
  });

  it('refuses also where the collection is empty or is not there', async () => {
    expect(await failure(db.collection('nowhere').findOne({ n: { $foo: 1 } } as never))).toMatchObject({
      code: 238,
    });
    expect(await failure(db.collection('nowhere').updateOne({}, { $bit: { n: { or: 1 } } }))).toMatchObject({
      code: 238,
    });
    expect(
      await failure(
        db
          .collection('nowhere')
          .aggregate([{ $match: { $where: '1' } }])
          .toArray(),
      ),
    ).toMatchObject({ code: 238 });
  });
});
