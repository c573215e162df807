import { type Document, isDocument, type Value } from '../bson/values.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { fieldOf } from '../query/paths.ts';
import { used } from '../recorder.ts';
import { expressionOperators } from './operators.ts';

/** What an expression is evaluated over; `$$NOW` is one instant for a whole command. */
export type Scope = { root: Document; now: Date; vars: Document };
/** A compiled expression; undefined is a missing field, which is not null. */
export type Expression = (scope: Scope) => Value;

/** Compiles an aggregation expression; an operator the store does not vouch for is refused here. */
export function compileExpression(source: Value): Expression {
  if (typeof source === 'string') return source.startsWith('$') ? reference(source) : () => source;
  if (Array.isArray(source)) {
    const elements = source.map(compileExpression);
    return (scope) => elements.map((element) => element(scope) ?? null);
  }
  if (!isDocument(source)) return () => source;
  const names = Object.keys(source);
  const operator = names.find((name) => name.startsWith('$'));
  if (operator !== undefined) {
    if (names.length !== 1) {
      throw new CommandError(15983, 'an expression specification must contain exactly one field');
    }
    const make = expressionOperators[operator];
    if (make === undefined) throw notImplemented(`the expression operator ${operator}`);
    used('expression', operator);
    return make(source[operator], compileExpression);
  }
  return object(source, names);
}

function object(source: Document, names: string[]): Expression {
  const fields = names.map((name) => {
    if (name.includes('.')) throw new CommandError(16412, `FieldPath field names may not contain '.'`);
    return [name, compileExpression(source[name])] as const;
  });
  return (scope) => {
    const result: Document = {};
    for (const [name, field] of fields) {
      const value = field(scope);
      if (value !== undefined) result[name] = value;
    }
    return result;
  };
}

function reference(source: string): Expression {
  if (!source.startsWith('$$')) {
    const parts = source.slice(1).split('.');
    if (parts.some((part) => part === '')) throw new CommandError(40353, `invalid field path '${source}'`);
    if (parts.length === 1) {
      const name = parts[0] as string;
      return ({ root }) => fieldOf(root, name);
    }
    return ({ root }) => valueAt(root, parts);
  }
  const [name = '', ...parts] = source.slice(2).split('.');
  const base = variable(name);
  return parts.length === 0 ? base : (scope) => valueAt(base(scope), parts);
}

function variable(name: string): Expression {
  switch (name) {
    case 'ROOT':
    case 'CURRENT':
      return ({ root }) => root;
    case 'NOW':
      return ({ now }) => now;
    case 'REMOVE':
      return () => undefined;
  }
  if (!/^[a-z]/.test(name) && !/^[^\x20-\x7f]/.test(name)) throw notImplemented(`the variable $$${name}`);
  return ({ vars }) => {
    if (!(name in vars)) throw new CommandError(17276, `Use of undefined variable: ${name}`);
    return vars[name];
  };
}

/** The value at a path as an expression sees it: an array on the way becomes the array of its elements' values. */
export function valueAt(value: Value, parts: string[], from = 0): Value {
  if (from === parts.length) return value;
  if (Array.isArray(value)) {
    const found: Value[] = [];
    for (const element of value) {
      const inner = isDocument(element) || Array.isArray(element) ? valueAt(element, parts, from) : undefined;
      if (inner !== undefined) found.push(inner);
    }
    return found;
  }
  if (!isDocument(value)) return undefined;
  return valueAt(fieldOf(value, parts[from] as string), parts, from + 1);
}
