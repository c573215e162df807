import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Db, MongoClient } from 'mongodb';
import { embeddedDriverOptions, joinEmbedded } from '../../../models/store/embedded/join.ts';
import {
  cleanUp,
  describeEmbedded,
  isAlive,
  isLong,
  later,
  openEmbedded,
  silent,
  tempDir,
  until,
} from './support.ts';

const kills = isLong ? 50 : 3;
const writers = 16;

/** The same every time: how long the store lives between two kills. */
const seeded = (seed: number) => () => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
};

describeEmbedded('kill -9 of the store', () => {
  afterAll(cleanUp);

  it(
    `under ${writers} writers, ${kills} times: no acknowledged write is lost and none is done twice`,
    async () => {
      const dataDir = tempDir();
      const { joined, client, db } = await openEmbedded({
        dataDir,
        synchronous: 'FULL',
        client: { maxPoolSize: writers },
      });
      const entries = db.collection<{ _id: string; n: number }>('entries');
      const counters = db.collection<{ _id: number; n: number; list: number[] }>('counters');
      await counters.insertMany(Array.from({ length: writers }, (_, _id) => ({ _id, n: 0, list: [] })));
      const random = seeded(42);
      const acknowledged: string[] = [];
      const counted = new Array<number>(writers).fill(0);
      const unsure = new Array<number>(writers).fill(0); // what ended in an error may or may not have been done
      let running = true;

      const writing = Array.from({ length: writers }, async (_, writer) => {
        for (let at = 0; running; at++) {
          const _id = `${writer}-${at}`;
          try {
            await entries.insertOne({ _id, n: at });
            acknowledged.push(_id);
          } catch (error) {
            // Done before the kill, its answer lost, and found again by the driver's retry: never a duplicate.
            expect((error as { code?: number }).code).not.toBe(11000);
          }
          try {
            const after = await counters.findOneAndUpdate(
              { _id: writer },
              [{ $set: { n: { $add: ['$n', 1] }, list: { $concatArrays: ['$list', [at]] } } }],
              { returnDocument: 'after' },
            );
            expect(after?.list.at(-1)).toBe(at);
            counted[writer] = (counted[writer] as number) + 1;
          } catch {
            unsure[writer] = (unsure[writer] as number) + 1;
          }
        }
      });

      for (let kill = 0; kill < kills; kill++) {
        const before = acknowledged.length;
        const life = 50 + Math.floor(random() * 200);
        await until('progress', () => acknowledged.length > before + life);
        const pid = joined.pid() as number;
        process.kill(pid, 'SIGKILL');
        await until('another store', () => joined.pid() !== pid && isAlive(joined.pid()));
      }
      running = false;
      await Promise.all(writing);

      const stored = new Set(
        await entries
          .find()
          .map(({ _id }) => _id)
          .toArray(),
      );
      expect(acknowledged.filter((_id) => !stored.has(_id))).toEqual([]);
      expect(await entries.countDocuments()).toBe(stored.size);
      for (const { _id, n, list } of await counters.find().toArray()) {
        expect(n).toBeGreaterThanOrEqual(counted[_id] as number);
        expect(n).toBeLessThanOrEqual((counted[_id] as number) + (unsure[_id] as number));
        expect(new Set(list).size).toBe(list.length);
      }
      // The driver retries the first write that fails; what is on other connections at that instant it gives
      // up (their generation is stale by then), so at most that much may be unsure after a kill.
      expect(unsure.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(kills * writers);

      await client.close();
      await joined.leave();
      await until('the end of the store', () => !isAlive(joined.pid()));
      const check = fileURLToPath(new URL('../../../models/store/embedded/check.ts', import.meta.url));
      expect(
        execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', check, dataDir], {
          encoding: 'utf8',
        }),
      ).toMatch(/\nok\n$/);
    },
    isLong ? 600_000 : 60_000,
  );

  it('hurts no application: both come back to one new store', async () => {
    const dataDir = tempDir();
    const first = await openEmbedded({ dataDir });
    const second = await joinEmbedded({ dataDir, synchronous: 'NORMAL', log: silent });
    later(() => second.leave());
    const other = await new MongoClient(second.uri, embeddedDriverOptions).connect();
    later(() => other.close());
    const pid = first.joined.pid() as number;
    expect(second.pid()).toBe(pid);
    process.kill(pid, 'SIGKILL');
    const writes = (db: Db, from: string) => async () =>
      db
        .collection('things')
        .updateOne({ from }, { $set: { from } }, { upsert: true })
        .then(
          () => true,
          () => false,
        );
    await until('a write of the first', writes(first.db, 'first'));
    await until('a write of the second', writes(other.db(), 'second'));
    await until('both on one store', () => first.joined.pid() === second.pid() && second.pid() !== pid);
    expect(await other.db().collection('things').countDocuments()).toBe(2);
  });
});
