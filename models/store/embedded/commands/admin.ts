import { Binary } from 'bson';
import { cursorReply } from '../bson/compose.ts';
import { encode } from '../bson/encode.ts';
import { type Document, isDocument, type Value } from '../bson/values.ts';
import { CommandError } from '../errors.ts';
import { compileFilter } from '../query/filter.ts';
import type { Collection } from '../storage/collection.ts';
import { type Command, type Context, collectionOf, documentOr, nameOf } from './command.ts';

const listed = (namespace: string, documents: Document[]) =>
  cursorReply(
    'firstBatch',
    documents.map((one) => encode(one)),
    { id: 0n, ns: namespace },
  );

const existing = (context: Context, name: Value): Collection => {
  const collection = collectionOf(context, name);
  if (collection === undefined)
    throw new CommandError(26, `ns does not exist: ${context.db}.${nameOf(name)}`);
  return collection;
};

const create: Command = {
  writes: true,
  fields: [],
  run(context) {
    const { engine, db, command } = context;
    const name = nameOf(command.create);
    if (engine.catalog.get(db, name) !== undefined)
      throw new CommandError(48, `Collection ${db}.${name} already exists.`);
    engine.catalog.ensure(db, name);
    return { ok: 1 };
  },
};

const drop: Command = {
  writes: true,
  fields: [],
  run(context) {
    const collection = collectionOf(context, context.command.drop);
    if (collection === undefined) return { ok: 1 };
    const nIndexesWas = collection.indexes.length + 1;
    context.engine.catalog.drop(collection);
    return { nIndexesWas, ns: collection.namespace, ok: 1 };
  },
};

const dropDatabase: Command = {
  writes: true,
  fields: [],
  run({ engine, db }) {
    for (const collection of engine.catalog.inDatabase(db)) engine.catalog.drop(collection);
    return { dropped: db, ok: 1 };
  },
};

const listCollections: Command = {
  writes: false,
  fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'],
  run({ engine, db, command, now }) {
    const { matches } = compileFilter(documentOr(command.filter, {}), { now });
    const documents = engine.catalog.inDatabase(db).map((collection) => ({
      name: collection.name,
      type: 'collection',
      ...(command.nameOnly === true
        ? {}
        : {
            options: {},
            info: { readOnly: false, uuid: new Binary(collection.uuid, 4) },
            idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
          }),
    }));
    return listed(`${db}.$cmd.listCollections`, documents.filter(matches));
  },
};

const listDatabases: Command = {
  writes: false,
  fields: ['filter', 'nameOnly', 'authorizedDatabases'],
  run({ engine, command, now }) {
    const { matches } = compileFilter(documentOr(command.filter, {}), { now });
    const names = [...new Set(engine.catalog.all().map(({ db }) => db))].sort();
    const databases = names.map((name) => ({
      name,
      ...(command.nameOnly === true ? {} : { sizeOnDisk: 0, empty: false }),
    }));
    return { databases: databases.filter(matches), ok: 1 };
  },
};

const createIndexes: Command = {
  writes: true,
  fields: ['indexes', 'commitQuorum'],
  run(context) {
    const { engine, db, command } = context;
    if (!Array.isArray(command.indexes) || command.indexes.length === 0)
      throw new CommandError(2, 'Must specify at least one index to create');
    const name = nameOf(command.createIndexes);
    const isNew = engine.catalog.get(db, name) === undefined;
    const collection = engine.catalog.ensure(db, name);
    const numIndexesBefore = collection.indexes.length + 1;
    for (const source of command.indexes) engine.catalog.createIndex(collection, documentOr(source, {}));
    return {
      numIndexesBefore,
      numIndexesAfter: collection.indexes.length + 1,
      createdCollectionAutomatically: isNew,
      ok: 1,
    };
  },
};

const listIndexes: Command = {
  writes: false,
  fields: ['cursor'],
  run(context) {
    const collection = existing(context, context.command.listIndexes);
    const documents = [
      { v: 2, key: { _id: 1 }, name: '_id_' },
      ...collection.indexes.map(({ spec }) => spec.source),
    ];
    return listed(collection.namespace, documents);
  },
};

const dropIndexes: Command = {
  writes: true,
  fields: ['index'],
  run(context) {
    const { engine, command } = context;
    const collection = existing(context, command.dropIndexes);
    const nIndexesWas = collection.indexes.length + 1;
    const wanted = command.index;
    if (wanted === '_id_') throw new CommandError(72, 'cannot drop _id index');
    const names = Array.isArray(wanted) ? wanted : [wanted];
    const dropped =
      wanted === '*'
        ? [...collection.indexes]
        : names.map((name) => {
            const found = collection.indexes.find(({ spec }) =>
              isDocument(name) ? encode(spec.key).equals(encode(name)) : spec.name === name,
            );
            if (found === undefined)
              throw new CommandError(27, `index not found with name [${String(name)}]`);
            return found;
          });
    for (const index of dropped) engine.catalog.dropIndex(collection, index);
    return { nIndexesWas, ok: 1 };
  },
};

export const adminCommands: Record<string, Command> = {
  create,
  drop,
  dropDatabase,
  listCollections,
  listDatabases,
  createIndexes,
  listIndexes,
  dropIndexes,
};
