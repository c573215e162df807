import { ObjectId } from 'bson';
import { withDocument } from '../bson/compose.ts';
import { encode } from '../bson/encode.ts';
import { type Document, decode, type Value } from '../bson/values.ts';
import { badValue, CommandError, notImplemented } from '../errors.ts';
import { compileFilter } from '../query/filter.ts';
import { find } from '../query/find.ts';
import { compileProjection } from '../query/projection.ts';
import { parseSort } from '../query/sort.ts';
import type { Reply } from '../server/groupCommit.ts';
import type { Stored } from '../storage/cache.ts';
import { compileUpdate, type Update } from '../update/update.ts';
import { type Command, type Context, collectionOf, documentOr, nameOf, onlyKnown } from './command.ts';
import { statements } from './statements.ts';

const shared = ['ordered', 'bypassDocumentValidation', 'let', 'stmtId', 'stmtIds'];

const insert: Command = {
  writes: true,
  fields: ['documents', ...shared],
  run(context) {
    const { command, engine, db } = context;
    const sent = context.sequences.get('documents');
    const documents: (Buffer | Value)[] = sent ?? (command.documents as Value[]) ?? [];
    if (documents.length === 0) throw badValue('Write batch sizes must be between 1 and 100000');
    const collection = engine.catalog.ensure(db, nameOf(command.insert));
    return statements(context, documents, (given) => {
      const bytes = Buffer.isBuffer(given) ? given : null;
      const document = bytes === null ? documentOr(given as Value, {}) : decode(bytes);
      const first = Object.keys(document)[0];
      if (first === '_id' && bytes !== null && bytes.length <= 16 * 1024 * 1024)
        collection.insert(document, Buffer.from(bytes));
      else {
        const { _id = new ObjectId(), ...rest } = document;
        collection.insert({ _id, ...rest });
      }
      return { n: 1 };
    });
  },
};

/** Applies an update to one document; says whether anything changed. */
function applied(
  context: Context,
  name: Value,
  stored: Stored,
  update: Update,
): { stored: Stored; changed: boolean } {
  const collection = collectionOf(context, name);
  const document = update.apply(stored.document);
  if (document === stored.document || collection === undefined) return { stored, changed: false };
  const now = collection.update(stored, document, update.kind === 'replacement' ? 'replace' : 'update');
  return { stored: now, changed: now !== stored };
}

const updateStatement = ['q', 'u', 'upsert', 'multi', 'hint', 'c', 'sort', 'arrayFilters', 'collation'];

const update: Command = {
  writes: true,
  fields: ['updates', ...shared],
  run(context) {
    const { command, engine, db, now } = context;
    const updates = context.sequences.get('updates')?.map((bytes) => decode(bytes)) ?? command.updates;
    if (!Array.isArray(updates) || updates.length === 0)
      throw badValue('Write batch sizes must be between 1 and 100000');
    const name = nameOf(command.update);
    return statements(context, updates, (statement: Document) => {
      onlyKnown('an update', statement, updateStatement);
      refuse(statement, ['arrayFilters', 'collation', 'c']);
      const filter = documentOr(statement.q, {});
      const variables = documentOr(command.let, {});
      const change = compileUpdate(statement.u, now, variables);
      const multi = statement.multi === true;
      if (multi && change.kind === 'replacement')
        throw new CommandError(9, 'multi update is not supported for replacement-style update');
      const collection = engine.catalog.get(db, name);
      const sort = parseSort(statement.sort);
      // Written while it is read, an index could lead to a document twice: so all are found first.
      const found =
        collection === undefined
          ? []
          : [
              ...find(collection, {
                filter,
                sort,
                limit: multi ? undefined : 1,
                context: { now, variables },
              }),
            ];
      let nModified = 0;
      for (const stored of found) if (applied(context, name, stored, change).changed) nModified += 1;
      if (found.length > 0 || statement.upsert !== true) {
        if (collection === undefined) compileFilter(filter, { now, variables });
        return { n: found.length, nModified };
      }
      const made = upserted(context, name, filter, change);
      return { n: 1, nModified: 0, upserted: made._id };
    });
  },
};

function upserted(context: Context, name: string, filter: Document, change: Update): Document {
  const { bounds } = compileFilter(filter, { now: context.now });
  const document = change.insert(bounds);
  context.engine.catalog.ensure(context.db, name).insert(document);
  return document;
}

const refuse = (statement: Document, names: string[]) => {
  for (const name of names) if (statement[name] !== undefined) throw notImplemented(name);
};

const deletes: Command = {
  writes: true,
  fields: ['deletes', ...shared],
  run(context) {
    const { command, now } = context;
    const list = context.sequences.get('deletes')?.map((bytes) => decode(bytes)) ?? command.deletes;
    if (!Array.isArray(list) || list.length === 0)
      throw badValue('Write batch sizes must be between 1 and 100000');
    const collection = collectionOf(context, command.delete);
    return statements(context, list, (statement: Document) => {
      onlyKnown('a delete', statement, ['q', 'limit', 'hint', 'collation']);
      refuse(statement, ['collation']);
      const filter = documentOr(statement.q, {});
      const variables = documentOr(command.let, {});
      if (collection === undefined) {
        compileFilter(filter, { now, variables });
        return { n: 0 };
      }
      const limit = Number(statement.limit) === 1 ? 1 : undefined;
      const found = [...find(collection, { filter, sort: null, limit, context: { now, variables } })];
      for (const stored of found) collection.remove(stored);
      return { n: found.length };
    });
  },
};

const findAndModify: Command = {
  writes: true,
  fields: [
    'query',
    'update',
    'remove',
    'new',
    'upsert',
    'sort',
    'fields',
    'hint',
    'arrayFilters',
    'collation',
    ...shared,
  ],
  run(context) {
    const { command, now } = context;
    refuse(command, ['arrayFilters', 'collation']);
    const name = nameOf(command.findAndModify ?? command.findandmodify);
    const filter = documentOr(command.query, {});
    const variables = documentOr(command.let, {});
    const project = compileProjection(command.fields);
    const collection = collectionOf(context, name);
    const sort = parseSort(command.sort);
    if (collection === undefined) compileFilter(filter, { now, variables });
    const found =
      collection === undefined
        ? undefined
        : find(collection, { filter, sort, limit: 1, context: { now, variables } }).next().value;
    const answer = (
      lastErrorObject: Document,
      value: { document: Document; bytes?: Buffer } | undefined,
    ): Reply => {
      if (value === undefined) return { lastErrorObject, value: null, ok: 1 };
      const bytes =
        project === null ? (value.bytes ?? encode(value.document)) : encode(project(value.document, now));
      return withDocument({ lastErrorObject }, 'value', bytes, { ok: 1 });
    };
    if (command.remove === true) {
      if (command.update !== undefined) throw badValue('Cannot specify both an update and remove=true');
      if (found === undefined) return answer({ n: 0 }, undefined);
      collection?.remove(found);
      return answer({ n: 1 }, found);
    }
    if (command.update === undefined) throw badValue('Either an update or remove=true must be specified');
    const change = compileUpdate(command.update, now, variables);
    if (found !== undefined) {
      const { stored } = applied(context, name, found, change);
      return answer({ n: 1, updatedExisting: true }, command.new === true ? stored : found);
    }
    if (command.upsert !== true) return answer({ n: 0, updatedExisting: false }, undefined);
    const document = upserted(context, name, filter, change);
    return answer(
      { n: 1, updatedExisting: false, upserted: document._id },
      command.new === true ? { document } : undefined,
    );
  },
};

export const writeCommands: Record<string, Command> = { insert, update, delete: deletes, findAndModify };
