import { amount, compare } from '../bson/compare.ts';
import { isNumber } from '../bson/numbers.ts';
import { isDocument, typeOf, type Value } from '../bson/values.ts';
import { CommandError } from '../errors.ts';
import { args, isNothing, type Make, named, takes } from './operator.ts';

/** What counts as true: everything but false, null, missing and zero. */
export const isTrue = (value: Value) =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  !(isNumber(value) && Number(amount(value)) === 0);

const comparison = (name: string, accepts: (difference: number) => boolean) =>
  takes(name, 2, 2, ([a, b]) => accepts(compare(a, b)));

const cond: Make = (operand, compile) => {
  let parts = args(operand);
  if (isDocument(operand)) {
    const given = named('$cond', operand, ['if', 'then', 'else']);
    parts = [given.if, given.then, given.else];
  }
  if (parts.length !== 3) throw new CommandError(16020, 'Expression $cond takes exactly 3 arguments');
  const [test, yes, no] = parts.map(compile) as [
    ReturnType<typeof compile>,
    ReturnType<typeof compile>,
    ReturnType<typeof compile>,
  ];
  return (scope) => (isTrue(test(scope)) ? yes(scope) : no(scope));
};

const switched: Make = (operand, compile) => {
  const given = named('$switch', operand, ['branches'], ['default']);
  const branches = (given.branches as Value[]).map((branch) => {
    const { case: test, then } = named('$switch', branch, ['case', 'then']);
    return { test: compile(test), result: compile(then) };
  });
  const otherwise = 'default' in given ? compile(given.default) : null;
  return (scope) => {
    const branch = branches.find(({ test }) => isTrue(test(scope)));
    if (branch !== undefined) return branch.result(scope);
    if (otherwise === null) throw new CommandError(40066, '$switch could not find a matching branch');
    return otherwise(scope);
  };
};

const ifNull: Make = (operand, compile) => {
  const parts = args(operand).map(compile);
  if (parts.length < 2) throw new CommandError(1257300, '$ifNull needs at least two arguments');
  return (scope) => {
    let value: Value;
    for (const part of parts) {
      value = part(scope);
      if (!isNothing(value)) return value;
    }
    return value;
  };
};

export const logicOperators: Record<string, Make> = {
  $eq: comparison('$eq', (difference) => difference === 0),
  $ne: comparison('$ne', (difference) => difference !== 0),
  $gt: comparison('$gt', (difference) => difference > 0),
  $gte: comparison('$gte', (difference) => difference >= 0),
  $lt: comparison('$lt', (difference) => difference < 0),
  $lte: comparison('$lte', (difference) => difference <= 0),
  $cmp: takes('$cmp', 2, 2, ([a, b]) => Math.sign(compare(a, b))),
  $and: (operand, compile) => {
    const parts = args(operand).map(compile);
    return (scope) => parts.every((part) => isTrue(part(scope)));
  },
  $or: (operand, compile) => {
    const parts = args(operand).map(compile);
    return (scope) => parts.some((part) => isTrue(part(scope)));
  },
  $not: takes('$not', 1, 1, ([value]) => !isTrue(value)),
  $cond: cond,
  $switch: switched,
  $ifNull: ifNull,
  $literal: (operand) => () => operand,
  $type: takes('$type', 1, 1, ([value]) => typeOf(value)),
  $let: (operand, compile) => {
    const given = named('$let', operand, ['vars', 'in']);
    const vars = Object.entries(given.vars as object).map(([name, value]) => [name, compile(value)] as const);
    const body = compile(given.in);
    return (scope) => {
      const inner = { ...scope.vars };
      for (const [name, value] of vars) inner[name] = value(scope);
      return body({ ...scope, vars: inner });
    };
  },
};
