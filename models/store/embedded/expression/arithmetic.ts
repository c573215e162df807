import { amount, compare } from '../bson/compare.ts';
import { add, isNumber, modulo, multiply, subtract } from '../bson/numbers.ts';
import { asDouble, isInt32, typeOf, type Value } from '../bson/values.ts';
import { CommandError, notImplemented, typeMismatch } from '../errors.ts';
import { args, isNothing, type Make, takes } from './operator.ts';

const milliseconds = (value: Value) => Math.round(Number(amount(value)));

const sum = (values: Value[]): Value => {
  let date: number | null = null;
  let total: Value = 0;
  for (const value of values) {
    if (isNothing(value)) return null;
    if (value instanceof Date) {
      if (date !== null) throw new CommandError(16612, 'only one date allowed in an $add expression');
      date = value.getTime();
    } else if (isNumber(value)) {
      total = add(total, value);
    } else {
      throw typeMismatch(`$add only supports numeric or date types, not ${typeOf(value)}`);
    }
  }
  return date === null ? total : new Date(date + milliseconds(total));
};

const difference = ([a, b]: Value[]): Value => {
  if (isNothing(a) || isNothing(b)) return null;
  if (a instanceof Date && b instanceof Date) return BigInt(a.getTime() - b.getTime());
  if (a instanceof Date && isNumber(b)) return new Date(a.getTime() - milliseconds(b));
  if (isNumber(a) && isNumber(b)) return subtract(a, b);
  throw typeMismatch(`can't $subtract ${typeOf(b)} from ${typeOf(a)}`);
};

const numeric = (name: string, values: Value[]) => {
  for (const value of values) {
    if (!isNothing(value) && !isNumber(value))
      throw typeMismatch(`${name} only supports numeric types, not ${typeOf(value)}`);
  }
  return values.some(isNothing);
};

/** The least or greatest of the arguments, or of the elements where the one argument is an array. */
const extreme =
  (sign: 1 | -1): Make =>
  (operand, compile) => {
    const parts = args(operand).map(compile);
    return (scope) => {
      const only = parts.length === 1 ? parts[0]?.(scope) : undefined;
      const values = Array.isArray(only) ? only : parts.map((part) => part(scope));
      let best: Value = null;
      for (const value of values) {
        if (isNothing(value)) continue;
        if (best === null || compare(value, best) * sign > 0) best = value;
      }
      return best;
    };
  };

const rounded = (name: string, round: (value: number) => number) =>
  takes(name, 1, 1, ([value]) => {
    if (numeric(name, [value])) return null;
    return typeOf(value) === 'double' ? asDouble(round(Number(amount(value)))) : value;
  });

/** Half to even, as MongoDB rounds. */
const roundHalfEven = (value: number, place: number) => {
  const factor = 10 ** place;
  const scaled = value * factor;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const whole = rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
  return whole / factor;
};

export const arithmeticOperators: Record<string, Make> = {
  $add: takes('$add', 0, 1000, sum),
  $subtract: takes('$subtract', 2, 2, difference),
  $multiply: takes('$multiply', 0, 1000, (values) =>
    numeric('$multiply', values) ? null : values.reduce((product, value) => multiply(product, value), 1),
  ),
  $divide: takes('$divide', 2, 2, (values) => {
    if (numeric('$divide', values)) return null;
    const [a, b] = values.map((value) => Number(amount(value))) as [number, number];
    if (b === 0) throw new CommandError(2, "can't $divide by zero");
    return asDouble(a / b);
  }),
  $mod: takes('$mod', 2, 2, (values) => (numeric('$mod', values) ? null : modulo(values[0], values[1]))),
  $abs: takes('$abs', 1, 1, ([value]) => {
    if (numeric('$abs', [value])) return null;
    return Number(amount(value)) < 0 ? subtract(0, value) : value;
  }),
  $ceil: rounded('$ceil', Math.ceil),
  $floor: rounded('$floor', Math.floor),
  $round: takes('$round', 1, 2, (values) => {
    if (numeric('$round', values)) return null;
    const [value, place] = [values[0], Number(amount(values[1] ?? 0))];
    if (typeOf(value) !== 'double') {
      if (place >= 0) return value;
      throw notImplemented('$round of a whole number to tens');
    }
    return asDouble(roundHalfEven(Number(amount(value)), place));
  }),
  $trunc: rounded('$trunc', Math.trunc),
  $max: extreme(1),
  $min: extreme(-1),
  $toInt: takes('$toInt', 1, 1, ([value]) => {
    if (isNothing(value)) return null;
    const number = typeof value === 'string' ? Number(wholeText('$toInt', value)) : toNumber('$toInt', value);
    if (!isInt32(Math.trunc(number) + 0)) throw overflow('$toInt');
    return Math.trunc(number) + 0;
  }),
  $toLong: takes('$toLong', 1, 1, ([value]) => (isNothing(value) ? null : toLong(value))),
  $toDouble: takes('$toDouble', 1, 1, ([value]) =>
    isNothing(value) ? null : asDouble(toNumber('$toDouble', value)),
  ),
};

const overflow = (name: string) => new CommandError(241, `Conversion would overflow target type in ${name}`);

/** A whole number written down, for which 5.5 and 1e2 are none. */
const wholeText = (name: string, text: string): bigint => {
  if (!/^[-+]?\d+$/.test(text)) throw new CommandError(241, `Failed to parse number '${text}' in ${name}`);
  return BigInt(text.replace('+', ''));
};

const toLong = (value: Value): bigint => {
  if (typeof value === 'bigint') return value;
  if (value instanceof Date) return BigInt(value.getTime());
  const number = typeof value === 'string' ? null : Math.trunc(toNumber('$toLong', value));
  if (number !== null && !Number.isFinite(number)) throw overflow('$toLong');
  const long = number === null ? wholeText('$toLong', value as string) : BigInt(number);
  if (long !== BigInt.asIntN(64, long)) throw overflow('$toLong');
  return long;
};

const toNumber = (name: string, value: Value): number => {
  if (typeof value === 'boolean') return Number(value);
  if (isNumber(value)) return Number(amount(value));
  if (typeof value === 'string' && /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(value)) return Number(value);
  throw new CommandError(241, `Failed to convert a ${typeOf(value)} to a number in ${name}`);
};
