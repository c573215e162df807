import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../../../models/store/embedded/errors.ts';
import { joinEmbedded } from '../../../models/store/embedded/join.ts';
import { type Answer, GroupCommit } from '../../../models/store/embedded/server/groupCommit.ts';
import { Engine } from '../../../models/store/embedded/storage/engine.ts';
import { fullCheck } from '../../../models/store/embedded/storage/fullCheck.ts';
import {
  cleanUp,
  describeEmbedded,
  failure,
  isAlive,
  openEmbedded,
  silent,
  tempDir,
  until,
} from './support.ts';

type Any = { _id: number; [field: string]: unknown };

describeEmbedded('a disk in trouble', () => {
  afterAll(cleanUp);

  it('that is full gives a clear error, harms nothing, and works again when there is room', async () => {
    const dataDir = tempDir();
    const { db, client, joined } = await openEmbedded({ dataDir, store: { maxPages: 60 } });
    const things = db.collection<Any>('things');
    await things.createIndex({ n: 1 }, { unique: true });
    const text = 'x'.repeat(20_000);
    let stored = 0;
    const error = await failure(
      (async () => {
        for (;;) await things.insertOne({ _id: stored, n: stored, text }).then(() => (stored += 1));
      })(),
    );
    expect(error).toMatchObject({ code: 14031, codeName: 'OutOfDiskSpace' });
    expect(error.message).toMatch(/disk is full/);
    expect(stored).toBeGreaterThan(5);
    // Many at once: none is half done, and reads go on.
    const many = await Promise.allSettled(
      Array.from({ length: 10 }, (_, at) => things.insertOne({ _id: 100 + at, n: 100 + at, text })),
    );
    const done = many.filter(({ status }) => status === 'fulfilled').length;
    expect(await things.countDocuments()).toBe(stored + done);
    expect(await things.countDocuments({ n: { $gte: 0 } })).toBe(stored + done);
    await things.deleteMany({ _id: { $lt: 3 } });
    await things.insertOne({ _id: 0, n: 0, text });
    await client.close();
    await joined.leave();
    await until('the end of the store', () => !isAlive(joined.pid()));
    const engine = new Engine({ directory: join(dataDir, 'store'), synchronous: 'FULL' });
    expect(fullCheck(engine).problems).toEqual([]);
    engine.close();
  });

  it('that is read-only answers reads and refuses writes', () => {
    const directory = tempDir();
    const writer = new Engine({ directory, synchronous: 'NORMAL' });
    writer.catalog.ensure('db', 'things').insert({ _id: 1, a: 'x' });
    writer.close();
    const engine = new Engine({ directory, synchronous: 'NORMAL', readOnly: true });
    const commits = new GroupCommit(engine, { syncs: true });
    const answers: Answer[] = [];
    const done = (answer: Answer) => void answers.push(answer);
    commits.add({
      writes: true,
      run: () => ({ row: engine.catalog.get('db', 'things')?.insert({ _id: 2 }).row }),
      done,
    });
    commits.add({ writes: false, run: () => ({ n: engine.catalog.get('db', 'things')?.count() }), done });
    commits.drain();
    expect(answers[0]).toBeInstanceOf(CommandError);
    expect((answers[0] as CommandError).message).toMatch(/read-only/);
    expect(answers[1]).toEqual({ n: 1 });
    engine.sqlite.close();
  });

  it('that nobody may write to stops the start with a message that says so', async () => {
    const dataDir = tempDir();
    const directory = join(dataDir, 'store');
    new Engine({ directory, synchronous: 'NORMAL' }).close();
    chmodSync(join(directory, 'store.sqlite'), 0o444);
    for (const open of [dataDir, directory]) chmodSync(open, 0o777);
    const isRoot = process.getuid?.() === 0; // for whom no file is read-only
    if (isRoot) process.seteuid?.(65_534);
    const error = await failure(joinEmbedded({ dataDir, synchronous: 'FULL', log: silent })).finally(() => {
      if (isRoot) process.seteuid?.(0);
    });
    expect(error.message).toMatch(/permission denied.*store\.sqlite/);
  });

  it('that is full after a kill is opened without a write', () => {
    const directory = tempDir();
    const killed = new Engine({ directory, synchronous: 'NORMAL' });
    killed.catalog.ensure('db', 'things').insert({ _id: 1 });
    killed.sqlite.close();
    const engine = new Engine({ directory, synchronous: 'NORMAL' });
    expect(engine.totalChanges()).toBe(0);
    expect(engine.catalog.get('db', 'things')?.count()).toBe(1);
    engine.close();
  });

  it('that is full gives back what the log took', () => {
    const directory = tempDir();
    const pages = (engine: Engine) => Number(engine.sqlite.prepare('PRAGMA page_count').get()?.page_count);
    const first = new Engine({ directory, synchronous: 'NORMAL' });
    const maxPages = pages(first) + 20;
    first.close();
    const engine = new Engine({ directory, synchronous: 'NORMAL', maxPages });
    const commits = new GroupCommit(engine, { syncs: true });
    const answers: Answer[] = [];
    for (let _id = 0; _id < 20; _id++) {
      const text = 'x'.repeat(20_000);
      const insert = () => ({ row: engine.catalog.ensure('db', 'things').insert({ _id, text }).row });
      commits.add({ writes: true, run: insert, done: (answer) => void answers.push(answer) });
      commits.drain();
      if (answers.at(-1) instanceof CommandError) break;
    }
    expect(answers.at(-1)).toMatchObject({ code: 14031 });
    expect(statSync(join(directory, 'store.sqlite-wal')).size).toBe(0);
    expect(engine.catalog.get('db', 'things')?.count()).toBe(answers.length - 1);
    engine.close();
  });

  it('that lost the end of the log keeps every commit before it', () => {
    const directory = tempDir();
    const engine = new Engine({ directory, synchronous: 'FULL' });
    const commits = new GroupCommit(engine, { syncs: true });
    const lengths: number[] = [];
    const wal = join(directory, 'store.sqlite-wal');
    for (let _id = 0; _id < 30; _id++) {
      commits.add({
        writes: true,
        run: () => ({
          row: engine.catalog.ensure('db', 'things').insert({ _id, text: 'x'.repeat(500) }).row,
        }),
        done: () => {},
      });
      commits.drain();
      lengths.push(statSync(wal).size);
    }
    const torn = tempDir();
    for (const cut of [lengths[10] as number, (lengths[20] as number) + 1000, (lengths[29] as number) - 1]) {
      copyFileSync(join(directory, 'store.sqlite'), join(torn, 'store.sqlite'));
      copyFileSync(wal, join(torn, 'store.sqlite-wal'));
      truncateSync(join(torn, 'store.sqlite-wal'), cut);
      const again = new Engine({ directory: torn, synchronous: 'FULL' });
      const whole = lengths.filter((length) => length <= cut).length;
      expect(again.catalog.get('db', 'things')?.count()).toBe(whole);
      expect(fullCheck(again).problems).toEqual([]);
      again.close();
    }
    engine.close();
  });

  it('that spoilt the file stops the start with a message that says so', async () => {
    const dataDir = tempDir();
    const directory = join(dataDir, 'store');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const engine = new Engine({ directory, synchronous: 'FULL' });
    const things = engine.catalog.ensure('headgate', 'things');
    for (let _id = 0; _id < 2000; _id++) things.insert({ _id, text: 'x'.repeat(100) });
    engine.sqlite.close(); // left as after a crash
    const file = join(directory, 'store.sqlite');
    const bytes = readFileSync(file);
    bytes.fill(0xaa, 5 * 8192, 9 * 8192);
    writeFileSync(file, bytes);
    const error = await failure(joinEmbedded({ dataDir, synchronous: 'FULL', log: silent }));
    expect(error.message).toMatch(/damaged|malformed/);
    writeFileSync(file, 'this is no database'.repeat(1000));
    expect((await failure(joinEmbedded({ dataDir, synchronous: 'FULL', log: silent }))).message).toMatch(
      /not a database|damaged/,
    );
  });
});
