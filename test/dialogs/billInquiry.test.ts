import type { App } from '../../bot/app.ts';
import { PaymentModel } from '../../models/payment.ts';
import { sampleId } from '../../services/sampleHistory.ts';
import { startApp } from '../support/app.ts';
import { Customer } from '../support/customer.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

describe('a customer asks what they owe', () => {
  it('tells $130.15 and its due date after the PIN, and what the bill is made of', async () => {
    const customer = await Customer.open(app.url);
    expect(await customer.say('what do I owe?')).toMatch(/account number/);
    expect(await customer.say('it is 1002 3414')).toMatch(/ZIP code/);
    expect(await customer.say('94538')).toMatch(/How would you like to do it/);
    expect(await customer.say('Use my PIN')).toMatch(/4-digit PIN/);
    const answer = await customer.say('4821');
    expect(answer).toMatch(/You owe \$130\.15\. It is due on Wednesday, December 2\./);
    expect(answer).toMatch(/\$56\.61[\s\S]*16 units at \$4\.596 = \$73\.54/);
  });

  it('hears of a payment that is on its way, so that nobody pays twice', async () => {
    const payment = await PaymentModel.create({
      _id: 'p1',
      accountId: sampleId('account', '10023414'),
      source: 'link',
      amount: 5000,
      receiptNumber: 'R-1',
      startedAt: new Date(),
      processor: 'sandbox',
      pendingOn: '2026-11-23',
    });
    const customer = await Customer.open(app.url);
    expect(await customer.verify()).toMatch(
      /You owe \$130\.15\. .*A payment of \$50\.00 is on its way and is not taken off yet\./,
    );
    await payment.deleteOne();
  });

  it('takes the account number that came with the first message', async () => {
    const customer = await Customer.open(app.url);
    expect(await customer.say('what is my bill? acct 10023414')).toMatch(/ZIP code/);
  });

  it('sends a code to the phone on file and accepts it', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('how much do I owe');
    await customer.say('10048726');
    await customer.say('94539');
    expect(await customer.say('Text me a code')).toMatch(/6-digit code is on its way/);
    const texts = await textsTo('+15105550102');
    const code = /code is (\d{6})/.exec(texts.at(-1)?.body ?? '')?.[1] ?? '';
    expect(await customer.say(code)).toMatch(/You owe \$272\.62/);
    const shown = JSON.stringify(await customer.shown());
    expect(shown).not.toContain(code);
  });

  it('sends a code by e-mail too', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('how much do I owe');
    await customer.say('10073153');
    await customer.say('94538');
    await customer.say('E-mail me a code');
    const mails = await mailsTo('priya.raman@example.com');
    const code = /code is (\d{6})/.exec(mails.at(-1)?.text ?? '')?.[1] ?? '';
    expect(await customer.say(code)).toMatch(/You owe \$157\.72\. It was due on/);
  });

  it('answers an account that does not exist in the same words as a wrong PIN', async () => {
    const strangers = await Promise.all(
      ['10023414', '12345674'].map(async (account) => {
        const customer = await Customer.open(app.url);
        const said = [];
        for (const line of ['what do I owe', account, '94539', 'PIN', '0000', '1111'])
          said.push(await customer.say(line));
        return said;
      }),
    );
    expect(strangers[0]).toEqual(strangers[1]);
    expect(strangers[0]?.[4]).toMatch(/do not match our records. You have 2 tries left/);
  });

  it('stops after three wrong tries and brings in a person', async () => {
    const customer = await Customer.open(app.url);
    for (const line of ['what do I owe', '10112605', '94538', 'PIN', '0001', '0002'])
      await customer.say(line);
    const answer = await customer.say('0003');
    expect(answer).toMatch(/could not confirm that it is you[\s\S]*bringing in a person/);
  });

  it('asks again at once for a mistyped account number, with an example', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('what do I owe');
    expect(await customer.say('10023415')).toMatch(/not an account number as we print it/);
  });

  it('speaks Spanish to a customer who does', async () => {
    const customer = await Customer.open(app.url, 'es');
    expect(await customer.say('hola, cuánto debo de mi factura?')).toMatch(/número de cuenta/);
    expect(await customer.say('10023414')).toMatch(/código postal/);
    expect(await customer.say('94538')).toMatch(/prueba/);
    expect(await customer.say('usar mi PIN')).toMatch(/PIN de 4 dígitos/);
    expect(await customer.say('4821')).toMatch(/Usted debe \$130\.15/);
  });

  it('never shows the PIN again once it is written', async () => {
    const customer = await Customer.open(app.url);
    await customer.verify();
    const lines = (await customer.shown()).map((activity) => activity.text);
    expect(lines).toContain('••••');
    expect(JSON.stringify(lines)).not.toContain('4821');
  });
});

type Message = { body: string; text: string };
const messages = async (path: string) =>
  ((await (await fetch(`${app.url}/try/api/${path}`)).json()) as { messages: Message[] }).messages;
const waitFor = async (path: string) => {
  const { until } = await import('../support/customer.ts');
  return until('a message', async () => {
    const found = await messages(path);
    return found.length > 0 && found;
  });
};
const textsTo = (phone: string) => waitFor(`sms?phone=${encodeURIComponent(phone)}`);
const mailsTo = (address: string) => waitFor(`mail?address=${encodeURIComponent(address)}`);
