import { type Collection, Double, Int32, Long } from 'mongodb';
import { cleanUp, failure, openContract } from './support.ts';

type Any = { _id: number; [field: string]: unknown };
let things: Collection<Any>;

beforeAll(async () => {
  things = (await openContract()).db.collection<Any>('pipelines');
});
afterAll(cleanUp);
beforeEach(() => things.deleteMany({}));

/** What a pipeline makes of a document, without its id. */
async function made(document: object, ...pipeline: object[]) {
  await things.insertOne({ _id: 1, ...document });
  const result = await things.findOneAndUpdate({ _id: 1 }, pipeline as never, { returnDocument: 'after' });
  const { _id, ...rest } = result as Any;
  return rest;
}
/** The value of one expression; undefined where it gives none. */
const value = async (expression: unknown, document: object = {}) =>
  (await made(document, { $set: { result: expression } })).result;

describe('an update by a pipeline', () => {
  it('commits a turn: numbers its entries and moves what was handled on, of the document as it was', async () => {
    const conversation = {
      seq: 2,
      shown: 1,
      handled: 1,
      epoch: 3,
      secret: false,
      tail: [{ seq: 1 }, { seq: 2 }],
    };
    const entries = [
      { text: '$5 is due', from: 'bot' },
      { text: 'Anything else?', from: 'bot' },
    ];
    const result = await made(conversation, {
      $set: {
        seq: { $add: ['$seq', entries.length] },
        shown: { $add: ['$shown', 2] },
        handled: '$seq',
        tail: {
          $concatArrays: [
            { $filter: { input: '$tail', as: 'entry', cond: { $gt: ['$$entry.seq', 1] } } },
            entries.map((entry, at) => ({
              $mergeObjects: [
                { $literal: entry },
                { seq: { $add: ['$seq', at + 1] }, shown: { $add: ['$shown', at + 1] } },
              ],
            })),
          ],
        },
      },
    });
    expect(result).toEqual({
      seq: 4,
      shown: 3,
      handled: 2,
      epoch: 3,
      secret: false,
      tail: [
        { seq: 2 },
        { text: '$5 is due', from: 'bot', seq: 3, shown: 2 },
        { text: 'Anything else?', from: 'bot', seq: 4, shown: 3 },
      ],
    });
    expect(Object.keys(result)).toEqual(['seq', 'shown', 'handled', 'epoch', 'secret', 'tail']);
  });

  it('changes nothing where the condition does not hold', async () => {
    await things.insertOne({ _id: 1, epoch: 1 });
    expect(await things.findOneAndUpdate({ _id: 1, epoch: 2 }, [{ $set: { epoch: 9 } }])).toBeNull();
    expect(await things.findOne()).toEqual({ _id: 1, epoch: 1 });
  });

  it('tells a later stage what an earlier one set, and all of one stage what was before', async () => {
    expect(
      await made(
        { a: 1, b: 2 },
        { $set: { a: '$b', b: '$a' } },
        { $set: { c: { $subtract: ['$a', '$b'] } } },
        { $unset: ['b', 'x.y'] },
      ),
    ).toEqual({ a: 2, c: 1 });
  });

  it('sets within documents and arrays, and leaves the rest of them', async () => {
    expect(
      await made(
        { a: { x: 1 }, list: [{ n: 1 }, { n: 2 }] },
        { $set: { a: { y: 2 }, 'a.z': 3, 'list.seen': true } },
      ),
    ).toEqual({
      a: { x: 1, y: 2, z: 3 },
      list: [
        { n: 1, seen: true },
        { n: 2, seen: true },
      ],
    });
    await things.deleteMany({});
    expect(await made({ a: { x: 1, y: 2 } }, { $unset: 'a.x' })).toEqual({ a: { y: 2 } });
  });

  it('replaces the document but never its id', async () => {
    expect(
      await made({ a: 1, inner: { b: 2 } }, { $replaceWith: { $mergeObjects: ['$inner', { c: '$a' }] } }),
    ).toEqual({ b: 2, c: 1 });
    expect(await failure(things.updateOne({ _id: 1 }, [{ $set: { _id: 5 } }]))).toMatchObject({ code: 66 });
  });

  it('upserts from the filter', async () => {
    const upserted = await things.findOneAndUpdate(
      { _id: 7, kind: 'k' },
      [{ $set: { n: { $add: [{ $ifNull: ['$n', 10] }, 1] } } }],
      { upsert: true, returnDocument: 'after' },
    );
    expect(upserted).toEqual({ _id: 7, kind: 'k', n: 11 });
  });

  it('has one instant for $$NOW in the whole command', async () => {
    const { a, b, due } = (await made(
      {},
      { $set: { a: '$$NOW', due: { $add: ['$$NOW', 2000] } } },
      { $set: { b: '$$NOW' } },
    )) as Record<string, Date>;
    expect(a).toEqual(b);
    expect((due as Date).getTime() - (a as Date).getTime()).toBe(2000);
    expect(Math.abs((a as Date).getTime() - Date.now())).toBeLessThan(60_000);
  });
});

