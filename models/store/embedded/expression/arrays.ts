import { compare, isEqual } from '../bson/compare.ts';
import { wholeNumber } from '../bson/numbers.ts';
import { typeOf, type Value } from '../bson/values.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { isTrue } from './logic.ts';
import { isNothing, type Make, named, takes } from './operator.ts';

const arrayOf = (name: string, value: Value): Value[] => {
  if (!Array.isArray(value))
    throw new CommandError(
      17124,
      `The argument to ${name} must be an array, but was of type: ${typeOf(value)}`,
    );
  return value;
};

const slice = (values: Value[]): Value => {
  if (values.some(isNothing)) return null;
  const array = arrayOf('$slice', values[0]);
  const first = wholeNumber(values[1], '$slice');
  if (values.length === 2) return first >= 0 ? array.slice(0, first) : array.slice(first);
  const count = wholeNumber(values[2], '$slice');
  if (count <= 0) throw new CommandError(28729, 'Third argument to $slice must be positive');
  const start = first >= 0 ? first : Math.max(0, array.length + first);
  return array.slice(start, start + count);
};

const elementAt = (name: string, array: Value, at: Value): Value => {
  if (isNothing(array) || isNothing(at)) return null;
  const index = wholeNumber(at, name);
  return arrayOf(name, array).at(index);
};

const filter: Make = (operand, compile) => {
  const given = named('$filter', operand, ['input', 'cond'], ['as', 'limit']);
  const [input, cond] = [compile(given.input), compile(given.cond)];
  const limit = given.limit === undefined ? null : compile(given.limit);
  const as = (given.as as string | undefined) ?? 'this';
  return (scope) => {
    const array = input(scope);
    if (isNothing(array)) return null;
    const most = limit === null ? Number.POSITIVE_INFINITY : wholeNumber(limit(scope), '$filter limit');
    const kept: Value[] = [];
    const inner = { ...scope, vars: { ...scope.vars } };
    for (const element of arrayOf('$filter', array)) {
      if (kept.length >= most) break;
      inner.vars[as] = element;
      if (isTrue(cond(inner))) kept.push(element);
    }
    return kept;
  };
};

const map: Make = (operand, compile) => {
  const given = named('$map', operand, ['input', 'in'], ['as']);
  const [input, body] = [compile(given.input), compile(given.in)];
  const as = (given.as as string | undefined) ?? 'this';
  return (scope) => {
    const array = input(scope);
    if (isNothing(array)) return null;
    const inner = { ...scope, vars: { ...scope.vars } };
    return arrayOf('$map', array).map((element) => {
      inner.vars[as] = element;
      return body(inner) ?? null;
    });
  };
};

const reduce: Make = (operand, compile) => {
  const given = named('$reduce', operand, ['input', 'initialValue', 'in']);
  const [input, initial, body] = [given.input, given.initialValue, given.in].map(compile) as [
    ReturnType<typeof compile>,
    ReturnType<typeof compile>,
    ReturnType<typeof compile>,
  ];
  return (scope) => {
    const array = input(scope);
    if (isNothing(array)) return null;
    const inner = { ...scope, vars: { ...scope.vars } };
    return arrayOf('$reduce', array).reduce((value: Value, element) => {
      inner.vars.value = value;
      inner.vars.this = element;
      return body(inner);
    }, initial(scope));
  };
};

const range = (values: Value[]): Value => {
  const [start, end, step] = [values[0], values[1], values[2] ?? 1].map((value) =>
    wholeNumber(value, '$range'),
  ) as [number, number, number];
  if (step === 0) throw new CommandError(34449, '$range requires a non-zero step value');
  const numbers: number[] = [];
  for (let at = start; step > 0 ? at < end : at > end; at += step) numbers.push(at);
  return numbers;
};

const sortArray: Make = (operand, compile) => {
  const given = named('$sortArray', operand, ['input', 'sortBy']);
  if (given.sortBy !== 1 && given.sortBy !== -1) throw notImplemented('$sortArray by fields');
  const input = compile(given.input);
  const sign = given.sortBy;
  return (scope) => {
    const array = input(scope);
    return isNothing(array) ? null : [...arrayOf('$sortArray', array)].sort((a, b) => compare(a, b) * sign);
  };
};

export const arrayOperators: Record<string, Make> = {
  $size: takes('$size', 1, 1, ([array]) => arrayOf('$size', array).length),
  $isArray: takes('$isArray', 1, 1, ([value]) => Array.isArray(value)),
  $in: takes('$in', 2, 2, ([value, array]) =>
    arrayOf('$in', array).some((element) => isEqual(element, value)),
  ),
  $indexOfArray: takes('$indexOfArray', 2, 2, ([array, value]) =>
    isNothing(array) ? null : arrayOf('$indexOfArray', array).findIndex((element) => isEqual(element, value)),
  ),
  $concatArrays: takes('$concatArrays', 0, 1000, (arrays) =>
    arrays.some(isNothing) ? null : arrays.flatMap((array) => arrayOf('$concatArrays', array)),
  ),
  $reverseArray: takes('$reverseArray', 1, 1, ([array]) =>
    isNothing(array) ? null : arrayOf('$reverseArray', array).toReversed(),
  ),
  $slice: takes('$slice', 2, 3, slice),
  $arrayElemAt: takes('$arrayElemAt', 2, 2, ([array, at]) => elementAt('$arrayElemAt', array, at)),
  $first: takes('$first', 1, 1, ([array]) => elementAt('$first', array, 0)),
  $last: takes('$last', 1, 1, ([array]) => elementAt('$last', array, -1)),
  $range: takes('$range', 2, 3, range),
  $filter: filter,
  $map: map,
  $reduce: reduce,
  $sortArray: sortArray,
};
