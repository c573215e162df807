import { amount, compare, isEqual, rankOf } from '../bson/compare.ts';
import { type Document, isDocument, typeNumbers, typeOf, type Value } from '../bson/values.ts';
import { badValue, notImplemented } from '../errors.ts';
import { asRegExp } from './regex.ts';

export type LeafTest = (value: Value) => boolean;
/** `whole`: an array counts as itself and not by its elements; `negate`: no value may pass the test. */
type Leaf = { test: LeafTest; whole?: boolean; negate?: boolean };

const equals = (operand: Value): LeafTest => {
  if (operand === undefined) throw badValue('cannot compare to undefined');
  const type = typeOf(operand);
  if (type === 'decimal') throw notImplemented('comparing with Decimal128 (keep integers, such as cents)');
  if (isOperators(operand)) throw badValue('cannot nest $ under $in, $eq or $ne');
  if (operand === null) return (value) => value === null || value === undefined;
  if (type === 'string' || type === 'bool') return (value) => value === operand;
  return (value) => value !== undefined && isEqual(value, operand);
};

const ordered = (accepts: (difference: number) => boolean, acceptsEqual: boolean) => {
  return (operand: Value): Leaf => {
    const type = typeOf(operand);
    if (type === 'regex') throw badValue("Can't have RegEx as arg to predicate over field");
    if (type === 'decimal') throw notImplemented('comparing with Decimal128 (keep integers, such as cents)');
    if (operand === null) return { test: (value) => acceptsEqual && (value === null || value === undefined) };
    if (type === 'minKey' || type === 'maxKey') {
      return { test: (value) => value !== undefined && accepts(compare(value, operand)) };
    }
    if (Number.isNaN(operand)) return { test: (value) => acceptsEqual && Number.isNaN(value) };
    const rank = rankOf(operand);
    // A comparison holds only within one type: 5 is neither less nor greater than 'a'.
    return {
      test: (value) =>
        value !== undefined &&
        rankOf(value) === rank &&
        !Number.isNaN(value) &&
        accepts(compare(value, operand)),
    };
  };
};

const oneOf = (operand: Value): LeafTest => {
  if (!Array.isArray(operand)) throw badValue('$in needs an array');
  // Within $in a regular expression is a pattern; with $eq it is a value.
  const tests = operand.map((one) => (typeOf(one) === 'regex' ? asRegExp(one, '').test : equals(one)));
  if (operand.every((value) => typeof value === 'string')) {
    const texts = new Set(operand);
    return (value) => texts.has(value as string);
  }
  return (value) => tests.some((test) => test(value));
};

const typeTest = (operand: Value): LeafTest => {
  const wanted = new Set<string>();
  for (const one of Array.isArray(operand) ? operand : [operand]) {
    if (one === 'number') for (const name of ['int', 'long', 'double', 'decimal']) wanted.add(name);
    else if (typeof one === 'string' && one in typeNumbers && one !== 'missing') wanted.add(one);
    else {
      const named = Object.entries(typeNumbers).find(([, number]) => number === Number(one) && number !== 0);
      if (named === undefined || typeof one === 'string') throw badValue(`Unknown type name alias: ${one}`);
      wanted.add(named[0]);
    }
  }
  return (value) => wanted.has(typeOf(value));
};

const wholeNumber = (operand: Value, what: string): number => {
  const value = ['int', 'long', 'double'].includes(typeOf(operand)) ? Number(amount(operand)) : Number.NaN;
  if (!Number.isInteger(value)) throw badValue(`${what} needs a whole number`);
  return value;
};

const size = (operand: Value): Leaf => {
  const wanted = wholeNumber(operand, '$size');
  if (wanted < 0) throw badValue('$size may not be negative');
  return { test: (value) => Array.isArray(value) && value.length === wanted, whole: true };
};

const modulo = (operand: Value): Leaf => {
  if (!Array.isArray(operand) || operand.length !== 2) throw badValue('malformed mod, needs two numbers');
  const divisor = wholeNumber(operand[0], '$mod');
  const remainder = wholeNumber(operand[1], '$mod');
  if (divisor === 0) throw badValue('divisor cannot be 0');
  return {
    test: (value) =>
      ['int', 'long', 'double'].includes(typeOf(value)) &&
      Math.trunc(Number(amount(value))) % divisor === remainder,
  };
};

/** True for `{ $gt: 1 }`; a document whose first field is no operator is a value to compare with. */
export const isOperators = (value: Value): value is Document => {
  if (!isDocument(value)) return false;
  const first = Object.keys(value)[0];
  return first?.startsWith('$') === true && first !== '$ref' && first !== '$id' && first !== '$db';
};

/** The operators that test a field's value. */
export const leafOperators: Record<string, (operand: Value, all: Document) => Leaf> = {
  $eq: (operand) => ({ test: equals(operand) }),
  $ne: (operand) => {
    if (typeOf(operand) === 'regex') throw badValue("Can't have regex as arg to $ne.");
    return { test: equals(operand), negate: true };
  },
  $in: (operand) => ({ test: oneOf(operand) }),
  $nin: (operand) => ({ test: oneOf(operand), negate: true }),
  $gt: ordered((difference) => difference > 0, false),
  $gte: ordered((difference) => difference >= 0, true),
  $lt: ordered((difference) => difference < 0, false),
  $lte: ordered((difference) => difference <= 0, true),
  $exists: (operand) => ({
    test: (value) => value !== undefined,
    whole: true,
    negate: operand === false || operand === null || (typeof operand !== 'boolean' && isEqual(operand, 0)),
  }),
  $type: (operand) => ({ test: typeTest(operand) }),
  $regex: (operand, { $options }) => ({ test: asRegExp(operand, $options).test }),
  $size: size,
  $mod: modulo,
};
