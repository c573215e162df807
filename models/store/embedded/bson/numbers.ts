import { CommandError, typeMismatch } from '../errors.ts';
import { amount } from './compare.ts';
import { asDouble, isInt32, typeOf, type Value } from './values.ts';

export const isNumber = (value: Value) => ['int', 'long', 'double', 'decimal'].includes(typeOf(value));

const fitsInt64 = (value: bigint) => value === BigInt.asIntN(64, value);

/**
 * Computes with two numbers and gives the result the type that MongoDB gives it: the wider of the two;
 * int32 grows to int64 where it has to, and int64 beyond its range is an error in updates and a double
 * in expressions.
 */
function combine(
  a: Value,
  b: Value,
  onDoubles: (x: number, y: number) => number,
  onLongs: (x: bigint, y: bigint) => bigint,
  overflow: 'error' | 'double',
): Value {
  const x = amount(a);
  const y = amount(b);
  const types = [typeOf(a), typeOf(b)];
  if (types.includes('double')) return asDouble(onDoubles(Number(x), Number(y)));
  if (!types.includes('long')) {
    const result = onDoubles(Number(x), Number(y));
    if (Object.is(result, -0)) return 0;
    if (isInt32(result)) return result;
    if (Number.isSafeInteger(result)) return BigInt(result);
  }
  const result = onLongs(BigInt(x), BigInt(y));
  if (fitsInt64(result)) return result;
  if (overflow === 'error')
    throw new CommandError(2, 'Failed to apply: the result does not fit a 64-bit integer');
  return asDouble(Number(result));
}

export const add = (a: Value, b: Value, overflow: 'error' | 'double' = 'double') =>
  combine(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
    overflow,
  );
export const subtract = (a: Value, b: Value) =>
  combine(
    a,
    b,
    (x, y) => x - y,
    (x, y) => x - y,
    'double',
  );
export const multiply = (a: Value, b: Value, overflow: 'error' | 'double' = 'double') =>
  combine(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
    overflow,
  );
export const modulo = (a: Value, b: Value) => {
  if (Number(amount(b)) === 0) throw new CommandError(16610, "can't $mod by zero");
  return combine(
    a,
    b,
    (x, y) => x % y,
    (x, y) => x % y,
    'double',
  );
};

/** A whole number of any numeric type as a JavaScript number. */
export function wholeNumber(value: Value, what: string): number {
  const number = isNumber(value) ? Number(amount(value)) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw typeMismatch(`${what} must be a whole number`);
  return number;
}
