import type { App } from '../../bot/app.ts';
import { ConversationModel } from '../../models/conversation.ts';
import { startApp } from '../support/app.ts';
import { Csr } from '../support/csr.ts';
import { Customer, until } from '../support/customer.ts';
import { conversationOf } from '../support/store.ts';

let app: App;
let csr: Csr;
beforeAll(async () => {
  app = await startApp();
  csr = await Csr.signIn(app.url);
});
afterAll(() => app.stop());

const inLine = async ({ conversationId }: Customer) =>
  (await csr.queue()).some((item) => item.conversationId === conversationId);
const events = async ({ conversationId }: Customer) =>
  (await csr.read(conversationId)).transcript.map((line) => line.event);

describe('a customer who leaves for good', () => {
  it('is in line no more, with nothing half done and nothing proven left behind', async () => {
    const customer = await Customer.open(app.url);
    await customer.verify();
    await customer.say('stop my water service');
    await customer.say('talk to a person');
    expect(await inLine(customer)).toBe(true);
    await customer.leave();
    expect(await inLine(customer)).toBe(false);
    const left = await conversationOf(customer.conversationId);
    expect(left).toMatchObject({ holder: 'resolved', task: null, proof: null, handoff: null, ended: true });
    expect(await events(customer)).toContain('customer.left');
    expect(await customer.post('hello?')).toBeNull();
    await customer.leave();
    expect((await events(customer)).filter((event) => event === 'customer.left')).toHaveLength(1);
  });

  it('stays in line where they told of a danger: somebody must look', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('I smell gas');
    await until('a person to be called', () => inLine(customer));
    await customer.leave();
    expect(await inLine(customer)).toBe(true);
  });

  it('is still the CSR’s who has them, who sees it and closes it', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('talk to a person');
    await csr.claim(customer.conversationId);
    await customer.leave();
    expect((await csr.read(customer.conversationId)).conversation).toMatchObject({
      holder: 'csr',
      mine: true,
    });
    expect(await events(customer)).toContain('customer.left');
    await csr.resolve(customer.conversationId);
    expect(await ConversationModel.findById(customer.conversationId).lean()).toMatchObject({
      holder: 'resolved',
    });
  });
});
