import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { joinEmbedded } from '../../../models/store/embedded/join.ts';
import {
  cleanUp,
  describeEmbedded,
  isAlive,
  later,
  openEmbedded,
  silent,
  tempDir,
  until,
} from './support.ts';

const program = fileURLToPath(new URL('./application.ts', import.meta.url));

type Application = { child: ChildProcess; storePid: number };

/** A real application process that joins the store, and leaves it when told or killed. */
async function application(dataDir: string): Promise<Application> {
  const child = fork(program, [dataDir], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  later(() => void child.kill('SIGKILL'));
  const [message] = (await once(child, 'message')) as [{ storePid: number }];
  return { child, storePid: message.storePid };
}
const ended = async ({ child }: Application, signal: NodeJS.Signals) => {
  child.kill(signal);
  await once(child, 'exit');
};

describeEmbedded('the life of the store', () => {
  afterAll(cleanUp);

  it('is shared by the applications of a directory and ends with the last', async () => {
    const dataDir = tempDir();
    const first = await application(dataDir);
    const second = await application(dataDir);
    expect(second.storePid).toBe(first.storePid);
    await ended(first, 'SIGKILL'); // the one that had started it
    expect(isAlive(first.storePid)).toBe(true);
    const third = await application(dataDir);
    expect(third.storePid).toBe(first.storePid);
    await ended(second, 'SIGTERM');
    await ended(third, 'SIGKILL');
    await until('the end of the store', () => !isAlive(first.storePid));
    expect(existsSync(join(dataDir, 'store', 'address.json'))).toBe(false);
  });

  it('begins once, however many start at the same time', async () => {
    const dataDir = tempDir();
    const joined = await Promise.all(
      Array.from({ length: 5 }, () =>
        joinEmbedded({ dataDir, synchronous: 'NORMAL', log: silent, store: { graceMs: 50 } }),
      ),
    );
    expect(new Set(joined.map((one) => one.pid())).size).toBe(1);
    for (const one of joined) await one.leave();
    await until('the end of the store', () => !isAlive(joined[0]?.pid() ?? null));
  });

  it('begins again while the one before is still dying, and finds what it had', async () => {
    const dataDir = tempDir();
    const first = await openEmbedded({ dataDir });
    await first.db.collection('things').insertOne({ kept: true });
    await first.client.close();
    await first.joined.leave();
    const second = await openEmbedded({ dataDir });
    expect(await second.db.collection('things').countDocuments({ kept: true })).toBe(1);
  });

  it('is not misled by an address that nobody is at any more', async () => {
    const dataDir = tempDir();
    const directory = join(dataDir, 'store');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'store.sock'), '');
    writeFileSync(
      join(directory, 'address.json'),
      JSON.stringify({ pid: 1, socket: join(directory, 'store.sock') }),
    );
    const { db, joined } = await openEmbedded({ dataDir });
    expect(await db.collection('things').countDocuments()).toBe(0);
    expect(JSON.parse(readFileSync(join(directory, 'address.json'), 'utf8'))).toMatchObject({
      pid: joined.pid(),
    });
  });

  it('keeps its files from everybody else', async () => {
    const dataDir = tempDir();
    const { db } = await openEmbedded({ dataDir });
    await db.collection('things').insertOne({});
    const mode = (name: string) => statSync(join(dataDir, 'store', name)).mode & 0o777;
    expect([
      mode('.'),
      mode('address.json'),
      mode('store.sqlite'),
      mode('store.sqlite-wal'),
      mode('store.sock'),
      mode('store.log'),
    ]).toEqual([0o700, 0o600, 0o600, 0o600, 0o600, 0o600]);
  });

  it('takes a directory whose name is too long for a socket', async () => {
    const { db } = await openEmbedded({ dataDir: join(tempDir(), 'd'.repeat(120)) });
    expect(await db.collection('things').countDocuments()).toBe(0);
  });
});
