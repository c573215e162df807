import { compare, isEqual } from '../bson/compare.ts';
import { encode } from '../bson/encode.ts';
import { type Document, isDocument, typeOf, type Value } from '../bson/values.ts';
import { badValue, notImplemented } from '../errors.ts';
import { compileExpression } from '../expression/compile.ts';
import { used } from '../recorder.ts';
import { isOperators, type LeafTest, leafOperators } from './operators.ts';
import { fieldOf, valuesAt } from './paths.ts';

export type Predicate = (document: Document) => boolean;
/** One condition that every match fulfils, as the planner can use it. */
export type Bound = { path: string; op: string; value: Value };
export type Filter = { matches: Predicate; bounds: Bound[] };

export type FilterContext = { now: Date; variables?: Document };

/** Compiles a query filter; whatever in it the store does not vouch for is refused here. */
export function compileFilter(filter: Document, context: FilterContext): Filter {
  const bounds: Bound[] = [];
  return { matches: conjunction(filter, context, bounds), bounds };
}

function conjunction(filter: Document, context: FilterContext, bounds: Bound[] | null): Predicate {
  const tests: Predicate[] = [];
  for (const [key, value] of Object.entries(filter)) {
    if (key.startsWith('$')) tests.push(...logical(key, value, context, bounds));
    else tests.push(...fieldTests(key, value, context, bounds));
  }
  if (tests.length === 1) return tests[0] as Predicate;
  return (document) => {
    for (const test of tests) if (!test(document)) return false;
    return true;
  };
}

function logical(key: string, value: Value, context: FilterContext, bounds: Bound[] | null): Predicate[] {
  used('query', key);
  if (key === '$comment') return [];
  if (key === '$expr') {
    const expression = compileExpression(value);
    return [
      (document) => {
        const result = expression({ root: document, now: context.now, vars: context.variables ?? {} });
        return result !== undefined && result !== null && result !== false && !isEqual(result, 0);
      },
    ];
  }
  if (key !== '$and' && key !== '$or' && key !== '$nor') throw notImplemented(`the query operator ${key}`);
  if (!Array.isArray(value) || value.length === 0) throw badValue(`${key} must be a nonempty array`);
  const clauses = value.map((clause) => {
    if (!isDocument(clause)) throw badValue('$or/$and/$nor entries need to be full objects');
    return conjunction(clause, context, key === '$and' ? bounds : null);
  });
  if (key === '$and') return clauses;
  if (key === '$or') return [(document) => clauses.some((clause) => clause(document))];
  return [(document) => !clauses.some((clause) => clause(document))];
}

function fieldTests(path: string, value: Value, context: FilterContext, bounds: Bound[] | null): Predicate[] {
  const parts = path.split('.');
  if (!isOperators(value)) {
    const op = typeOf(value) === 'regex' ? '$regex' : '$eq';
    if (op === '$eq') bounds?.push({ path, op, value });
    return [leaf(parts, op, value, {})];
  }
  const tests: Predicate[] = [];
  for (const [op, operand] of Object.entries(value)) {
    if (op === '$options') {
      if (!('$regex' in value)) throw badValue('$options needs a $regex');
      continue;
    }
    if (op === '$not') {
      used('query', op);
      tests.push(negated(path, operand, context));
    } else if (op === '$elemMatch') {
      used('query', op);
      tests.push(elemMatch(parts, operand, context));
    } else if (op === '$all') {
      used('query', op);
      tests.push(...all(path, operand, context, bounds));
    } else {
      const test = leaf(parts, op, operand, value);
      if (!(op === '$in' && (operand as Value[]).some((one) => typeOf(one) === 'regex'))) {
        bounds?.push({ path, op, value: operand });
      }
      tests.push(test);
    }
  }
  return tests;
}

/** `$all` is a condition for each of its values, which different elements may fulfil. */
function all(path: string, operand: Value, context: FilterContext, bounds: Bound[] | null): Predicate[] {
  if (!Array.isArray(operand)) throw badValue('$all needs an array');
  if (operand.some(isOperators)) throw notImplemented('operators within $all');
  if (operand.length === 0) return [() => false];
  return operand.flatMap((one) => fieldTests(path, one, context, bounds));
}

function negated(path: string, operand: Value, context: FilterContext): Predicate {
  if (!isOperators(operand) && typeOf(operand) !== 'regex')
    throw badValue('$not needs a regex or a document');
  const tests = fieldTests(path, operand, context, null);
  return (document) => !tests.every((test) => test(document));
}

function elemMatch(parts: string[], operand: Value, context: FilterContext): Predicate {
  if (!isDocument(operand)) throw badValue('$elemMatch needs an Object');
  const test = elementTest(operand, context);
  return (document) =>
    valuesAt(document, parts).some((value) => Array.isArray(value) && value.some((element) => test(element)));
}

/** What an element of an array must be: conditions on the element itself, or on its fields. */
export function elementTest(operand: Document, context: FilterContext): (element: Value) => boolean {
  const logicalFirst = ['$and', '$or', '$nor', '$expr'].includes(Object.keys(operand)[0] ?? '');
  if (isOperators(operand) && !logicalFirst) {
    const tests = fieldTests('element', operand, context, null);
    return (element) => {
      if (Array.isArray(element))
        throw notImplemented('$elemMatch or $pull by operators on arrays within arrays');
      return tests.every((test) => test({ element }));
    };
  }
  const test = conjunction(operand, context, null);
  return (element) => {
    if (isDocument(element)) return test(element);
    return Array.isArray(element) && test({ ...element } as unknown as Document);
  };
}

function leaf(parts: string[], op: string, operand: Value, all: Document): Predicate {
  const make = leafOperators[op];
  if (make === undefined) throw notImplemented(`the query operator ${op}`);
  used('query', op);
  const { test, whole = false, negate = false } = make(operand, all);
  const some = withElements(test, whole);
  const found: Predicate =
    parts.length === 1
      ? (document) => some(fieldOf(document, parts[0] as string))
      : (document) => valuesAt(document, parts).some(some);
  return negate ? (document) => !found(document) : found;
}

/** An array fulfils a condition itself or by any of its elements. */
const withElements =
  (test: LeafTest, whole: boolean): LeafTest =>
  (value) =>
    test(value) || (!whole && Array.isArray(value) && value.some(test));

/** Whether two values are the same BSON, types and the order of fields included: 1 and 1.0 are not. */
export function isSame(a: Value, b: Value): boolean {
  if (a === b) return true;
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  if (type === 'decimal') return String(a) === String(b);
  if (type === 'object' || type === 'array') return encode({ value: a }).equals(encode({ value: b }));
  return compare(a, b) === 0;
}
