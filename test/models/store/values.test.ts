import { Binary, Double, Long, ObjectId, serialize, Timestamp } from 'bson';
import fc from 'fast-check';
import { compare } from '../../../models/store/embedded/bson/compare.ts';
import { encode } from '../../../models/store/embedded/bson/encode.ts';
import { after, encodeKey, inverted } from '../../../models/store/embedded/bson/keys.ts';
import { decode, isInt32, type Value } from '../../../models/store/embedded/bson/values.ts';
import { difference } from '../../../models/store/embedded/changes/difference.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', '\0', '\u0001', 'a\0b', '\uffff', '💧'),
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noDefaultInfinity: false }).map((value) => (isInt32(value) ? new Double(value) : value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom<Value>(
    0,
    -0,
    2 ** 53,
    2n ** 53n + 1n,
    new Double(1),
    1n,
    1,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
  ),
);
const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  number,
  text,
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => new Binary(bytes, 0)),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => new Timestamp(Long.fromBigInt(value, true))),
);
const name = fc.constantFrom('a', 'b', 'ab', 'toString', '1', 'ü');
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

const sign = Math.sign;

describe('index keys', () => {
  it('stand in the order in which BSON compares the values', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(sign(Buffer.compare(encodeKey(a), encodeKey(b)))).toBe(sign(compare(a, b)));
        expect(sign(Buffer.compare(inverted(encodeKey(a)), inverted(encodeKey(b))))).toBe(
          -sign(compare(a, b)) + 0,
        );
      }),
      {
        numRuns: 3000,
        examples: [
          ['a', 'a\0'],
          [1n, new Double(1)],
          [2 ** 53, 2n ** 53n + 1n],
        ],
      },
    );
  });

  it('order several fields like the fields one after the other', () => {
    const joined = (values: Value[]) => Buffer.concat(values.map(encodeKey));
    fc.assert(
      fc.property(value, value, value, value, (a, b, c, d) => {
        expect(sign(Buffer.compare(joined([a, b]), joined([c, d])))).toBe(
          sign(compare(a, c) || compare(b, d)),
        );
      }),
      { numRuns: 1500 },
    );
  });

  it('leave no key between a key and what comes after all that begin with it', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const isIn =
          Buffer.compare(encodeKey(b), encodeKey(a)) >= 0 &&
          Buffer.compare(encodeKey(b), after(encodeKey(a))) < 0;
        expect(isIn).toBe(compare(a, b) === 0);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('documents', () => {
  it('are read and written without losing a type', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (document) => {
        const bytes = encode(document);
        expect(encode(decode(bytes)).equals(bytes)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  it('are refused where their bytes are not BSON', () => {
    const bytes = Buffer.from(serialize({ a: 'text', b: [1, 2, { c: 3 }] }));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const broken = Buffer.from(bytes);
        broken[at] = byte;
        try {
          decode(broken); // may be another document; must end, and must not read beyond
        } catch (error) {
          expect(error).toHaveProperty('message');
        }
      }),
      { numRuns: 1000 },
    );
    for (let length = 5; length < bytes.length; length++)
      expect(() => decode(bytes.subarray(0, length))).toThrow();
    for (const length of [0, 4, bytes.length + 1, -1, 2 ** 31 - 1]) {
      const broken = Buffer.from(bytes);
      broken.writeInt32LE(length, 0);
      expect(() => decode(broken)).toThrow(/invalid BSON/);
    }
    const unknown = Buffer.from(bytes);
    unknown[4] = 0x55;
    expect(() => decode(unknown)).toThrow(/BSON type 0x55/);
  });
});

describe('the description of an update', () => {
  it('names what was set, removed, appended and cut off', () => {
    const before = { a: 1, b: { c: 1, d: 2 }, list: [1, 2], cut: [1, 2, 3], gone: true };
    const now = { a: 1, b: { c: 5, d: 2 }, list: [1, 2, 3], cut: [1], added: null };
    expect(difference(before, now)).toEqual({
      updatedFields: { 'b.c': 5, 'list.2': 3, added: null },
      removedFields: ['gone'],
      truncatedArrays: [{ field: 'cut', newSize: 1 }],
    });
  });
});
