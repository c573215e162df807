import { maxDocumentBytes } from '../bson/encode.ts';
import type { Command } from './command.ts';

/** The wire version of MongoDB 7.0, whose answers these are in form. */
const wireVersion = 21;

const hello: Command = {
  writes: false,
  fields: [
    'hello',
    'isMaster',
    'ismaster',
    'helloOk',
    'client',
    'compression',
    'topologyVersion',
    'maxAwaitTimeMS',
    'backpressure',
    'loadBalanced',
    'saslSupportedMechs',
    'speculativeAuthenticate',
    'hostInfo',
  ],
  run: ({ now }) => ({
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    secondary: false,
    // A replica set of one: drivers then use sessions, retryable writes and change streams.
    setName: 'headgate',
    setVersion: 1,
    hosts: ['headgate-embedded:27017'],
    primary: 'headgate-embedded:27017',
    me: 'headgate-embedded:27017',
    maxBsonObjectSize: maxDocumentBytes,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: now,
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: wireVersion,
    readOnly: false,
    ok: 1,
  }),
};

const ok = (fields: string[] = []): Command => ({ writes: false, fields, run: () => ({ ok: 1 }) });

export const helloCommands: Record<string, Command> = {
  hello,
  ismaster: hello,
  isMaster: hello,
  ping: ok(),
  endSessions: ok(['endSessions']),
  buildInfo: {
    writes: false,
    fields: [],
    run: () => ({
      version: '7.0.0',
      versionArray: [7, 0, 0, 0],
      gitVersion: 'headgate-embedded',
      modules: ['headgate-embedded'],
      bits: 64,
      debug: false,
      maxBsonObjectSize: maxDocumentBytes,
      ok: 1,
    }),
  },
  serverStatus: {
    writes: false,
    fields: [],
    run: ({ counters }) => ({ process: 'headgate-embedded', headgate: { ...counters }, ok: 1 }),
  },
  connectionStatus: {
    writes: false,
    fields: ['showPrivileges'],
    run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] }, ok: 1 }),
  },
};
helloCommands.buildinfo = helloCommands.buildInfo as Command;
