import { compare, isEqual } from '../bson/compare.ts';
import { add, isNumber, multiply, wholeNumber } from '../bson/numbers.ts';
import { type Document, isDocument, type TypeName, typeOf, type Value } from '../bson/values.ts';
import { badValue, failedToParse, notImplemented, typeMismatch } from '../errors.ts';
import { elementTest, isSame } from '../query/filter.ts';
import { isOperators } from '../query/operators.ts';
import { sortKey } from '../query/sort.ts';
import type { Change } from './paths.ts';

export type UpdateContext = { now: Date; isInsert: boolean };
/** `creates`: whether the operator makes the way to its field where there is none. */
export type Operator = {
  creates: boolean;
  make(operand: Value, path: string, context: UpdateContext): Change;
};

const same = (before: Value, after: Value) => (isSame(before, after) ? before : after);

const arrayOr = (value: Value, operator: string, path: string): Value[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value))
    throw badValue(`The field '${path}' must be an array but is of type ${typeOf(value)} (${operator})`);
  return value;
};

const arithmetic = (
  operator: string,
  compute: (value: Value, operand: Value) => Value,
  missing: (operand: Value) => Value,
): Operator => ({
  creates: true,
  make(operand, path) {
    if (!isNumber(operand))
      throw typeMismatch(
        `Cannot apply ${operator} with a non-numeric argument: {${path}: ${typeOf(operand)}}`,
      );
    return (value) => {
      if (value === undefined) return missing(operand);
      if (!isNumber(value))
        throw typeMismatch(
          `Cannot apply ${operator} to a value of non-numeric type ${typeOf(value)} (${path})`,
        );
      return same(value, compute(value, operand));
    };
  },
});

const extreme = (sign: 1 | -1): Operator => ({
  creates: true,
  make: (operand) => (value) => (value === undefined || compare(operand, value) * sign > 0 ? operand : value),
});

const modifiers = ['$each', '$slice', '$sort', '$position'];

function push(operand: Value, path: string): Change {
  const given = isOperators(operand) && '$each' in operand ? operand : { $each: [operand] };
  for (const name of Object.keys(given))
    if (!modifiers.includes(name)) throw badValue(`Unrecognized clause in $push: ${name}`);
  const each = given.$each;
  if (!Array.isArray(each)) throw badValue('The argument to $each in $push must be an array');
  const position = given.$position === undefined ? null : wholeNumber(given.$position, '$position');
  const slice = given.$slice === undefined ? null : wholeNumber(given.$slice, '$slice');
  return (value) => {
    const before = arrayOr(value, '$push', path);
    if (each.length === 0 && slice === null && given.$sort === undefined && value !== undefined) return value;
    let array = position === null ? [...before, ...each] : before.toSpliced(position, 0, ...each);
    if (given.$sort !== undefined) array = sortedArray(array, given.$sort);
    if (slice !== null) array = slice >= 0 ? array.slice(0, slice) : array.slice(slice);
    return array;
  };
}

const sortedArray = (array: Value[], sort: Value): Value[] => {
  if (!isDocument(sort)) return array.toSorted((a, b) => compare(a, b) * Math.sign(Number(sort)));
  const keyOf = sortKey(sort);
  return array.toSorted((a, b) =>
    Buffer.compare(keyOf(isDocument(a) ? a : {}), keyOf(isDocument(b) ? b : {})),
  );
};

function addToSet(operand: Value, path: string): Change {
  const isEach = isOperators(operand) && '$each' in operand;
  if (isEach && Object.keys(operand).length > 1)
    throw badValue('Found unexpected fields after $each in $addToSet');
  const wanted = isEach ? operand.$each : [operand];
  if (!Array.isArray(wanted)) throw typeMismatch('The argument to $each in $addToSet must be an array');
  return (value) => {
    const array = [...arrayOr(value, '$addToSet', path)];
    const before = array.length;
    for (const one of wanted) if (!array.some((element) => isEqual(element, one))) array.push(one);
    return array.length === before && value !== undefined ? value : array;
  };
}

const removing =
  (operator: string, path: string, unwanted: (element: Value) => boolean): Change =>
  (value) => {
    if (value === undefined) return undefined;
    const array = arrayOr(value, operator, path);
    const kept = array.filter((element) => !unwanted(element));
    return kept.length === array.length ? value : kept;
  };

function pull(operand: Value, path: string, context: UpdateContext): Change {
  if (isDocument(operand) || typeOf(operand) === 'regex') {
    const condition = typeOf(operand) === 'regex' ? { $regex: operand } : (operand as Document);
    return removing('$pull', path, elementTest(condition, context));
  }
  return removing('$pull', path, (element) => isEqual(element, operand));
}

function pop(operand: Value, path: string): Change {
  const end = wholeNumber(operand, '$pop');
  if (end !== 1 && end !== -1) throw failedToParse(`$pop expects 1 or -1, found: ${end}`);
  return (value) => {
    if (value === undefined) return undefined;
    if (!Array.isArray(value))
      throw typeMismatch(`Path '${path}' contains an element of non-array type '${typeOf(value)}'`);
    return value.length === 0 ? value : end === 1 ? value.slice(0, -1) : value.slice(1);
  };
}

function currentDate(operand: Value, _path: string, { now }: UpdateContext): Change {
  const type: TypeName | Value = isDocument(operand) ? operand.$type : 'date';
  if (type === 'timestamp') throw notImplemented('$currentDate with a timestamp');
  if ((typeof operand !== 'boolean' && !isDocument(operand)) || type !== 'date')
    throw badValue('$currentDate takes true or {$type: "date"}');
  return () => now;
}

/** Every update operator that the store vouches for, apart from $rename. */
export const updateOperators: Record<string, Operator> = {
  $set: { creates: true, make: (operand) => (value) => same(value, operand) },
  $setOnInsert: {
    creates: true,
    make:
      (operand, _path, { isInsert }) =>
      (value) =>
        isInsert ? operand : value,
  },
  $unset: { creates: false, make: () => () => undefined },
  $inc: arithmetic(
    '$inc',
    (value, operand) => add(value, operand, 'error'),
    (operand) => operand,
  ),
  $mul: arithmetic(
    '$mul',
    (value, operand) => multiply(value, operand, 'error'),
    (operand) => multiply(operand, 0),
  ),
  $min: extreme(-1),
  $max: extreme(1),
  $currentDate: { creates: true, make: currentDate },
  $push: { creates: true, make: push },
  $addToSet: { creates: true, make: addToSet },
  $pull: { creates: false, make: pull },
  $pullAll: {
    creates: false,
    make(operand, path) {
      if (!Array.isArray(operand)) throw badValue('$pullAll requires an array argument');
      return removing('$pullAll', path, (element) => operand.some((one) => isEqual(one, element)));
    },
  },
  $pop: { creates: false, make: pop },
};
