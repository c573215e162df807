import { wholeNumber } from '../bson/numbers.ts';
import { type Document, isDocument, type Value } from '../bson/values.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { valueAt } from '../expression/compile.ts';
import { compileFilter } from '../query/filter.ts';
import { valuesAt } from '../query/paths.ts';
import { parseSort, sorted } from '../query/sort.ts';
import { changedAt } from '../update/paths.ts';
import { group, sortByCount } from './group.ts';

export type StageContext = {
  now: Date;
  vars: Document;
  /** The documents of another collection that match. */
  lookup(from: string, filter: Document): Document[];
};
export type Stage = (input: Iterable<Document>) => Iterable<Document>;

function match(operand: Value, { now, vars }: StageContext): Stage {
  if (!isDocument(operand))
    throw new CommandError(15959, 'the match filter must be an expression in an object');
  const { matches } = compileFilter(operand, { now, variables: vars });
  return function* (input) {
    for (const document of input) if (matches(document)) yield document;
  };
}

function sort(operand: Value): Stage {
  const order = parseSort(operand);
  if (order === null) throw new CommandError(15976, '$sort stage must have at least one sort key');
  const itself = (document: Document) => document;
  return (input) => sorted(input, itself, itself, order);
}

function limit(operand: Value): Stage {
  const most = wholeNumber(operand, '$limit');
  if (most <= 0) throw new CommandError(15958, 'the limit must be positive');
  return function* (input) {
    let count = 0;
    for (const document of input) {
      yield document;
      if (++count >= most) return;
    }
  };
}

function skip(operand: Value): Stage {
  const passed = wholeNumber(operand, '$skip');
  return function* (input) {
    let count = 0;
    for (const document of input) if (count++ >= passed) yield document;
  };
}

function count(operand: Value): Stage {
  if (typeof operand !== 'string' || operand === '')
    throw new CommandError(40156, 'the count field must be a non-empty string');
  return function* (input) {
    let n = 0;
    for (const _ of input) n += 1;
    if (n > 0) yield { [operand]: n };
  };
}

const unwindOptions = ['path', 'preserveNullAndEmptyArrays', 'includeArrayIndex'];

function unwind(operand: Value): Stage {
  const given: Document = isDocument(operand) ? operand : { path: operand };
  for (const name of Object.keys(given))
    if (!unwindOptions.includes(name)) throw notImplemented(`$unwind's ${name}`);
  if (typeof given.path !== 'string' || !given.path.startsWith('$'))
    throw new CommandError(28818, 'path option to $unwind stage should be prefixed with a $');
  const parts = given.path.slice(1).split('.');
  const keeps = given.preserveNullAndEmptyArrays === true;
  const indexField = given.includeArrayIndex as string | undefined;
  const withIndex = (document: Document, at: bigint | null) =>
    indexField === undefined
      ? document
      : (changedAt(document, indexField.split('.'), () => at, true) as Document);
  return function* (input) {
    for (const document of input) {
      if (parts.some((_, to) => to > 0 && Array.isArray(valueAt(document, parts.slice(0, to)))))
        throw notImplemented('$unwind of a path through an array');
      const value = valueAt(document, parts);
      if (Array.isArray(value) && value.length > 0) {
        for (const [at, element] of value.entries()) {
          yield withIndex(changedAt(document, parts, () => element, true) as Document, BigInt(at));
        }
      } else if (value !== undefined && value !== null && !Array.isArray(value))
        yield withIndex(document, null);
      else if (keeps)
        yield withIndex(
          Array.isArray(value) ? (changedAt(document, parts, () => undefined, false) as Document) : document,
          null,
        );
    }
  };
}

function lookup(operand: Value, context: StageContext): Stage {
  if (!isDocument(operand)) throw new CommandError(9, '$lookup needs an object');
  const { from, localField, foreignField, as, ...others } = operand;
  const other = Object.keys(others)[0];
  if (other !== undefined) throw notImplemented(`$lookup's ${other}`);
  if ([from, localField, foreignField, as].some((name) => typeof name !== 'string')) {
    throw new CommandError(9, '$lookup needs from, localField, foreignField and as');
  }
  const parts = (localField as string).split('.');
  return function* (input) {
    for (const document of input) {
      const values = valuesAt(document, parts).flatMap((value) =>
        Array.isArray(value) ? value : [value ?? null],
      );
      const found = context.lookup(from as string, { [foreignField as string]: { $in: values } });
      yield changedAt(document, (as as string).split('.'), () => found, true) as Document;
    }
  };
}

/** The stages that look at more than one document. */
export const aggregateStages: Record<string, (operand: Value, context: StageContext) => Stage> = {
  $match: match,
  $sort: sort,
  $limit: limit,
  $skip: skip,
  $count: count,
  $unwind: unwind,
  $lookup: lookup,
  $group: group,
  $sortByCount: sortByCount,
};
