import { ObjectId } from 'bson';
import { type Document, isDocument, type Value } from '../bson/values.ts';
import { CommandError, failedToParse } from '../errors.ts';
import { type Bound, isSame } from '../query/filter.ts';
import { compileModifiers } from './modifiers.ts';
import { changedAt } from './paths.ts';
import { compilePipeline } from './pipeline.ts';

export type Update = {
  kind: 'operators' | 'pipeline' | 'replacement';
  apply(document: Document): Document;
  /** The document that an upsert inserts. */
  insert(bounds: Bound[]): Document;
};

/** Reads the `u` of an update: a pipeline, operators, or a whole document. */
export function compileUpdate(source: Value, now: Date, vars: Document = {}): Update {
  if (Array.isArray(source)) {
    const apply = keepingId(compilePipeline(source, now, vars));
    return {
      kind: 'pipeline',
      apply,
      insert: (bounds) => inserted(fromBounds(bounds), compilePipeline(source, now, vars)),
    };
  }
  if (!isDocument(source)) throw failedToParse('an update must be a document or an array');
  if (Object.keys(source)[0]?.startsWith('$')) {
    const apply = keepingId(compileModifiers(source, { now, isInsert: false }));
    return { kind: 'operators', apply, insert: (bounds) => insertOf(source, now, bounds) };
  }
  for (const name of Object.keys(source)) {
    if (name.startsWith('$'))
      throw new CommandError(52, `The dollar ($) prefixed field '${name}' is not allowed`);
  }
  return {
    kind: 'replacement',
    apply: (document) => {
      if ('_id' in source && !isSame(source._id, document._id)) throw immutable();
      const { _id: _dropped, ...rest } = source;
      return { _id: document._id, ...rest };
    },
    insert: (bounds) => {
      const { _id } = fromBounds(bounds);
      return inserted(_id === undefined ? {} : { _id }, () => ({ _id, ...source }));
    },
  };
}

function insertOf(source: Document, now: Date, bounds: Bound[]): Document {
  return inserted(fromBounds(bounds), compileModifiers(source, { now, isInsert: true }));
}

/** The filter's _id stays, whatever the update says. */
function inserted(base: Document, change: (document: Document) => Document): Document {
  const made = change(base);
  if (base._id === undefined) return withId(made);
  if (made._id !== undefined && !isSame(base._id, made._id)) throw immutable();
  return withId({ ...made, _id: base._id });
}

const immutable = () =>
  new CommandError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");

const keepingId = (apply: (document: Document) => Document) => (document: Document) => {
  const result = apply(document);
  if (result === document) return document;
  if (result._id === undefined) return { _id: document._id, ...result };
  if (!isSame(result._id, document._id)) throw immutable();
  return result;
};

/** The fields that a filter fixes, with which an upserted document begins. */
function fromBounds(bounds: Bound[]): Document {
  let document: Document = {};
  const seen = new Set<string>();
  for (const { path, op, value } of bounds) {
    if (op !== '$eq' || path.includes('.$')) continue;
    if (seen.has(path))
      throw new CommandError(54, `cannot infer query fields to set, path '${path}' is matched twice`);
    seen.add(path);
    document = changedAt(document, path.split('.'), () => value, true) as Document;
  }
  return document;
}

/** Puts the _id first, and makes one where there is none. */
function withId(document: Document): Document {
  const { _id = new ObjectId(), ...rest } = document;
  return { _id, ...rest };
}
