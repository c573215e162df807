import { aggregateStages, type StageContext } from '../aggregate/stages.ts';
import { cursorReply } from '../bson/compose.ts';
import { encodeStored } from '../bson/encode.ts';
import { wholeNumber } from '../bson/numbers.ts';
import { type Document, isDocument, type Value } from '../bson/values.ts';
import { openStream, tokenOf } from '../changes/stream.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { compileFilter } from '../query/filter.ts';
import { find } from '../query/find.ts';
import { parseSort } from '../query/sort.ts';
import { used } from '../recorder.ts';
import { documentStages } from '../update/pipeline.ts';
import { type Command, type Context, collectionOf, documentOr, nameOf, onlyKnown } from './command.ts';

const defaultBatch = 101;

type Named = { name: string; operand: Value };

function parseStages(pipeline: Value): Named[] {
  if (!Array.isArray(pipeline)) throw new CommandError(14, "'pipeline' option must be specified as an array");
  return pipeline.map((stage) => {
    const names = isDocument(stage) ? Object.keys(stage) : [];
    if (names.length !== 1) {
      throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.');
    }
    const name = names[0] as string;
    if (!(name in documentStages) && !(name in aggregateStages) && name !== '$match' && name !== '$sort') {
      throw notImplemented(`the stage ${name}`);
    }
    used('stage', name);
    return { name, operand: (stage as Document)[name] };
  });
}

/** Reads the collection by an index where the pipeline begins with $match and $sort. */
function source(
  context: Context,
  collectionName: Value,
  stages: Named[],
): { documents: Iterable<Document>; rest: Named[] } {
  const rest = [...stages];
  const filters: Document[] = [];
  while (rest[0]?.name === '$match') filters.push(documentOr(rest.shift()?.operand, {}));
  const sort = rest[0]?.name === '$sort' ? parseSort(rest.shift()?.operand) : null;
  // A limit right behind the sort keeps only so many of them.
  const limit =
    sort !== null && rest[0]?.name === '$limit' ? wholeNumber(rest[0].operand, '$limit') : undefined;
  const filter =
    filters.length === 0 ? {} : filters.length === 1 ? (filters[0] as Document) : { $and: filters };
  const collection = collectionOf(context, collectionName);
  const filterContext = { now: context.now, variables: documentOr(context.command.let, {}) };
  if (collection === undefined) compileFilter(filter, filterContext); // what is refused is refused everywhere
  return {
    documents: documentsOf(
      collection === undefined ? [] : find(collection, { filter, sort, limit, context: filterContext }),
    ),
    rest,
  };
}

function* documentsOf(found: Iterable<{ document: Document }>): Generator<Document> {
  for (const { document } of found) yield document;
}

/** The results of a pipeline over a collection, computed as they are asked for. */
export function runPipeline(context: Context, collectionName: Value, pipeline: Value): Iterable<Document> {
  const { documents, rest } = source(context, collectionName, parseStages(pipeline));
  const stageContext: StageContext = {
    now: context.now,
    vars: documentOr(context.command.let, {}),
    lookup: (from, filter) => {
      const collection = collectionOf(context, from);
      return collection === undefined
        ? []
        : [...documentsOf(find(collection, { filter, sort: null, context: { now: context.now } }))];
    },
  };
  return rest.reduce<Iterable<Document>>((input, { name, operand }) => {
    const one = documentStages[name];
    if (one !== undefined) return mapped(input, one(operand), stageContext);
    const make = aggregateStages[name];
    if (make === undefined) throw notImplemented(`the stage ${name}`);
    return make(operand, stageContext)(input);
  }, documents);
}

function* mapped(
  input: Iterable<Document>,
  stage: (document: Document, now: Date, vars: Document) => Document,
  { now, vars }: StageContext,
): Generator<Document> {
  for (const document of input) yield stage(document, now, vars);
}

const isWatching = ({ pipeline }: Document): boolean =>
  Array.isArray(pipeline) && isDocument(pipeline[0]) && '$changeStream' in pipeline[0];

/** Opens a change stream on a collection, or on a database where no collection is named. */
function watch({ command, engine, cursors, db, now }: Context): Buffer {
  used('stage', '$changeStream');
  const collection = typeof command.aggregate === 'string' ? command.aggregate : null;
  if (db === 'admin') throw notImplemented('watching all databases');
  const stream = openStream(engine, { db, collection }, command.pipeline as Document[], now);
  const { id, namespace: ns } = cursors.follow(`${db}.${collection ?? '$cmd.aggregate'}`, stream);
  return cursorReply('firstBatch', [], { id, ns, postBatchResumeToken: tokenOf(stream.position) });
}

const aggregate: Command = {
  writes: isWatching, // a stream begins by having its collection written down
  fields: ['pipeline', 'cursor', 'allowDiskUse', 'let', 'hint', 'bypassDocumentValidation'],
  run(context) {
    const { command, cursors, db } = context;
    if (isWatching(command)) return watch(context);
    if (typeof command.aggregate !== 'string') throw notImplemented('aggregate without a collection');
    const cursor = documentOr(command.cursor, {});
    onlyKnown('cursor', cursor, ['batchSize']);
    const results = runPipeline(context, nameOf(command.aggregate), command.pipeline)[Symbol.iterator]();
    const next = () => {
      const { value, done } = results.next();
      return done || value === undefined ? undefined : encodeStored(value);
    };
    const namespace = `${db}.${command.aggregate}`;
    const count = cursor.batchSize === undefined ? defaultBatch : wholeNumber(cursor.batchSize, 'batchSize');
    const { documents, id } = cursors.batch(cursors.create(namespace, next), count, true);
    return cursorReply('firstBatch', documents, { id, ns: namespace });
  },
};

export const aggregateCommands: Record<string, Command> = { aggregate };
