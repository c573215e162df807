import { rm } from 'node:fs/promises';
import { type Sandbox, startSandbox } from '../../adapters/sandbox/sandbox.ts';
import type { Step } from '../../bot/turn/faults.ts';
import { CaseModel } from '../../models/case.ts';
import { PageModel } from '../../models/page.ts';
import type { StoreConnection } from '../../models/store/connect.ts';
import { makeDataDir, settings } from '../support/app.ts';
import { Customer, until } from '../support/customer.ts';
import { type AppProcess, startAppProcess } from '../support/processes.ts';
import { openStore } from '../support/store.ts';

let dataDir: string;
let sandbox: Sandbox;
let store: StoreConnection;
let app: AppProcess;
let port = '0';

async function start(): Promise<void> {
  const { carrier, mailbox, ...addresses } = sandbox;
  app = await startAppProcess({
    ...settings(dataDir),
    PORT: port,
    TEST_SANDBOX: JSON.stringify({ ...addresses, carrier: {}, mailbox: {} }),
  });
  port = String(app.port);
}

beforeAll(async () => {
  dataDir = await makeDataDir();
  // The carriers are others' machines: they outlive us.
  sandbox = await startSandbox(() => new Date());
  store = await openStore(dataDir);
  await start();
});
afterAll(async () => {
  await app.kill('SIGTERM');
  await store.close();
  await sandbox.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function advance(duration: string): Promise<void> {
  const moved = await fetch(`${app.url}/try/api/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: duration }),
  });
  expect(moved.status).toBe(200);
}

describe.each<Step>(['turn.ran', 'deliver.claimed', 'deliver.sent'])(
  'killed at %s in an emergency',
  (step) => {
    it('opens one case, pages each person once for a step, and goes on with the next', async () => {
      const customer = await Customer.open(app.url);
      app.arm(step);
      const sent = customer.send('I smell gas');
      await app.gone;
      await start();
      const replies = await customer.repliesTo(await sent);
      expect(replies.map(({ text }) => text).join()).toMatch(/leave the building now/);

      const found = await CaseModel.find({ conversationId: customer.conversationId }).lean();
      expect(found).toHaveLength(1);
      const caseNumber = String(found[0]?._id);
      const paged = (phone: string) =>
        sandbox.carrier.texts(phone).filter(({ body }) => body.includes(caseNumber)).length;
      await until('the first page', async () => paged('+15105550171') > 0);
      await advance('PT6M');
      await until('the second page', async () => paged('+15105550172') > 0);
      await advance('PT6M');
      await until('the third page', async () => paged('+15105550173') > 0);
      expect([paged('+15105550171'), paged('+15105550172'), paged('+15105550173')]).toEqual([1, 1, 1]);
      await PageModel.acknowledge(caseNumber, { person: 'General manager', via: 'text', at: new Date() });
    });
  },
);
