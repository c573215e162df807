import { Double } from 'bson';
import fc from 'fast-check';
import type { Document, Value } from '../../../models/store/embedded/bson/values.ts';
import { CommandError } from '../../../models/store/embedded/errors.ts';
import { find } from '../../../models/store/embedded/query/find.ts';
import { Engine } from '../../../models/store/embedded/storage/engine.ts';
import { fullCheck } from '../../../models/store/embedded/storage/fullCheck.ts';
import { compileUpdate } from '../../../models/store/embedded/update/update.ts';
import { cleanUp, isLong, tempDir } from './support.ts';

afterAll(cleanUp);

const scalar = fc.constantFrom<Value>(
  null,
  -1,
  0,
  1,
  2,
  new Double(1),
  2n,
  1.5,
  'a',
  'b',
  '',
  'a\0',
  true,
  false,
  new Date(1),
  new Date(2),
);
const element = fc.oneof({ weight: 4, arbitrary: scalar }, fc.record({ c: scalar }), fc.constant({}));
const value = fc.oneof({ weight: 3, arbitrary: element }, fc.array(element, { maxLength: 3 }));
const document = fc.record({ a: value, b: fc.oneof(scalar, fc.record({ c: scalar })) }, { requiredKeys: [] });

const path = fc.constantFrom('a', 'b', 'a.c', 'b.c');
const condition = fc.oneof(
  scalar,
  value,
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $gt: scalar }),
  fc.record({ $gte: scalar, $lt: scalar }),
  fc.record({ $lte: scalar }),
  fc.record({ $ne: scalar }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $all: fc.array(scalar, { maxLength: 2 }) }),
  fc.record({ $type: fc.constantFrom('string', 'int', 'array') }),
);
const filter = fc.dictionary(path, condition, { maxKeys: 3, noNullPrototype: true });
const direction = fc.constantFrom(1, -1);
const sort = fc
  .oneof(fc.constant({}), fc.dictionary(path, direction, { maxKeys: 2, noNullPrototype: true }))
  .map((by) => ({ ...by, _id: 1 }));
const index = fc.record({
  key: fc.dictionary(path, direction, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  sparse: fc.boolean(),
  partial: fc.option(
    fc.constantFrom<Document>(
      { a: { $exists: true } },
      { b: { $type: 'string' } },
      { b: { $gt: 0 } },
      { a: { $type: 'number' } },
      { a: { $type: 'double' } },
      { b: { $type: 'long' } },
      { $and: [{ b: { $in: [1, 'a'] } }] },
    ),
    { freq: 4, nil: null },
  ),
});

it('finds the same in the same order, whatever indexes there are and however the documents got there', () => {
  const engine = new Engine({ directory: tempDir(), synchronous: 'NORMAL' });
  let number = 0;
  fc.assert(
    fc.property(
      fc.array(document, { maxLength: 25 }),
      fc.uniqueArray(index, { minLength: 1, maxLength: 3, selector: ({ key }) => JSON.stringify(key) }),
      fc.array(fc.record({ row: fc.nat(30), path: fc.constantFrom('a', 'b'), value }), { maxLength: 10 }),
      fc.array(fc.tuple(filter, sort, fc.option(fc.nat(5), { nil: undefined })), {
        minLength: 1,
        maxLength: 5,
      }),
      (documents, indexes, updates, queries) => {
        number += 1;
        const [plain, indexed] = [
          engine.catalog.ensure('db', `plain${number}`),
          engine.catalog.ensure('db', `indexed${number}`),
        ];
        for (const [at, { key, sparse, partial }] of indexes.entries()) {
          engine.catalog.createIndex(indexed, {
            key,
            name: `i${at}`,
            ...(partial ? { partialFilterExpression: partial } : { sparse }),
          });
        }
        const context = { now: new Date(0) };
        const both = (write: (collection: typeof plain) => void) => {
          try {
            engine.within(() => {
              write(indexed);
              write(plain);
            });
          } catch (error) {
            if (!(error instanceof CommandError) || error.code !== 171) throw error; // two arrays in one index
          }
        };
        for (const [_id, one] of documents.entries())
          both((collection) => void collection.insert({ _id, ...one }));
        for (const { row, path: name, value: to } of updates) {
          both((collection) => {
            const [stored] = find(collection, { filter: { _id: row }, sort: null, context });
            if (stored === undefined) return;
            const { apply } = compileUpdate(
              to === null ? { $unset: { [name]: '' } } : { $set: { [name]: to } },
              context.now,
            );
            if (row % 7 === 6) collection.remove(stored);
            else collection.update(stored, apply(stored.document));
          });
        }
        for (const [query, by, limit] of queries) {
          const ids = (collection: typeof plain) =>
            [
              ...find(collection, {
                filter: query as Document,
                sort: by,
                limit: limit === undefined ? undefined : limit + 1,
                context,
              }),
            ].map((stored) => stored.document._id);
          try {
            expect(ids(indexed)).toEqual(ids(plain));
          } catch (error) {
            if (!(error instanceof CommandError) || error.code !== 238) throw error; // a sort within two arrays
          }
        }
        if (number % 20 === 0) expect(fullCheck(engine).problems).toEqual([]);
        for (const collection of [plain, indexed]) engine.catalog.drop(collection);
      },
    ),
    { numRuns: isLong ? 5_000 : 400 },
  );
  engine.close();
}, 300_000);
