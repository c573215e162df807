import { amount, compare, isEqual } from '../bson/compare.ts';
import { encodeKey } from '../bson/keys.ts';
import { add, isNumber } from '../bson/numbers.ts';
import { asDouble, type Document, isDocument, type Value } from '../bson/values.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { compileExpression } from '../expression/compile.ts';
import { used } from '../recorder.ts';
import type { Stage, StageContext } from './stages.ts';

/** Takes the values of a group's documents one by one. */
type Accumulator = { add(value: Value): void; result(): Value };

const extreme = (sign: 1 | -1) => (): Accumulator => {
  let best: Value = null;
  return {
    add(value) {
      if (value === undefined || value === null) return;
      if (best === null || compare(value, best) * sign > 0) best = value;
    },
    result: () => best,
  };
};

const accumulators: Record<string, () => Accumulator> = {
  $sum() {
    let total: Value = 0;
    return {
      add(value) {
        if (isNumber(value)) total = add(total, value);
      },
      result: () => total,
    };
  },
  $avg() {
    let total = 0;
    let n = 0;
    return {
      add(value) {
        if (!isNumber(value)) return;
        total += Number(amount(value));
        n += 1;
      },
      result: () => (n === 0 ? null : asDouble(total / n)),
    };
  },
  $min: extreme(-1),
  $max: extreme(1),
  $first() {
    let first: { value: Value } | null = null;
    return {
      add(value) {
        first ??= { value };
      },
      result: () => first?.value ?? null,
    };
  },
  $last() {
    let last: Value = null;
    return {
      add(value) {
        last = value;
      },
      result: () => last ?? null,
    };
  },
  $push() {
    const values: Value[] = [];
    return {
      add(value) {
        if (value !== undefined) values.push(value);
      },
      result: () => values,
    };
  },
  $addToSet() {
    const values: Value[] = [];
    return {
      add(value) {
        if (value !== undefined && !values.some((other) => isEqual(other, value))) values.push(value);
      },
      result: () => values,
    };
  },
};

export const accumulatorNames = [...Object.keys(accumulators), '$count'];

/** `$group`: one document for each value of `_id`, in the order in which the values first come. */
export function group(operand: Value, { now, vars }: StageContext): Stage {
  if (!isDocument(operand) || !('_id' in operand))
    throw new CommandError(15955, 'a group specification must include an _id');
  const id = compileExpression(operand._id);
  const fields = Object.entries(operand)
    .filter(([name]) => name !== '_id')
    .map(([name, spec]) => accumulated(name, spec));
  return function* (input) {
    const groups = new Map<string, { id: Value; accumulators: Accumulator[] }>();
    for (const document of input) {
      const scope = { root: document, now, vars };
      const value = id(scope) ?? null;
      const key = encodeKey(value).toString('latin1');
      let found = groups.get(key);
      if (found === undefined) {
        found = { id: value, accumulators: fields.map(({ make }) => make()) };
        groups.set(key, found);
      }
      for (const [at, accumulator] of found.accumulators.entries())
        accumulator.add(fields[at]?.expression(scope));
    }
    for (const { id: value, accumulators: results } of groups.values()) {
      const document: Document = { _id: value };
      for (const [at, { name }] of fields.entries()) document[name] = results[at]?.result();
      yield document;
    }
  };
}

function accumulated(name: string, spec: Value) {
  if (name.includes('.')) throw new CommandError(40235, `The field name '${name}' cannot contain '.'`);
  const [operator = '', ...others] = isDocument(spec) ? Object.keys(spec) : [];
  if (others.length > 0) throw new CommandError(40238, `The field '${name}' must specify one accumulator`);
  if (operator !== '$push' && operator !== '$addToSet' && Array.isArray((spec as Document)?.[operator]))
    throw new CommandError(40237, `The ${operator} accumulator is a unary operator`);
  if (operator === '$count') {
    used('accumulator', operator);
    return { name, make: accumulators.$sum as () => Accumulator, expression: () => 1 };
  }
  const make = accumulators[operator];
  if (make === undefined) throw notImplemented(`the accumulator ${operator || name}`);
  used('accumulator', operator);
  return { name, make, expression: compileExpression((spec as Document)[operator]) };
}

export function sortByCount(operand: Value, context: StageContext): Stage {
  const grouped = group({ _id: operand, count: { $sum: 1 } }, context);
  return (input) => [...grouped(input)].sort((a, b) => compare(b.count, a.count));
}
