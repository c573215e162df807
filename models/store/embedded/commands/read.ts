import { isEqual } from '../bson/compare.ts';
import { cursorReply } from '../bson/compose.ts';
import { encodeStored } from '../bson/encode.ts';
import { wholeNumber } from '../bson/numbers.ts';
import type { Document, Value } from '../bson/values.ts';
import { type ChangeStream, readStream, tokenOf } from '../changes/stream.ts';
import { Later } from '../changes/waiting.ts';
import { badValue, notImplemented } from '../errors.ts';
import { compileFilter, type FilterContext } from '../query/filter.ts';
import { find } from '../query/find.ts';
import { valuesAt } from '../query/paths.ts';
import { compileProjection } from '../query/projection.ts';
import { parseSort } from '../query/sort.ts';
import type { Cursor } from '../server/cursors.ts';
import type { Reply } from '../server/groupCommit.ts';
import { type Command, type Context, collectionOf, documentOr, nameOf } from './command.ts';

const defaultBatch = 101;

const optional = (value: Value, what: string, otherwise: number): number => {
  if (value === undefined || value === null) return otherwise;
  const number = wholeNumber(value, what);
  if (number < 0) throw badValue(`${what} must not be negative`);
  return number;
};

/** A count or a false flag that changes nothing. */
const refuseWhenSet = (command: Document, names: string[]) => {
  for (const name of names) if (command[name]) throw notImplemented(`${name}`);
};

const findCommand: Command = {
  writes: false,
  fields: [
    'filter',
    'sort',
    'projection',
    'skip',
    'limit',
    'batchSize',
    'singleBatch',
    'hint',
    'let',
    'allowDiskUse',
    'noCursorTimeout',
    'tailable',
    'awaitData',
    'returnKey',
    'showRecordId',
    'min',
    'max',
    'allowPartialResults',
    'oplogReplay',
  ],
  run(context) {
    const { command, cursors, now, db } = context;
    refuseWhenSet(command, ['tailable', 'awaitData', 'returnKey', 'showRecordId', 'min', 'max']);
    const collection = collectionOf(context, command.find);
    const namespace = `${db}.${nameOf(command.find)}`;
    const filter = documentOr(command.filter, {});
    const sort = parseSort(command.sort);
    const project = compileProjection(command.projection);
    const limit = optional(command.limit, 'limit', 0) || Number.POSITIVE_INFINITY;
    const skip = optional(command.skip, 'skip', 0);
    const filterContext = { now, variables: documentOr(command.let, {}) };
    const results =
      collection === undefined
        ? [][Symbol.iterator]()
        : find(collection, { filter, sort, skip, limit, context: filterContext });
    if (collection === undefined) checkFilter(filter, filterContext);
    const next = () => {
      const { value, done } = results.next();
      if (done || value === undefined) return undefined;
      return project === null ? value.bytes : encodeStored(project(value.document, now));
    };
    const count = optional(command.batchSize, 'batchSize', defaultBatch);
    const { documents, id } = cursors.batch(
      cursors.create(namespace, next),
      count,
      command.singleBatch !== true,
    );
    return cursorReply('firstBatch', documents, { id, ns: namespace });
  },
};

const checkFilter = (filter: Document, context: FilterContext) => void compileFilter(filter, context);

const awaitMs = 1_000; // MongoDB's own, where the client names no time

/** The next events of a change stream; with none, the answer waits. */
function followed({ command, engine, since }: Context, cursor: Cursor, stream: ChangeStream): Reply | Later {
  const count = optional(command.batchSize, 'batchSize', 0) || 1000;
  const events = readStream(engine, stream, count);
  const left = since + optional(command.maxTimeMS, 'maxTimeMS', awaitMs) - Date.now();
  if (events.length === 0 && left > 0) return new Later(left);
  const { id, namespace: ns } = cursor;
  return cursorReply('nextBatch', events, { id, ns, postBatchResumeToken: tokenOf(stream.position) });
}

const getMore: Command = {
  writes: false,
  repeatable: false,
  fields: ['collection', 'batchSize'],
  run(context) {
    const { command, cursors } = context;
    const cursor = cursors.get(BigInt(command.getMore as bigint));
    cursor.usedAt = Date.now();
    if (cursor.stream !== undefined) return followed(context, cursor, cursor.stream);
    const { documents, id } = cursors.batch(
      cursor,
      optional(command.batchSize, 'batchSize', 0) || 1000,
      true,
    );
    return cursorReply('nextBatch', documents, { id, ns: cursor.namespace });
  },
};

const killCursors: Command = {
  writes: false,
  fields: ['cursors'],
  run({ command, cursors }) {
    const ids = Array.isArray(command.cursors) ? command.cursors : [];
    const cursorsKilled = ids.filter((id) => cursors.kill(BigInt(id)));
    const cursorsNotFound = ids.filter((id) => !cursorsKilled.includes(id));
    return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [], ok: 1 };
  },
};

function* matching(context: Context, name: Value, filter: Value, skip = 0, limit = Number.POSITIVE_INFINITY) {
  const collection = collectionOf(context, name);
  const query = documentOr(filter, {});
  checkFilter(query, { now: context.now });
  if (collection !== undefined)
    yield* find(collection, { filter: query, sort: null, skip, limit, context: { now: context.now } });
}

const count: Command = {
  writes: false,
  fields: ['query', 'skip', 'limit', 'hint'],
  run(context) {
    const { command } = context;
    const skip = optional(command.skip, 'skip', 0);
    const limit = Math.abs(wholeNumber(command.limit ?? 0, 'limit')) || Number.POSITIVE_INFINITY;
    const query = documentOr(command.query, {});
    if (Object.keys(query).length === 0) {
      const all = collectionOf(context, command.count)?.count() ?? 0;
      return { n: Math.min(Math.max(all - skip, 0), limit), ok: 1 };
    }
    let n = 0;
    for (const _ of matching(context, command.count, query, skip, limit)) n += 1;
    return { n, ok: 1 };
  },
};

const distinct: Command = {
  writes: false,
  fields: ['key', 'query', 'hint'],
  run(context) {
    const { command } = context;
    if (typeof command.key !== 'string') throw badValue('distinct needs a key');
    const parts = command.key.split('.');
    const values: Value[] = [];
    for (const { document } of matching(context, command.distinct, command.query)) {
      for (const value of valuesAt(document, parts).flat()) {
        if (value !== undefined && !values.some((other) => isEqual(other, value))) values.push(value);
      }
    }
    return { values, ok: 1 };
  },
};

export const readCommands: Record<string, Command> = {
  find: findCommand,
  getMore,
  killCursors,
  count,
  distinct,
};
