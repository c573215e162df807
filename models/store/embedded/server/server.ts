import { createServer, type Server, type Socket } from 'node:net';
import { Waiting } from '../changes/waiting.ts';
import type { Engine } from '../storage/engine.ts';
import { Cursors } from './cursors.ts';
import { errorReply, execute, type Store } from './execute.ts';
import { GroupCommit } from './groupCommit.ts';
import { formatReply, type Message, MessageReader, parseMessage } from './wire.ts';

export type StoreServer = {
  server: Server;
  store: Store;
  /** How many sockets are open. */
  connections(): number;
  /** Called whenever a socket came or went. */
  onConnections: () => void;
  close(): Promise<void>;
};

/** Serves an open data directory to MongoDB drivers. */
export function createStoreServer(engine: Engine, { syncs }: { syncs: boolean }): StoreServer {
  const store: Store = {
    engine,
    cursors: new Cursors(),
    commits: new GroupCommit(engine, { syncs }),
    waiting: new Waiting(),
  };
  store.commits.onCommit = () => {
    if (engine.oplog.committed()) store.waiting.wake();
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    result.onConnections();
    serve(store, socket);
    socket.on('close', () => {
      sockets.delete(socket);
      result.onConnections();
    });
  });
  const result: StoreServer = {
    server,
    store,
    connections: () => sockets.size,
    onConnections: () => {},
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return result;
}

function serve(store: Store, socket: Socket) {
  const reader = new MessageReader();
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    try {
      reader.push(chunk, (bytes) => receive(store, socket, bytes));
    } catch {
      socket.destroy(); // what follows cannot be told apart any more
    }
  });
}

function receive(store: Store, socket: Socket, bytes: Buffer) {
  let message: Message;
  try {
    message = parseMessage(bytes);
  } catch (error) {
    const requestId = bytes.readInt32LE(4);
    const broken = { requestId, command: {}, sequences: new Map(), answered: true, legacy: false };
    socket.write(formatReply(broken, errorReply(error)));
    return;
  }
  execute(store, message, (reply) => {
    if (!message.answered || socket.destroyed) return;
    try {
      socket.write(formatReply(message, reply));
    } catch {
      socket.destroy(); // one client's answer must not end the store for all
    }
  });
}
