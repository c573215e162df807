import type { App } from '../../bot/app.ts';
import { ServiceOrderModel } from '../../models/serviceOrder.ts';
import { startApp } from '../support/app.ts';
import { Csr } from '../support/csr.ts';
import { Customer, until } from '../support/customer.ts';
import { faultsInRecord } from '../support/store.ts';

let app: App;
let csr: Csr;
beforeAll(async () => {
  app = await startApp();
  csr = await Csr.signIn(app.url);
});
afterAll(() => app.stop());
afterEach(() => ServiceOrderModel.deleteMany({}));

const seen = async (customer: Customer, words: RegExp) =>
  until(`the customer to read ${words}`, async () =>
    (await customer.shown()).some((activity) => words.test(activity.text ?? '')),
  );

/** A customer who is half-way through stopping service and has asked for a person. */
async function halfWay(): Promise<Customer> {
  const customer = await Customer.open(app.url);
  await customer.verify();
  await customer.say('stop my water service on dec 3');
  await customer.say('talk to a person please');
  return customer;
}

describe('a task that was half done', () => {
  it('is in the queue with its reason, and the CSR sees everything that was said', async () => {
    const customer = await halfWay();
    const queue = await csr.queue();
    expect(queue.find((item) => item.conversationId === customer.conversationId)).toMatchObject({
      reason: 'asked',
    });
    const { transcript, task } = await csr.read(customer.conversationId);
    expect(transcript.map((line) => line.text).join('\n')).toMatch(
      /You owe \$130\.15[\s\S]*stop my water service on dec 3/,
    );
    expect(transcript.some((line) => line.event === 'handoff.initiate')).toBe(true);
    expect(JSON.stringify(task)).toContain('2026-12-03');
  });

  it('is completed by the CSR, who fills the last field; the customer is told once', async () => {
    const customer = await halfWay();
    const { conversationId } = customer;
    await csr.claim(conversationId);
    expect((await csr.complete(conversationId)).status).toBe(409);
    const field = { value: '9 Elm St, Reno, NV' };
    expect((await csr.patchTask(conversationId, { forwardingAddress: field })).status).toBe(200);
    expect((await csr.complete(conversationId)).status).toBe(200);
    await seen(customer, /Confirmation number SO-/);
    expect(await ServiceOrderModel.find().lean()).toHaveLength(1);
    expect((await customer.shown()).filter((activity) => /SO-/.test(activity.text ?? ''))).toHaveLength(1);
    expect(await faultsInRecord(conversationId)).toEqual([]);
  });

  it('goes back to the bot at the question that was open', async () => {
    const customer = await halfWay();
    await csr.claim(customer.conversationId);
    await csr.say(customer.conversationId, 'You can finish this with our assistant.');
    await csr.giveBack(customer.conversationId);
    await until('the question to be asked again', async () => {
      const last = (await customer.shown()).at(-1)?.text ?? '';
      return /Where should we mail the last bill/.test(last);
    });
    expect(await customer.say('9 Elm St, Reno, NV')).toMatch(/Is that right/);
    expect(await customer.say('yes')).toMatch(/SO-/);
  });

  it('goes back to the bot even where the bot had given up on the question', async () => {
    const customer = await Customer.open(app.url);
    await customer.verify('stop my water service');
    for (const nonsense of ['soonish', 'dunno', 'whenever']) await customer.say(nonsense);
    await csr.claim(customer.conversationId);
    await csr.giveBack(customer.conversationId);
    await until('the question to be asked again', async () =>
      /On which day/.test((await customer.shown()).at(-1)?.text ?? ''),
    );
    expect(await customer.say('dec 3')).toMatch(/Where should we mail/);
  });

  it('keeps a private note from the customer, and starts anew with the bot once it is resolved', async () => {
    const customer = await halfWay();
    await csr.claim(customer.conversationId);
    await csr.note(customer.conversationId, 'sounds upset, be gentle');
    await csr.resolve(customer.conversationId);
    await seen(customer, /conversation is now closed/);
    expect(JSON.stringify(await customer.shown())).not.toContain('sounds upset');
    expect(await customer.say('what do I owe')).toMatch(/You owe|account number/);
  });
});
