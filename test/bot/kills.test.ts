import { rm } from 'node:fs/promises';
import { type Sandbox, startSandbox } from '../../adapters/sandbox/sandbox.ts';
import { type Step, steps } from '../../bot/turn/faults.ts';
import { ServiceOrderModel } from '../../models/serviceOrder.ts';
import type { StoreConnection } from '../../models/store/connect.ts';
import { makeDataDir, settings } from '../support/app.ts';
import { Customer, until } from '../support/customer.ts';
import { type AppProcess, startAppProcess } from '../support/processes.ts';
import { conversationOf, faultsInRecord, openStore } from '../support/store.ts';

/** How often each step is died at; the full count runs with `npm run test:long`. */
const rounds = process.env.LONG === '1' ? 5 : 1;

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

const settled = (id: string) =>
  until('everything to be handled and projected', async () => {
    const conversation = await conversationOf(id);
    return conversation?.workAt === null && conversation;
  });

const isDelivery = (step: Step) => step.startsWith('deliver.');

describe.each(steps.filter((step) => !isDelivery(step)))('killed at %s', (step) => {
  it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'books the order once and tells the customer once (round %i)',
    async () => {
      await ServiceOrderModel.deleteMany({});
      const customer = await Customer.open(app.url);
      await customer.verify();
      await customer.say('stop my water service dec 3, last bill to 9 Elm St, Reno');
      await settled(customer.conversationId);

      app.arm(step);
      const sent = customer.send('yes');
      await app.gone;
      await start();

      const replies = await customer.repliesTo(await sent);
      await settled(customer.conversationId);
      const orders = await ServiceOrderModel.find().lean();
      expect(orders).toHaveLength(1);
      const told = (await customer.shown()).filter((activity) => activity.text?.includes('SO-'));
      expect(told).toHaveLength(1);
      expect(replies.map((reply) => reply.text).join()).toContain(orders[0]?._id);
      expect(await faultsInRecord(customer.conversationId)).toEqual([]);
    },
  );
});

describe.each(steps.filter(isDelivery))('killed at %s', (step) => {
  it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'sends the code once (round %i)',
    async (round) => {
      const account = accounts[(steps.indexOf(step) + round) % accounts.length] as (typeof accounts)[number];
      const before = sandbox.carrier.texts(account.phone).length;
      const customer = await Customer.open(app.url);
      for (const line of ['what do I owe', account.number, account.zip]) await customer.say(line);

      app.arm(step);
      const sent = customer.send('Text me a code');
      await app.gone;
      await start();

      await customer.repliesTo(await sent);
      await until('the outbox to be empty', outboxIsEmpty);
      expect(sandbox.carrier.texts(account.phone)).toHaveLength(before + 1);
      const code = /code is (\d{6})/.exec(sandbox.carrier.texts(account.phone).at(-1)?.body ?? '')?.[1];
      expect(await customer.say(code ?? '')).toMatch(/You owe/);
      await settled(customer.conversationId);
      expect(await faultsInRecord(customer.conversationId)).toEqual([]);
    },
  );
});

const accounts = [
  { number: '10023414', zip: '94538', phone: '+15105550101' },
  { number: '10048726', zip: '94539', phone: '+15105550102' },
  { number: '10073153', zip: '94538', phone: '+15105550103' },
  { number: '10112605', zip: '94538', phone: '+15105550104' },
  { number: '10155380', zip: '94555', phone: '+15105550105' },
  { number: '10199040', zip: '94555', phone: '+15105550106' },
];

async function outboxIsEmpty(): Promise<boolean> {
  const { OutboxModel } = await import('../../models/outbox.ts');
  return (await OutboxModel.countDocuments({ status: { $in: ['queued', 'sending'] } })) === 0;
}
