import type { App } from '../../bot/app.ts';
import { BillModel } from '../../models/bill.ts';
import { FollowUpModel } from '../../models/followUp.ts';
import { LedgerEntryModel } from '../../models/ledgerEntry.ts';
import { formatMoney } from '../../services/money.ts';
import { sampleId } from '../../services/sampleHistory.ts';
import { startApp } from '../support/app.ts';
import { later, onlySomeAccounts } from '../support/billingTime.ts';
import { Customer, until } from '../support/customer.ts';

let app: App;
const account = (accountNumber: string) => sampleId('account', accountNumber);
const accountNumbers = ['10023414', '10073153', '10278166', '10366201', '10155380', '10048726'];
beforeAll(async () => {
  app = await startApp();
  await onlySomeAccounts(accountNumbers.map(account));
});
afterAll(() => app?.stop());

const maria = account('10023414');
const grace = account('10155380');
const samuel = account('10366201');
const balance = (accountId: string) => LedgerEntryModel.balanceOf(accountId);
const newBills = (accountId: string) =>
  BillModel.find({ accountId, requestId: /^billRun:/ })
    .sort({ periodEnd: 1 })
    .lean();

async function textsOf(phone: string): Promise<string> {
  const answer = await fetch(`${app.url}/try/api/sms?phone=${encodeURIComponent(phone)}`);
  const { messages } = (await answer.json()) as { messages: { body: string }[] };
  return messages.map(({ body }) => body).join('\n');
}

describe('as the sample District’s time goes by', () => {
  it('no fee and no bill comes for days before the first start, and a closed account’s credit goes back', async () => {
    await later(app.url, 'P2D');
    const asGiven = { '10023414': 13015, '10073153': 15772, '10278166': 24045, '10366201': 0 };
    for (const [accountNumber, cents] of Object.entries(asGiven))
      expect(await balance(account(accountNumber))).toBe(cents);
    expect(await LedgerEntryModel.countDocuments({ accountId: samuel, kind: 'refund' })).toBe(1);
  });

  it('a customer who does not pay is reminded, and then has one late fee', async () => {
    await later(app.url, 'P13D'); // 27 days after Maria’s bill
    const text = await until('the text', async () => {
      const texts = await textsOf('+15105550101');
      return texts.includes('was due on') && texts;
    });
    expect(text).toMatch(/\$130\.15 is still open\. .* no late fee \(\$5\.00\)/);
    expect(await balance(maria)).toBe(13015);
    await later(app.url, 'P2D');
    expect(await balance(maria)).toBe(13515);
  });

  it('a customer’s new bill stands in her account a month later, once, and is told when she asks', async () => {
    await later(app.url, 'P35D');
    const [bill, ...others] = await newBills(maria);
    expect(others).toEqual([]);
    const owed = 13515 + (bill?.total ?? 0);
    expect(await balance(maria)).toBe(owed);
    const customer = await Customer.open(app.url);
    expect(await customer.verify()).toContain(formatMoney(owed));
    // What another owed before our first day is billed by now, period by period.
    expect(await newBills(account('10278166'))).toHaveLength(2);
  });

  it('a customer without paper hears of the bill, and it is drawn where she pays automatically', async () => {
    await until('the text', async () =>
      (await textsOf('+15105550105')).includes('your new bill for account ••••5380'),
    );
    expect(await newBills(grace)).toHaveLength(1);
    await later(app.url, 'P21D');
    await until('the draw', async () => (await balance(grace)) === 0);
  });

  it('the next period follows the last one without a gap, and there is one chain of days', async () => {
    await later(app.url, 'P40D');
    const bills = await newBills(maria);
    expect(bills).toHaveLength(2);
    expect(bills[1]?.periodStart).toBe(bills[0]?.periodEnd);
    expect(await FollowUpModel.countDocuments({ kind: 'billing.run', status: 'waiting' })).toBe(1);
  });
});
