import { randomBytes } from 'node:crypto';
import { createServer, connect as dial, type Socket } from 'node:net';
import { join } from 'node:path';
import { Binary, type Document, Long } from 'bson';
import { MongoClient } from 'mongodb';
import { maintain } from '../../../models/store/embedded/server/maintenance.ts';
import {
  cleanUp,
  describeEmbedded,
  inProcess,
  later,
  type OpenStore,
  openEmbedded,
  RawClient,
  tempDir,
} from './support.ts';

describeEmbedded('a write whose answer was lost', () => {
  let store: OpenStore;
  let raw: RawClient;
  beforeAll(async () => {
    store = await openEmbedded();
    raw = await RawClient.connect(store.joined.uri);
  });
  afterAll(cleanUp);

  const session = () => ({ id: new Binary(randomBytes(16), 4) });
  const numbered = (lsid: object, txn: number, command: Document) => ({
    ...command,
    lsid,
    txnNumber: Long.fromNumber(txn),
  });

  it('is done once however often it is sent, and answered the same', async () => {
    const commands: Document[] = [
      { insert: 'a', documents: [{ _id: 1, n: 0 }] },
      { update: 'a', updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] },
      { update: 'a', updates: [{ q: { _id: 9 }, u: { $set: { x: 1 } }, upsert: true }] },
      { findAndModify: 'a', query: { _id: 1 }, update: { $inc: { n: 1 } }, new: true },
      { findAndModify: 'a', query: { _id: 1 }, update: [{ $set: { n: { $add: ['$n', 10] } } }], new: true },
      { delete: 'a', deletes: [{ q: { _id: 9 }, limit: 1 }] },
    ];
    const lsid = session();
    for (const [at, command] of commands.entries()) {
      const first = await raw.send(numbered(lsid, at + 1, command));
      expect(first).toMatchObject({ ok: 1 });
      expect(await raw.send(numbered(lsid, at + 1, command))).toEqual(first);
    }
    expect(await store.db.collection('a').find().toArray()).toEqual([{ _id: 1, n: 12 }]);
  });

  it('is done once also when the two come in the same batch', async () => {
    await store.db.collection('b').insertOne({ _id: 1 as never, n: 0 });
    const command = numbered(session(), 1, {
      update: 'b',
      updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }],
    });
    const other = await RawClient.connect(store.joined.uri);
    await Promise.all([raw.send(command), other.send(command), raw.send(command)]);
    expect(await store.db.collection('b').findOne()).toEqual({ _id: 1, n: 1 });
  });

  it('is answered the same after a restart, and done again only when its session is long over', async () => {
    const directory = tempDir();
    const command = numbered(session(), 1, { insert: 'a', documents: [{ _id: 1 }] });
    const first = inProcess(directory);
    const answer = await first.run(command);
    expect(answer).toEqual({ n: 1, ok: 1 });
    first.engine.close();
    const second = inProcess(directory);
    expect(await second.run(command)).toEqual(answer);
    maintain(second, new Date(Date.now() + 29 * 60_000));
    expect(await second.run(command)).toEqual(answer);
    maintain(second, new Date(Date.now() + 31 * 60_000));
    expect(await second.run(command)).toMatchObject({ writeErrors: [{ code: 11000 }] });
    second.engine.close();
  });

  it('is refused when a newer one of its session has run', async () => {
    const lsid = session();
    await raw.send(numbered(lsid, 5, { insert: 'c', documents: [{ _id: 1 }] }));
    expect(await raw.send(numbered(lsid, 4, { insert: 'c', documents: [{ _id: 2 }] }))).toMatchObject({
      ok: 0,
      code: 225,
    });
  });

  it('is sent again by the driver itself and counted once', async () => {
    // A wire between driver and store that breaks after the command has gone out and before the answer is back.
    let breaks = false;
    let broken = 0;
    const target = decodeURIComponent(new URL(store.joined.uri).hostname);
    const path = join(tempDir(), 'wire.sock');
    const sockets = new Set<Socket>();
    const wire = createServer((near) => {
      const far = dial({ path: target });
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => near.destroy() && far.destroy());
      }
      near.on('data', (bytes) => {
        if (breaks && bytes.includes('$inc')) {
          breaks = false;
          broken += 1;
          far.removeAllListeners('data');
          far.once('data', () => near.destroy()); // done, and nobody is told
        }
        far.write(bytes);
      });
      far.on('data', (bytes) => near.write(bytes));
    });
    await new Promise<void>((resolve) => wire.listen(path, resolve));
    const client = await new MongoClient(
      `mongodb://${encodeURIComponent(path)}/headgate?directConnection=true`,
      { minHeartbeatFrequencyMS: 50 } as never,
    ).connect();
    later(async () => {
      await client.close();
      for (const socket of sockets) socket.destroy();
      wire.close();
    });
    const things = client.db().collection<{ _id: number; n: number }>('d');
    await things.insertOne({ _id: 1, n: 0 });
    for (let at = 0; at < 5; at++) {
      breaks = true;
      expect(await things.updateOne({ _id: 1 }, { $inc: { n: 1 } })).toMatchObject({
        matchedCount: 1,
        modifiedCount: 1,
      });
    }
    expect(broken).toBe(5);
    expect(await things.findOne()).toEqual({ _id: 1, n: 5 });
  });
});
