import { rm } from 'node:fs/promises';
import type { StoreConnection } from '../../models/store/connect.ts';
import { createTranscriptService } from '../../services/transcript.ts';
import { makeDataDir, settings } from '../support/app.ts';
import { Csr } from '../support/csr.ts';
import { Customer, until } from '../support/customer.ts';
import { type AppProcess, startAppProcess } from '../support/processes.ts';
import { conversationOf, faultsInRecord, openStore } from '../support/store.ts';

const long = process.env.LONG === '1';

let dataDir: string;
let store: StoreConnection;
let apps: AppProcess[];

beforeAll(async () => {
  dataDir = await makeDataDir();
  store = await openStore(dataDir);
  const env = { ...settings(dataDir), SECRET_KEY: 'a key that both processes of this test share' };
  apps = [await startAppProcess(env), await startAppProcess(env)];
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.kill('SIGTERM')));
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('two processes on one store', () => {
  it('never run two turns of a conversation at once, and lose none', async () => {
    const [one, two] = apps as [AppProcess, AppProcess];
    const spans: { from: bigint; to: bigint }[] = [];
    const stopWatching = apps.map((app) => app.onTurn((span) => void spans.push(span)));
    const customer = await Customer.open(one.url);
    const elsewhere = customer.at(two.url);
    const count = long ? 200 : 30;
    const sent = await Promise.all(
      Array.from({ length: count }, (_, index) => (index % 2 ? customer : elsewhere).send(`flurb ${index}`)),
    );
    await until('all to be handled', async () => {
      const conversation = await conversationOf(customer.conversationId);
      return conversation?.lease === null && conversation.workAt === null;
    });
    expect(await faultsInRecord(customer.conversationId)).toEqual([]);
    const transcript = await createTranscriptService().read(customer.conversationId, { limit: 10_000 });
    const said = transcript.filter((line) => line.from === 'customer' && line.kind === 'message');
    expect(said).toHaveLength(count);
    expect(new Set(sent).size).toBe(count);
    await until('every turn to be reported', async () => spans.length >= count);
    spans.sort((a, b) => Number(a.from - b.from));
    spans.forEach((span, index) => {
      const next = spans[index + 1];
      if (next) expect(span.to <= next.from).toBe(true);
    });
    for (const stop of stopWatching) stop();
  });

  it('wake each other: what a CSR says in one reaches a customer who follows in the other', async () => {
    const [one, two] = apps as [AppProcess, AppProcess];
    const customer = await Customer.open(one.url);
    await customer.say('talk to a person');
    const csr = await Csr.signIn(two.url);
    const heard = customer.listen();
    await heard.opened;
    await csr.claim(customer.conversationId);
    await csr.say(customer.conversationId, 'Hello from the other machine');
    await until('the line', async () => heard.texts.includes('Hello from the other machine'));
    heard.close();
  });
});
