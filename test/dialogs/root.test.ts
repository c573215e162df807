import type { App } from '../../bot/app.ts';
import { startApp } from '../support/app.ts';
import { Customer } from '../support/customer.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

describe('whatever a customer writes', () => {
  it('is greeted once, by something that says it is not a person', async () => {
    const customer = await Customer.open(app.url);
    const [greeting, ...others] = await customer.shown();
    expect(greeting?.text).toMatch(/automated assistant of Alder Valley Water District, not a person/);
    expect(others).toHaveLength(0);
  });

  it('brings in a person who is asked for, and says who is before', async () => {
    const customer = await Customer.open(app.url);
    expect(await customer.say('talk to a person')).toMatch(/bringing in a person/);
  });

  it('brings in a person after three misunderstandings, never twice in the same words', async () => {
    const customer = await Customer.open(app.url);
    const first = await customer.say('flurb the zonk');
    const second = await customer.say('qwerty uiop');
    expect(second).not.toBe(first);
    expect(await customer.say('hmm zzz')).toMatch(/bringing in a person/);
  });

  it('puts an emergency first, whatever was open, with no verification', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('what do I owe');
    const answer = await customer.say('wait, I smell gas in the kitchen');
    expect(answer).toMatch(/leave the building now[\s\S]*911[\s\S]*front of the line/);
  });

  it('lets a waiting customer come back to the bot, and answers while they wait only how long it takes', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('agent please, I want to talk to a person');
    expect(await customer.say('how long will it take?')).toMatch(/customers? before you|next in line/);
    const silent = await customer.send('I also have a question about my meter');
    expect(await customer.say('never mind')).toMatch(/back with me/);
    expect((await customer.shown()).filter((activity) => activity.replyToId === silent)).toHaveLength(0);
    expect(await customer.say('what do I owe')).toMatch(/account number/);
  });

  it('answers a question from what the District has written down, in English and Spanish, and nothing else', async () => {
    const customer = await Customer.open(app.url);
    expect(await customer.say('is there a late fee?')).toMatch(/late fee of \$5\.00/);
    expect(await customer.say('what are your hours')).toMatch(/Monday to Friday, 8 a\.m\. to 5 p\.m\./);
    expect(await customer.say('el agua sale café')).toMatch(/Deje correr una llave de agua fría/);
    expect(await customer.say('when is trash day')).toMatch(/did not understand|no entendí/);
  });

  it('masks a card number before it is kept, and says so', async () => {
    const customer = await Customer.open(app.url);
    expect(await customer.say('my card is 4111 1111 1111 1111, charge it')).toMatch(/removed a card number/);
    expect(JSON.stringify(await customer.shown())).not.toMatch(/4111|1111/);
  });

  it.each([
    '🙂🙂',
    '‮abc',
    'x\u0000\u0007',
    'a'.repeat(60_000),
    '<script>alert(1)</script>',
    '$where',
    '{"$ne":1}',
  ])('answers bad input %#, and goes on', async (text) => {
    const customer = await Customer.open(app.url);
    await customer.send(text);
    expect(await customer.say('what do I owe')).toMatch(/account number/);
  });
});
