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
});
