import type { App } from '../../bot/app.ts';
import { BillModel } from '../../models/bill.ts';
import { sampleId } from '../../services/sampleHistory.ts';
import { startApp } from '../support/app.ts';
import { Customer } from '../support/customer.ts';

let app: App;
beforeAll(async () => {
  app = await startApp({}, { DISTRICT_DIR: 'test/fixtures/district-tiered' });
});
afterAll(() => app?.stop());

describe('a District that is another folder, with rates in gallons per day', () => {
  it('tells a verified customer a bill in tiers: $70.96 + $75.88 + $14.68 = $161.52', async () => {
    const customer = await Customer.open(app.url);
    const answer = await customer.verify();
    expect(answer).toMatch(/You owe \$161\.52/);
    expect(answer).toMatch(/Service charge for your meter: \$70\.96/);
    expect(answer).toMatch(/tier 1: 14\.027 units at \$5\.41 = \$75\.88/);
    expect(answer).toMatch(/tier 2: 1\.973 units at \$7\.44 = \$14\.68/);
    expect(answer).toMatch(/In the same period last year you used 15 units/);
  });

  it('tells it in Spanish too', async () => {
    const customer = await Customer.open(app.url, 'es');
    for (const line of ['hola, cuánto debo de mi factura?', '10023414', '94538', 'usar mi PIN'])
      await customer.say(line);
    expect(await customer.say('4821')).toMatch(
      /Usted debe \$161\.52[\s\S]*Agua que usó, nivel 1: 14\.027 unidades a \$5\.41 = \$75\.88/,
    );
  });

  it('bills a business at one price', async () => {
    const bill = await BillModel.latestOf(sampleId('account', '10233773'));
    expect(bill).toMatchObject({ total: 41200, lines: [{ amount: 10720 }, { rate: '7.62', amount: 30480 }] });
  });
});