describe('expressions', () => {
  const at = new Date('2026-01-31T00:00:00Z');
  const cases: [string, unknown, object, unknown][] = [
    ['a literal dollar is text', { $literal: '$a' }, { a: 1 }, '$a'],
    [
      'a literal document keeps its operators as fields',
      { $literal: { $add: [1, 2] } },
      {},
      { $add: [1, 2] },
    ],
    ['a missing field is not null', { $eq: ['$a', null] }, {}, false],
    ['null is null', { $eq: ['$a', null] }, { a: null }, true],
    ['missing comes before all', { $lt: ['$a', null] }, {}, true],
    ['int and double are equal', { $eq: [1, new Double(1)] }, {}, true],
    ['types have an order', { $lt: [5, 'a'] }, {}, true],
    ['$ifNull takes the first that is there', { $ifNull: ['$a', '$b', 3] }, { b: null }, 3],
    ['$cond by arguments', { $cond: ['$a', 'yes', 'no'] }, { a: 0 }, 'no'],
    [
      '$cond by names', // biome-ignore lint/suspicious/noThenProperty: MongoDB's own name
      { $cond: { if: { $gte: ['$a', 2] }, then: 'yes', else: 'no' } },
      { a: 2 },
      'yes',
    ],
    ['an empty text is true', { $cond: ['', 1, 2] }, {}, 1],
    [
      '$switch',
      // biome-ignore lint/suspicious/noThenProperty: MongoDB's own name
      { $switch: { branches: [{ case: { $eq: ['$a', 1] }, then: 'one' }], default: 'other' } },
      { a: 2 },
      'other',
    ],
    ['$and, $or, $not', { $and: [true, { $or: [false, 1] }, { $not: [null] }] }, {}, true],
    ['$in', { $in: ['$a', [1, 2]] }, { a: 2 }, true],
    ['$size', { $size: '$a' }, { a: [1, 2] }, 2],
    ['$concatArrays of nothing is null', { $concatArrays: ['$a', [1]] }, {}, null],
    ['$slice from the end', { $slice: ['$a', -2] }, { a: [1, 2, 3] }, [2, 3]],
    ['$slice from a place', { $slice: ['$a', 1, 1] }, { a: [1, 2, 3] }, [2]],
    [
      '$filter with a limit',
      { $filter: { input: '$a', cond: { $gt: ['$$this', 1] }, limit: 1 } },
      { a: [1, 2, 3] },
      [2],
    ],
    [
      '$map gives null for what is missing',
      { $map: { input: '$a', as: 'one', in: '$$one.n' } },
      { a: [{ n: 1 }, {}] },
      [1, null],
    ],
    ['a path through an array leaves out what is missing', '$a.n', { a: [{ n: 1 }, {}, { n: 3 }] }, [1, 3]],
    [
      '$reduce',
      { $reduce: { input: '$a', initialValue: 0, in: { $add: ['$$value', '$$this'] } } },
      { a: [1, 2, 3] },
      6,
    ],
    ['$let', { $let: { vars: { low: { $add: ['$a', 1] } }, in: { $multiply: ['$$low', 2] } } }, { a: 1 }, 4],
    ['$arrayElemAt from the end', { $arrayElemAt: ['$a', -1] }, { a: [1, 2] }, 2],
    ['$arrayElemAt beyond the end is missing', { $arrayElemAt: ['$a', 5] }, { a: [1] }, undefined],
    ['$first and $last', [{ $first: '$a' }, { $last: '$a' }], { a: [1, 2, 3] }, [1, 3]],
    ['$max and $min of an array', [{ $max: '$a' }, { $min: '$a' }], { a: [2, 3, 1] }, [3, 1]],
    [
      '$max and $min pass over what is missing',
      [{ $max: ['$x', 2, null] }, { $min: ['$x', 2, 5] }],
      {},
      [2, 2],
    ],
    [
      '$mergeObjects passes over null and keeps the order',
      { $mergeObjects: ['$a', null, { b: 5 }] },
      { a: { b: 1, c: 2 } },
      { b: 5, c: 2 },
    ],
    ['a document leaves out what is missing', { x: '$gone', y: '$a' }, { a: 1 }, { y: 1 }],
    ['$$REMOVE removes', '$$REMOVE', {}, undefined],
    [
      '$$REMOVE in a document of $mergeObjects removes nothing',
      { $mergeObjects: ['$a', { b: '$$REMOVE' }] },
      { a: { b: 1 } },
      { b: 1 },
    ],
    [
      '$setField removes by $$REMOVE',
      { $setField: { field: 'b', input: '$a', value: '$$REMOVE' } },
      { a: { b: 1, c: 2 } },
      { c: 2 },
    ],
    [
      '$setField takes a name with a dollar',
      { $setField: { field: { $literal: '$b' }, input: '$a', value: 5 } },
      { a: {} },
      { $b: 5 },
    ],
    ['$getField', { $getField: { field: 'b', input: '$a' } }, { a: { b: 1 } }, 1],
    [
      '$toString of a number and a date',
      [{ $toString: 5 }, { $toString: '$at' }],
      { at },
      ['5', '2026-01-31T00:00:00.000Z'],
    ],
    ['$concat', { $concat: ['a', '$b'] }, { b: 'c' }, 'ac'],
    ['a date and milliseconds', { $add: ['$at', 1500] }, { at }, new Date(at.getTime() + 1500)],
    [
      'a month after the 31st is the last day',
      { $dateAdd: { startDate: '$at', unit: 'month', amount: 1 } },
      { at },
      new Date('2026-02-28T00:00:00Z'),
    ],
    [
      'days back',
      { $dateSubtract: { startDate: '$at', unit: 'day', amount: 2 } },
      { at },
      new Date('2026-01-29T00:00:00Z'),
    ],
    ['adding to what is missing is null', { $add: ['$a', 1] }, {}, null],
  ];
  it.each(cases)('%s', async (_name, expression, document, expected) => {
    expect(await value(expression, document)).toEqual(expected);
  });

  it('keep the types of numbers', async () => {
    await things.insertOne({
      _id: 1,
      int: 1,
      long: Long.fromNumber(1),
      double: new Double(1),
      most: 2147483647,
      when: new Date(5),
    } as never);
    await things.updateOne({ _id: 1 }, [
      {
        $set: {
          a: { $add: ['$int', 1] },
          b: { $add: ['$int', '$long'] },
          c: { $add: ['$int', '$double'] },
          d: { $add: ['$most', 1] },
          e: { $divide: [4, 2] },
          f: { $subtract: ['$when', new Date(0)] },
        },
      },
    ]);
    const found = await things.findOne({ _id: 1 }, { promoteValues: false });
    expect(found).toMatchObject({
      a: new Int32(2),
      b: Long.fromNumber(2),
      c: new Double(2),
      d: Long.fromNumber(2147483648),
      e: new Double(2),
      f: Long.fromNumber(5),
    });
  });
});
