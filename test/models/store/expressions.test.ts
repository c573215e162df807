import fc from 'fast-check';
import * as mingo from 'mingo';
import type { Document, Value } from '../../../models/store/embedded/bson/values.ts';
import { compileExpression } from '../../../models/store/embedded/expression/compile.ts';
import { compileFilter } from '../../../models/store/embedded/query/filter.ts';

const now = new Date(0);

/** Documents and expressions of the plain values on which mingo can be a second opinion. */
const small = fc.integer({ min: -3, max: 3 });
const word = fc.constantFrom('a', 'b', 'c');
const document = fc.record({
  n: small,
  m: small,
  s: word,
  list: fc.array(small, { maxLength: 4 }),
  items: fc.array(fc.record({ n: small }), { maxLength: 3 }),
});

const { number, boolean, list } = fc.letrec<{ number: Value; boolean: Value; list: Value }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    small,
    fc.constantFrom('$n', '$m', '$$ROOT.n'),
    fc.record({
      $size: tie('list').filter((one) => !Array.isArray(one)),
    }) /* mingo counts the brackets of [list] */,
    fc.record({ $add: fc.array(tie('number'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ $subtract: fc.tuple(tie('number'), tie('number')) }),
    fc.record({ $max: fc.array(tie('number'), { minLength: 2, maxLength: 3 }) }),
    fc.record({ $min: fc.array(tie('number'), { minLength: 2, maxLength: 3 }) }),
    fc.record({ $cond: fc.tuple(tie('boolean'), tie('number'), tie('number')) }),
    fc.record({ $ifNull: fc.tuple(fc.constantFrom('$n', '$gone'), tie('number')) }),
    fc.record({
      $reduce: fc.record({
        input: tie('list'),
        initialValue: small,
        in: fc.constant({ $add: ['$$value', '$$this'] }),
      }),
    }),
    fc.record({
      $let: fc.record({ vars: fc.record({ x: tie('number') }), in: fc.constant({ $multiply: ['$$x', 2] }) }),
    }),
  ),
  boolean: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.boolean(),
    ...['$eq', '$ne', '$gt', '$gte', '$lt', '$lte'].map((name) =>
      fc.record({ [name]: fc.tuple(tie('number'), tie('number')) }),
    ),
    fc.record({ $and: fc.array(tie('boolean'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ $or: fc.array(tie('boolean'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ $not: fc.tuple(tie('boolean')) }),
    fc.record({ $in: fc.tuple(tie('number'), tie('list')) }),
  ),
  list: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('$list', '$items.n'),
    fc.array(small, { maxLength: 3 }),
    fc.record({ $concatArrays: fc.array(tie('list'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ $slice: fc.tuple(tie('list'), fc.constantFrom(-2, -1, 1, 2)) }),
    fc.record({
      $filter: fc.record({
        input: tie('list'),
        as: fc.constant('one'),
        cond: fc.constant({ $gt: ['$$one', 0] }),
      }),
    }),
    fc.record({
      $map: fc.record({
        input: tie('list'),
        as: fc.constant('one'),
        in: fc.constant({ $add: ['$$one', '$n'] }),
      }),
    }),
  ),
}));

it('evaluates expressions as mingo does, where mingo knows the values', () => {
  fc.assert(
    fc.property(document, fc.oneof(number, boolean, list), (doc, expression) => {
      const ours = compileExpression(expression as Value)({ root: doc as Document, now, vars: {} });
      const [theirs] = mingo.aggregate(
        [structuredClone(doc)],
        [{ $project: { _id: 0, result: { $ifNull: [expression, null] } } }],
      );
      expect({ result: ours }).toEqual(theirs);
    }),
    { numRuns: 2000 },
  );
});

const condition = fc.oneof(
  small,
  ...['$eq', '$ne', '$gt', '$gte', '$lt', '$lte'].map((name) => fc.record({ [name]: small })),
  fc.record({ $in: fc.array(small, { maxLength: 3 }) }),
  fc.record({ $nin: fc.array(small, { maxLength: 3 }) }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $not: fc.record({ $gt: small }) }),
);
const { filter } = fc.letrec<{ filter: Document }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.dictionary(fc.constantFrom('n', 'm', 'list', 'items.n', 'gone'), condition, {
      minKeys: 1,
      maxKeys: 3,
      noNullPrototype: true,
    }),
    fc.record({ $or: fc.array(tie('filter'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ $and: fc.array(tie('filter'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ $nor: fc.array(tie('filter'), { minLength: 1, maxLength: 2 }) }),
  ),
}));

it('finds what mingo finds, where mingo knows the values', () => {
  fc.assert(
    fc.property(document, filter, (doc, query) => {
      const ours = compileFilter(query as Document, { now }).matches(doc as Document);
      expect(ours).toBe(new mingo.Query(query as never).test(structuredClone(doc)));
    }),
    { numRuns: 2000 },
  );
});
