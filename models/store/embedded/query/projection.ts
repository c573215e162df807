import { amount } from '../bson/compare.ts';
import { isNumber } from '../bson/numbers.ts';
import { type Document, isDocument, type Value } from '../bson/values.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { compileExpression, type Expression } from '../expression/compile.ts';
import { fieldOf } from './paths.ts';

export type Projection = (document: Document, now: Date) => Document;
/** A tree of paths: `true` keeps (or leaves out) all below, an expression computes. */
type Tree = Map<string, true | Tree | Expression>;

const isFlag = (value: Value) => typeof value === 'boolean' || isNumber(value);
const isOn = (value: Value) => (typeof value === 'boolean' ? value : Number(amount(value)) !== 0);

/** Compiles a projection of find, findAndModify or $project; null where all fields stay. */
export function compileProjection(source: Value): Projection | null {
  if (source === undefined || source === null) return null;
  if (!isDocument(source)) throw new CommandError(2, 'projection must be an object');
  const entries = flatten(source);
  if (entries.length === 0) return null;
  const keepsId = entries.find(([path]) => path === '_id')?.[1];
  const others = entries.filter(([path]) => path !== '_id');
  const including =
    others.some(([, value]) => !isFlag(value) || isOn(value)) ||
    (others.length === 0 && keepsId !== undefined && (!isFlag(keepsId) || isOn(keepsId)));
  const tree: Tree = new Map();
  for (const [path, value] of entries) {
    if (/(^|\.)\$/.test(path) || path.endsWith('.$')) throw notImplemented('positional projection');
    if (including && isFlag(value) && !isOn(value)) {
      if (path !== '_id')
        throw new CommandError(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
      continue;
    }
    if (!including && path === '_id' && isFlag(value) && isOn(value)) continue;
    place(tree, path, isFlag(value) ? true : compileExpression(value));
  }
  if (!including) return (document) => exclude(document, tree) as Document;
  if (keepsId === undefined && !tree.has('_id')) tree.set('_id', true);
  return (document, now) => include(document, tree, { root: document, now, vars: {} }) as Document;
}

function flatten(source: Document, prefix = ''): [string, Value][] {
  return Object.entries(source).flatMap(([name, value]): [string, Value][] => {
    const path = prefix + name;
    if (!isDocument(value)) return [[path, value]];
    const first = Object.keys(value)[0];
    if (first === undefined)
      throw new CommandError(51270, `An empty sub-projection is not a valid value: ${path}`);
    if (first === '$slice' || first === '$elemMatch' || first === '$meta')
      throw notImplemented(`the projection ${first}`);
    return first.startsWith('$') ? [[path, value]] : flatten(value, `${path}.`);
  });
}

function place(tree: Tree, path: string, value: true | Expression) {
  const parts = path.split('.');
  const last = parts.pop() as string;
  let at = tree;
  for (const part of parts) {
    const next = at.get(part) ?? new Map();
    if (!(next instanceof Map)) throw new CommandError(31249, `Path collision at ${path}`);
    at.set(part, next);
    at = next;
  }
  if (at.has(last)) throw new CommandError(31250, `Path collision at ${path}`);
  at.set(last, value);
}

function include(value: Value, tree: Tree, scope: Parameters<Expression>[0]): Value {
  if (Array.isArray(value)) {
    return value
      .filter((element) => isDocument(element) || Array.isArray(element))
      .map((element) => include(element, tree, scope));
  }
  if (!isDocument(value)) return undefined;
  const result: Document = {};
  for (const name of Object.keys(value)) {
    const wanted = tree.get(name);
    if (wanted === true) result[name] = value[name];
    else if (wanted instanceof Map) {
      const inner = include(value[name], wanted, scope);
      if (inner !== undefined) result[name] = inner;
    }
  }
  // Computed fields come after those that stay.
  for (const [name, wanted] of tree) {
    if (typeof wanted === 'function') {
      const computed = wanted(scope);
      if (computed !== undefined) result[name] = computed;
    } else if (wanted instanceof Map && fieldOf(value, name) === undefined && computes(wanted)) {
      result[name] = include({}, wanted, scope);
    }
  }
  return result;
}

const computes = (tree: Tree): boolean =>
  [...tree.values()].some(
    (value) => typeof value === 'function' || (value instanceof Map && computes(value)),
  );

function exclude(value: Value, tree: Tree): Value {
  if (Array.isArray(value)) return value.map((element) => exclude(element, tree));
  if (!isDocument(value)) return value;
  const result: Document = {};
  for (const name of Object.keys(value)) {
    const unwanted = tree.get(name);
    if (unwanted === true) continue;
    result[name] = unwanted instanceof Map ? exclude(value[name], unwanted) : value[name];
  }
  return result;
}
