import type { App } from '../../bot/app.ts';
import type { Step } from '../../bot/turn/faults.ts';
import type { TaskDialog } from '../../dialogs/form/task.ts';
import * as registry from '../../dialogs/index.ts';
import { ServiceOrderModel } from '../../models/serviceOrder.ts';
import { startApp } from '../support/app.ts';
import { Csr } from '../support/csr.ts';
import { Customer, until } from '../support/customer.ts';
import { conversationOf, faultsInRecord } from '../support/store.ts';

const long = process.env.LONG === '1';

/** A task that never comes to its end, as where a system behind hangs. */
const hangs: TaskDialog = {
  kind: 'hangs',
  version: 1,
  intents: ['OutageStatus'],
  skill: 'service',
  fields: [],
  finish: () => new Promise(() => {}),
  words: { en: {}, es: {} },
};

let app: App;
let csr: Csr;
/** Called at each step of every turn. */
let atStep: (step: Step) => void | Promise<void> = () => {};

beforeAll(async () => {
  const { createPlainRecogniser } = await import('../../language/plain/plainRecogniser.ts');
  const plain = createPlainRecogniser();
  app = await startApp({
    tasks: [...Object.values(registry), hangs],
    recogniser: {
      recognise: async (text, language) => ({
        ...(await plain.recognise(text, language)),
        ...(text === 'hang' ? { intent: 'OutageStatus' as const, action: 'act' as const } : {}),
      }),
    },
    faults: (step) => atStep(step),
  });
  csr = await Csr.signIn(app.url);
});
afterAll(() => app.stop());
afterEach(async () => {
  atStep = () => {};
  await ServiceOrderModel.deleteMany({});
});

const lines = async (customer: Customer, who: string) =>
  (await customer.shown()).filter((activity) => activity.from.role === who).map((activity) => activity.text);

describe('messages that come at once', () => {
  it('has one turn for a message that was posted 20 times in parallel', async () => {
    const customer = await Customer.open(app.url);
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => customer.send('what do I owe', 'the same')),
    );
    expect(new Set(ids).size).toBe(1);
    await customer.repliesTo(ids[0] as string);
    await customer.say('10023414');
    expect(await lines(customer, 'user')).toEqual(['what do I owe', '10023414']);
    expect(await lines(customer, 'bot')).toHaveLength(3);
    expect(await faultsInRecord(customer.conversationId)).toEqual([]);
  });

  it.each([0, 70])(
    'knows a repeat that comes %i messages later, when all has been put away',
    async (count) => {
      const customer = await Customer.open(app.url);
      const first = await customer.send('what do I owe', 'sent twice');
      for (let index = 0; index < count; index++) await customer.send(`and another thing ${index}`);
      const before = await until('all to be projected', async () => {
        const conversation = await conversationOf(customer.conversationId);
        return conversation?.workAt === null && conversation.seq;
      });
      expect(await customer.send('what do I owe', 'sent twice')).toBe(first);
      expect((await conversationOf(customer.conversationId))?.seq).toBe(before);
    },
  );

  it('answers two messages typed quickly, both, in order', async () => {
    const customer = await Customer.open(app.url);
    const [first, second] = await Promise.all([customer.send('what do I owe'), customer.send('10023414')]);
    const [one, two] = await Promise.all([customer.repliesTo(first), customer.repliesTo(second)]);
    const order = (await customer.shown()).map((activity) => activity.id);
    const byArrival = order.indexOf(first) < order.indexOf(second) ? [one, two] : [two, one];
    const places = byArrival.map((replies) => order.indexOf(replies[0]?.id ?? ''));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(await faultsInRecord(customer.conversationId)).toEqual([]);
  });

  it('serves 100 customers while one turn hangs, and a CSR can take that one', async () => {
    const stuck = await Customer.open(app.url);
    await stuck.send('hang');
    const customers = await Promise.all(Array.from({ length: 100 }, () => Customer.open(app.url)));
    const answers = await Promise.all(customers.map((customer) => customer.say('what do I owe')));
    expect(answers.every((answer) => /account number/.test(answer))).toBe(true);

    expect(await csr.claim(stuck.conversationId)).toMatchObject({ status: 200 });
    expect(await csr.say(stuck.conversationId, 'Hello, this is Sam. How can I help?')).toMatchObject({
      status: 200,
    });
    expect((await stuck.shown()).at(-1)?.text).toBe('Hello, this is Sam. How can I help?');
  });
});

describe('a CSR claims while the bot works', () => {
  it(`books once and tells the customer once, when the claim falls between booking and commit`, async () => {
    for (let round = 0; round < (long ? 100 : 8); round++) {
      const customer = await Customer.open(app.url);
      await customer.verify();
      await customer.say('stop my water service dec 3, last bill to 9 Elm St, Reno');
      let claimed = false;
      atStep = async (step) => {
        if (step !== 'turn.acted' || claimed) return;
        claimed = true;
        expect((await csr.claim(customer.conversationId)).status).toBe(200);
      };
      await customer.send('yes');
      const told = await until('the receipt', async () => {
        const found = (await customer.shown()).filter((activity) => activity.text?.includes('SO-'));
        return found.length > 0 && found;
      });
      const orders = await ServiceOrderModel.find().lean();
      expect(orders).toHaveLength(1);
      expect(told).toHaveLength(1);
      expect(told[0]?.text).toContain(orders[0]?._id);
      expect(await lines(customer, 'bot')).toContain(
        'Sam from Alder Valley Water District has joined the chat.',
      );
      const { transcript } = await csr.read(customer.conversationId);
      expect(JSON.stringify(transcript)).toContain('serviceOrder.booked');
      expect(await conversationOf(customer.conversationId)).toMatchObject({ holder: 'csr' });
      expect(await faultsInRecord(customer.conversationId)).toEqual([]);
      await ServiceOrderModel.deleteMany({});
    }
  });

  it('lets no line of the bot follow the claim', async () => {
    for (let round = 0; round < (long ? 200 : 15); round++) {
      const customer = await Customer.open(app.url);
      const at: Step = (['turn.begun', 'turn.ran', 'receive.stored'] as const)[round % 3] ?? 'turn.ran';
      let claimed = false;
      atStep = async (step) => {
        if (step !== at || claimed) return;
        claimed = true;
        await csr.claim(customer.conversationId);
      };
      const sent = await customer.send('what do I owe');
      await until('the turn to end', async () => {
        const conversation = await conversationOf(customer.conversationId);
        return conversation?.lease === null && conversation.handled === conversation.seq;
      });
      const roles = (await csr.read(customer.conversationId)).transcript.map((line) => line.from);
      const joined = roles.lastIndexOf('system');
      expect(roles.slice(joined)).not.toContain('bot');
      expect((await customer.shown()).filter((activity) => activity.replyToId === sent)).toHaveLength(0);
    }
  });
});
