import type { ObjectId } from 'bson';
import { amount } from '../bson/compare.ts';
import { typeOf, type Value } from '../bson/values.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { isNothing, type Make, takes } from './operator.ts';

const toText = ([value]: Value[]): Value => {
  if (isNothing(value)) return null;
  switch (typeOf(value)) {
    case 'string':
      return value;
    case 'int':
    case 'long':
    case 'bool':
      return String(value);
    case 'double': {
      const number = amount(value) as number;
      // Exponents are written otherwise than JavaScript writes them.
      if (!Number.isFinite(number) || /e/.test(String(number)))
        throw notImplemented('$toString of such a double');
      return String(number);
    }
    case 'objectId':
      return (value as ObjectId).toHexString();
    case 'date':
      return (value as Date).toISOString();
    default:
      throw new CommandError(241, `Unsupported conversion from ${typeOf(value)} to string in $toString`);
  }
};

const concat = (values: Value[]): Value => {
  if (values.some(isNothing)) return null;
  if (values.some((value) => typeof value !== 'string'))
    throw new CommandError(16702, '$concat only supports strings');
  return values.join('');
};

/** Only ASCII letters change case, as in MongoDB. */
const cased = (name: string, change: (text: string) => string) =>
  takes(name, 1, 1, ([value]) => {
    if (isNothing(value)) return '';
    if (typeof value !== 'string') throw notImplemented(`${name} of a ${typeOf(value)}`);
    return value.replace(/[A-Za-z]+/g, change);
  });

export const textOperators: Record<string, Make> = {
  $toString: takes('$toString', 1, 1, toText),
  $concat: takes('$concat', 0, 1000, concat),
  $toLower: cased('$toLower', (text) => text.toLowerCase()),
  $toUpper: cased('$toUpper', (text) => text.toUpperCase()),
  $strLenCP: takes('$strLenCP', 1, 1, ([value]) => {
    if (typeof value !== 'string')
      throw new CommandError(34471, `$strLenCP requires a string argument, found: ${typeOf(value)}`);
    return [...value].length;
  }),
};
