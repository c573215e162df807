import type { App } from '../../bot/app.ts';
import { ServiceOrderModel } from '../../models/serviceOrder.ts';
import { startApp } from '../support/app.ts';
import { Customer } from '../support/customer.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());
afterEach(() => ServiceOrderModel.deleteMany({}));

const verified = async (url: string): Promise<Customer> => {
  const customer = await Customer.open(url);
  await customer.verify();
  return customer;
};
const orders = () => ServiceOrderModel.find().lean();

describe('a customer stops service', () => {
  it('books the stop from one message, and a correction at the summary stands', async () => {
    const customer = await verified(app.url);
    expect(await customer.say('stop my water service dec 3, last bill to 9 Elm St, Reno')).toMatch(
      /Thursday, December 3.*9 Elm St, Reno.*Is that right/s,
    );
    expect(await customer.say('no, the 5th')).toMatch(/earliest after that is Monday, December 7/);
    expect(await customer.say('Dec 7 then')).toMatch(/Monday, December 7.*Is that right/);
    expect(await customer.say('ok yes')).toMatch(/Confirmation number SO-/);
    expect(await orders()).toEqual([expect.objectContaining({ effectiveOn: '2026-12-07', kind: 'stop' })]);
  });

  it('asks for what is missing, one thing at a time', async () => {
    const customer = await verified(app.url);
    expect(await customer.say('I want to stop my water service')).toMatch(/On which day/);
    expect(await customer.say('next friday')).toMatch(/Where should we mail the last bill/);
    expect(await customer.say('PO Box 12, Fremont CA 94538')).toMatch(/Is that right/);
    expect(await customer.say('no')).toMatch(/nothing is changed/);
    expect(await customer.say('never mind')).toMatch(/What else can I do/);
    expect(await orders()).toHaveLength(0);
  });

  it('says the earliest day where the one asked for is too soon', async () => {
    const customer = await verified(app.url);
    await customer.say('stop my water service');
    expect(await customer.say('today')).toMatch(/too soon.*The earliest day is Tuesday, November 24/);
  });

  it('answers a bill question in between and books nothing', async () => {
    const customer = await verified(app.url);
    await customer.say('stop my water service');
    expect(await customer.say('what is my balance?')).toMatch(/You owe \$130\.15/);
    expect(await orders()).toHaveLength(0);
  });
});
