import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { App } from '../../bot/app.ts';
import { startApp } from '../support/app.ts';
import { Csr } from '../support/csr.ts';
import { Customer, until } from '../support/customer.ts';

let app: App;
let written = '';
beforeAll(async () => {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  // No redaction: what the code hands to the log is what is looked at.
  app = await startApp({ log: pino({ level: 'trace' }, sink) as never });
});
afterAll(() => app.stop());

it('the log of a customer who fails, proves who they are, is in danger and meets a CSR names nothing of them', async () => {
  const customer = await Customer.open(app.url);
  for (const line of ['what do I owe', '10023414', '94538', 'Text me a code', '000000'])
    await customer.say(line);
  const text = await until('the code', async () =>
    app.sandbox?.carrier.texts('+15105550101').find(({ body }) => /\d{6}/.test(body)),
  );
  const code = /\d{6}/.exec(text.body)?.[0] ?? '';
  expect(await customer.say(code)).toMatch(/You owe/);
  await customer.say('I smell gas at 12 Elm Street, 94538');
  const csr = await Csr.signIn(app.url);
  await csr.claim(customer.conversationId);
  await csr.say(customer.conversationId, 'Hello Maria, a crew is coming');
  await until('the delivery', async () => written.includes('delivery.delivered'));
  expect(written).toContain('turn.ran');
  for (const secret of [code, '10023414', '5105550101', 'okafor', 'Maria', 'Elm Street', '130.15'])
    expect(written.toLowerCase()).not.toContain(secret.toLowerCase());
});
