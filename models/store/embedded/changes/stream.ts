import { Timestamp } from 'bson';
import { encode } from '../bson/encode.ts';
import { encodeKey } from '../bson/keys.ts';
import { type Document, isDocument, type Value } from '../bson/values.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { compileFilter } from '../query/filter.ts';
import { used } from '../recorder.ts';
import type { Engine } from '../storage/engine.ts';
import type { Event, WatchScope } from '../storage/oplog.ts';
import { documentStages } from '../update/pipeline.ts';

/** A change stream that a client has open: where it stands and what it wants. */
export type ChangeStream = {
  scope: WatchScope;
  position: number;
  fullDocument: 'default' | 'updateLookup';
  /** The client's own stages; undefined drops the event. */
  refine(event: Document): Document | undefined;
};

const options = ['fullDocument', 'resumeAfter', 'startAfter', 'showExpandedEvents'];

/** Opens a stream by its pipeline, whose first stage is $changeStream. */
export function openStream(engine: Engine, scope: WatchScope, pipeline: Document[], now: Date): ChangeStream {
  const [first, ...rest] = pipeline;
  const asked = (first?.$changeStream ?? {}) as Document;
  for (const name of Object.keys(asked)) {
    if (!options.includes(name) || (name === 'showExpandedEvents' && asked[name] === true)) {
      throw notImplemented(`$changeStream's ${name}`);
    }
    used('change stream', name);
  }
  const fullDocument = asked.fullDocument ?? 'default';
  if (fullDocument !== 'default' && fullDocument !== 'updateLookup')
    throw notImplemented(`fullDocument: ${fullDocument}`);
  const refine = refinement(rest, now);
  const token = asked.resumeAfter ?? asked.startAfter;
  const position = engine.oplog.watch(scope, token === undefined ? null : seqOf(token));
  return { scope, position, fullDocument, refine };
}

function refinement(stages: Document[], now: Date): ChangeStream['refine'] {
  const steps = stages.map((stage): ((event: Document) => Document | undefined) => {
    const name = Object.keys(stage)[0] as string;
    used('stage', name);
    if (name === '$match') {
      const { matches } = compileFilter(stage.$match as Document, { now });
      return (event) => (matches(event) ? event : undefined);
    }
    const make = documentStages[name];
    if (make === undefined) throw notImplemented(`the stage ${name} on a change stream`);
    const change = make(stage[name]);
    return (event) => change(event, now, {});
  });
  return (event) => {
    let result: Document | undefined = event;
    for (const step of steps) {
      result = step(result);
      if (result === undefined) return undefined;
    }
    if (result._id === undefined)
      throw new CommandError(280, 'the resume token (_id) must not be changed by the pipeline');
    return result;
  };
}

/** Reads what happened since the stream was last asked, and moves it on. */
export function readStream(engine: Engine, stream: ChangeStream, count: number): Buffer[] {
  const { oplog } = engine;
  oplog.used(stream.scope);
  oplog.mustKeep(stream.scope, stream.position);
  const found: Buffer[] = [];
  const end = oplog.durable;
  while (found.length < count) {
    const events = oplog.after(stream.position, stream.scope, count);
    if (events.length === 0) {
      stream.position = Math.max(stream.position, end);
      break;
    }
    for (const event of events) {
      if (found.length === count) return found;
      stream.position = event.seq;
      const shown = stream.refine(changeEvent(engine, stream, event));
      if (shown !== undefined) found.push(encode(shown));
    }
  }
  return found;
}

function changeEvent(
  engine: Engine,
  stream: ChangeStream,
  { seq, at, db, collection, event }: Event,
): Document {
  const { op, key, document, update } = event;
  const looksUp = op === 'update' && stream.fullDocument === 'updateLookup';
  const now = looksUp ? engine.catalog.get(db, collection)?.find(encodeKey(key))?.document : undefined;
  return {
    _id: tokenOf(seq),
    operationType: op,
    clusterTime: new Timestamp({ t: Math.floor(at / 1000), i: seq % 0x1_0000_0000 }),
    wallTime: new Date(at),
    ...(document === undefined ? {} : { fullDocument: document }),
    ...(looksUp ? { fullDocument: now ?? null } : {}),
    ns: { db, coll: collection },
    documentKey: { _id: key },
    ...(update === undefined ? {} : { updateDescription: update }),
  };
}

/** A resume token: opaque to clients, the number of an event to us. */
export const tokenOf = (seq: number): Document => ({ _data: seq.toString(16).padStart(16, '0') });

function seqOf(token: Value): number {
  const data = isDocument(token) ? token._data : undefined;
  if (typeof data !== 'string' || !/^[0-9a-f]{16}$/.test(data))
    throw new CommandError(260, 'invalid resume token');
  return Number.parseInt(data, 16);
}
