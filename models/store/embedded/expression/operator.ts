import { type Document, isDocument, type Value } from '../bson/values.ts';
import { CommandError } from '../errors.ts';
import type { Expression } from './compile.ts';

export type Compile = (source: Value) => Expression;
/** Makes an operator's expression from what stands beside its name. */
export type Make = (operand: Value, compile: Compile) => Expression;

export const isNothing = (value: Value): value is null | undefined => value === null || value === undefined;

/** The operator's arguments; a single one may stand without its brackets. */
export const args = (operand: Value): Value[] => (Array.isArray(operand) ? operand : [operand]);

/** An operator that takes between `min` and `max` arguments and computes from their values. */
export const takes =
  (name: string, min: number, max: number, compute: (values: Value[]) => Value): Make =>
  (operand, compile) => {
    const compiled = args(operand).map(compile);
    if (compiled.length < min || compiled.length > max) {
      throw new CommandError(
        16020,
        `Expression ${name} takes ${min === max ? `exactly ${min}` : `${min} to ${max}`} arguments`,
      );
    }
    return (scope) => compute(compiled.map((argument) => argument(scope)));
  };

/** The named arguments of an operator such as $filter; an unknown one is an error, not ignored. */
export function named(
  operator: string,
  operand: Value,
  required: string[],
  optional: string[] = [],
): Document {
  if (!isDocument(operand))
    throw new CommandError(28646, `${operator} only supports an object as its argument`);
  for (const name of Object.keys(operand)) {
    if (!required.includes(name) && !optional.includes(name)) {
      throw new CommandError(28647, `Unrecognized parameter to ${operator}: ${name}`);
    }
  }
  for (const name of required) {
    if (!(name in operand)) throw new CommandError(28648, `Missing '${name}' parameter to ${operator}`);
  }
  return operand;
}
