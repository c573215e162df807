import type { App } from '../../bot/app.ts';
import { startApp } from '../support/app.ts';
import { Csr } from '../support/csr.ts';
import { Customer, until } from '../support/customer.ts';

let app: App;
beforeAll(async () => {
  app = await startApp({ turnDeadlineMs: 1 });
});
afterAll(() => app.stop());

describe('a customer in danger, while every turn is given up', () => {
  it('hears what to do and whom to call all the same, and is first in line for a person', async () => {
    const csr = await Csr.signIn(app.url);
    const customer = await Customer.open(app.url);
    const answer = await customer.say('I smell gas');
    expect(answer).toMatch(/leave the building now/);
    expect(answer.match(/leave the building/g)).toHaveLength(1);
    const item = await until('the customer in line', async () =>
      (await csr.queue()).find(({ conversationId }) => conversationId === customer.conversationId),
    );
    expect(item).toMatchObject({ priority: 'emergency' });
  });

  it('hears it while a CSR has the conversation, who keeps it', async () => {
    const csr = await Csr.signIn(app.url);
    const customer = await Customer.open(app.url);
    await csr.claim(customer.conversationId);
    await customer.send('I smell gas');
    const heard = await until('the safety words', async () => {
      const texts = (await customer.shown()).filter(({ text }) => /leave the building now/.test(text));
      return texts.length > 0 && texts;
    });
    expect(heard).toHaveLength(1);
    const { conversation, transcript } = await csr.read(customer.conversationId);
    expect(conversation).toMatchObject({ holder: 'csr' });
    expect(transcript.filter(({ event }) => event === 'emergency.raised')).toHaveLength(1);
  });
});
