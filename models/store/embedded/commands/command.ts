import { type Document, isDocument, type Value } from '../bson/values.ts';
import type { Later } from '../changes/waiting.ts';
import { CommandError, notImplemented } from '../errors.ts';
import type { Cursors } from '../server/cursors.ts';
import type { Counters, Reply } from '../server/groupCommit.ts';
import type { Collection } from '../storage/collection.ts';
import type { Engine } from '../storage/engine.ts';

/** What a command works with. */
export type Context = {
  engine: Engine;
  cursors: Cursors;
  counters: Counters;
  command: Document;
  db: string;
  /** `$$NOW` and $currentDate: one instant for the whole command. */
  now: Date;
  /** Documents that came beside the command, as BSON. */
  sequences: Map<string, Buffer[]>;
  /** When the command came in; a getMore that waits is run several times. */
  since: number;
};

export type Command = {
  /** Whether it may write: then it runs in a transaction. */
  writes: boolean | ((command: Document) => boolean);
  /** False where running it twice would lose something. */
  repeatable?: boolean;
  /** The fields it knows; any other is refused by name. */
  fields: string[];
  run(context: Context): Reply | Later;
};

const everywhere = [
  '$db',
  'lsid',
  'txnNumber',
  '$readPreference',
  '$clusterTime',
  'readConcern',
  'writeConcern',
  'comment',
  'maxTimeMS',
  'apiVersion',
];

/** Refuses a command that asks for what the store does not know, or does not do. */
export function checkFields(name: string, command: Document, fields: string[]) {
  for (const field of Object.keys(command)) {
    if (field === 'startTransaction' || field === 'autocommit') {
      throw new CommandError(
        263,
        'The embedded store has no multi-document transactions (sessions and retryable writes only)',
      );
    }
    if (!fields.includes(field) && !everywhere.includes(field) && field !== name) {
      throw notImplemented(`the field '${field}' of ${name}`);
    }
  }
  // `let` holds expressions in MongoDB; here a value is a value, so what would have to be evaluated is refused.
  const variables = Object.values(isDocument(command.let) ? command.let : {});
  if (variables.some((value) => !isConstant(value))) throw notImplemented('expressions in let');
  const { readConcern, writeConcern } = command;
  if (isDocument(readConcern)) {
    const level = readConcern.level ?? 'local';
    if (!['local', 'available', 'majority', 'linearizable'].includes(String(level))) {
      throw notImplemented(`the read concern '${level}'`);
    }
    onlyKnown('readConcern', readConcern, ['level', 'afterClusterTime']);
  }
  if (isDocument(writeConcern))
    onlyKnown('writeConcern', writeConcern, ['w', 'j', 'wtimeout', 'wtimeoutMS', 'fsync']);
}

const isConstant = (value: Value) =>
  typeof value === 'string' ? !value.startsWith('$') : !isDocument(value) && !Array.isArray(value);

/** Refuses what a part of a command has and the store does not know. */
export function onlyKnown(what: string, part: Document, known: string[]) {
  for (const field of Object.keys(part)) {
    if (!known.includes(field)) throw notImplemented(`the field '${field}' of ${what}`);
  }
}

export function nameOf(value: Value): string {
  if (typeof value !== 'string' || value === '')
    throw new CommandError(73, 'Invalid namespace: a collection needs a name');
  return value;
}

export const collectionOf = ({ engine, db }: Context, name: Value): Collection | undefined =>
  engine.catalog.get(db, nameOf(name));

export const documentOr = (value: Value, otherwise: Document): Document => {
  if (value === undefined || value === null) return otherwise;
  if (!isDocument(value)) throw new CommandError(14, 'expected a document');
  return value;
};
