import { Writable } from 'node:stream';
import mongoose from 'mongoose';
import { pino } from 'pino';
import type { App } from '../../bot/app.ts';
import { startApp } from '../support/app.ts';
import { Customer, until } from '../support/customer.ts';

let app: App;
let logged = '';

beforeAll(async () => {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  });
  app = await startApp({ log: pino({ level: 'trace' }, sink) });
});
afterAll(() => app.stop());

/** Every document of every collection, as text. */
async function everythingKept(): Promise<string> {
  const collections = (await mongoose.connection.db?.listCollections().toArray()) ?? [];
  const all = await Promise.all(
    collections.map(({ name }) => mongoose.connection.collection(name).find().toArray()),
  );
  return JSON.stringify(all);
}

/** The digits as a word of their own, as in a text; not within an id, a hash or a time. */
const alone = (digits: string) => new RegExp(`(?<![\\w.-]|":)${digits}(?![\\w-])`);

describe('what customers should never have written', () => {
  it('keeps no card number, Social Security number, password, PIN or code, and logs none', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('my card is 4111 1111 1111 1111');
    await customer.say('my ssn is 123-45-6789 and my password is Tr0ub4dor');
    await customer.say('what do I owe');
    await customer.say('10048726');
    await customer.say('94539');
    await customer.say('Text me a code');
    const texts = await until('the text', async () => {
      const response = await fetch(`${app.url}/try/api/sms?phone=%2B15105550102`);
      const { messages } = (await response.json()) as { messages: { body: string }[] };
      return messages.length > 0 && messages;
    });
    const code = /code is (\d{6})/.exec(texts[0]?.body ?? '')?.[1] ?? 'none';
    await customer.say(`it is ${code}`);
    const other = await Customer.open(app.url);
    await other.verify();
    // Somebody who types ahead: the PIN comes before it is asked for.
    const ahead = await Customer.open(app.url);
    await ahead.say('what do I owe');
    await ahead.say('10023414');
    await Promise.all([ahead.send('94538'), ahead.send('PIN')]);
    await ahead.say('4821');

    const kept = await until('all to be projected', async () => {
      const open = await mongoose.connection
        .collection('conversations')
        .countDocuments({ workAt: { $ne: null } });
      return open === 0 && everythingKept();
    });
    // Four digits stand in ids and hashes by chance, so only a whole number counts, however it is spaced.
    const secrets = [/4111[\s-]?1111/, /123-?45-?6789/, /Tr0ub4dor/, alone(code), alone('4821')];
    expect(secrets.filter((secret) => secret.test(kept) || secret.test(logged))).toEqual([]);
    expect(kept).not.toContain('"sealed":"1.');
  });

  it('writes nothing of what was said into the log', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('an unmistakable sentence about heliotropes');
    expect(logged).not.toMatch(/heliotropes|Okafor|okafor|\+1510555/);
  });
});
