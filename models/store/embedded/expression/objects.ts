import { type Document, isDocument, typeOf, type Value } from '../bson/values.ts';
import { CommandError } from '../errors.ts';
import { fieldOf } from '../query/paths.ts';
import { args, isNothing, type Make, named, takes } from './operator.ts';

const merge: Make = (operand, compile) => {
  const parts = args(operand).map(compile);
  return (scope) => {
    const result: Document = {};
    for (const part of parts) {
      const value = part(scope);
      // Given one array, the objects are its elements.
      for (const one of parts.length === 1 && Array.isArray(value) ? value : [value]) {
        if (isNothing(one)) continue;
        if (!isDocument(one))
          throw new CommandError(
            40400,
            `$mergeObjects requires object inputs, but input is of type ${typeOf(one)}`,
          );
        Object.assign(result, one);
      }
    }
    return result;
  };
};

const fieldName = (name: string, value: Value): string => {
  // The name is a constant, and may be a $literal where it begins with a dollar.
  const constant = isDocument(value) && '$literal' in value ? value.$literal : value;
  if (typeof constant !== 'string' || (constant === value && constant.startsWith('$'))) {
    throw new CommandError(5654600, `${name} requires 'field' to evaluate to a constant string`);
  }
  return constant;
};

const getField: Make = (operand, compile) => {
  const given =
    isDocument(operand) && !('$literal' in operand)
      ? named('$getField', operand, ['field'], ['input'])
      : { field: operand };
  const field = fieldName('$getField', given.field);
  const input = compile('input' in given ? given.input : '$$CURRENT');
  return (scope) => {
    const value = input(scope);
    if (isNothing(value)) return value;
    return isDocument(value) ? fieldOf(value, field) : undefined;
  };
};

const setField =
  (name: string): Make =>
  (operand, compile) => {
    const given = named(
      name,
      operand,
      name === '$setField' ? ['field', 'input', 'value'] : ['field', 'input'],
    );
    const field = fieldName(name, given.field);
    const input = compile(given.input);
    const value = name === '$setField' ? compile(given.value) : () => undefined;
    return (scope) => {
      const object = input(scope);
      if (isNothing(object)) return null;
      if (!isDocument(object))
        throw new CommandError(4161105, `${name} requires 'input' to evaluate to type Object`);
      const result = { ...object };
      const changed = value(scope);
      if (changed === undefined) delete result[field];
      else result[field] = changed;
      return result;
    };
  };

const toObject = ([pairs]: Value[]): Value => {
  if (isNothing(pairs)) return null;
  if (!Array.isArray(pairs)) throw new CommandError(40386, '$arrayToObject requires an array input');
  const result: Document = {};
  for (const pair of pairs) {
    if (
      Array.isArray(pair) ? pair.length !== 2 : !isDocument(pair) || Object.keys(pair).sort().join() !== 'k,v'
    )
      throw new CommandError(40392, "$arrayToObject requires pairs, or objects of 'k' and 'v'");
    const [name, value] = Array.isArray(pair) ? pair : [pair.k, pair.v];
    if (typeof name !== 'string') throw new CommandError(40394, '$arrayToObject requires string keys');
    result[name] = value;
  }
  return result;
};

export const objectOperators: Record<string, Make> = {
  $mergeObjects: merge,
  $getField: getField,
  $setField: setField('$setField'),
  $unsetField: setField('$unsetField'),
  $objectToArray: takes('$objectToArray', 1, 1, ([object]) => {
    if (isNothing(object)) return null;
    if (!isDocument(object))
      throw new CommandError(40390, `$objectToArray requires a document input, found: ${typeOf(object)}`);
    return Object.entries(object).map(([k, v]) => ({ k, v }));
  }),
  $arrayToObject: takes('$arrayToObject', 1, 1, toObject),
};
