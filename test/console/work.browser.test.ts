import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import type { App } from '../../bot/app.ts';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { FieldOrderModel } from '../../models/fieldOrder.ts';
import { sayResult, startWorkServer } from '../adapters/work/workServer.ts';
import { deskPassword, startApp } from '../support/app.ts';
import { describeInBrowser, launch } from '../support/chromium.ts';
import { Csr } from '../support/csr.ts';
import { Customer, until } from '../support/customer.ts';
import { deskOf, violations } from './browser.ts';

const secret = 'a secret of the crews’ system';
const shots = process.env.SCREENSHOTS;
if (shots) mkdirSync(shots, { recursive: true });
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
};

describeInBrowser('the District’s work, at the desk', () => {
  let work: Awaited<ReturnType<typeof startWorkServer>>;
  let app: App;
  let browser: Browser;
  beforeAll(async () => {
    work = await startWorkServer();
    const env = { WORK_WEBHOOK_URL: work.url, WORK_WEBHOOK_SECRET: secret };
    [app, browser] = await Promise.all([startApp({}, env), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await work?.stop();
  });

  it('is seen beside a verified customer, and what the crew could not do is dealt with by a person', async () => {
    const customer = await Customer.open(app.url);
    await customer.verify();
    await customer.say('stop my water service nov 25, last bill to 9 Elm St, Reno');
    await customer.say('yes');
    await customer.say('talk to a person');
    const turnOff = await until('the crew’s order', async () =>
      FieldOrderModel.findOne({ type: 'TURN_OFF' }).lean(),
    );

    const { page, faults, context } = await deskOf(browser, app.url, 'csr2@alder.example.com', {
      password: deskPassword,
    });
    await page.getByRole('button', { name: /Maria Okafor/ }).click();
    await page.getByText('Stop of service').waitFor();
    await page.getByText(/Read the meter, moving out: .* Wed, Nov 25/).waitFor();
    await shot(page, 'work');
    expect(await violations(page)).toEqual([]);
    expect(await AuditEntryModel.find({ action: 'account.workSeen' }).lean()).toMatchObject([
      { accountId: turnOff?.accountId, conversationId: customer.conversationId },
    ]);

    const said = { eventId: 'e1', orderNumber: turnOff?._id, status: 'cannot', technician: 'Lee' };
    const result = { code: 'NO_ACCESS', notes: 'The gate is locked' };
    await sayResult({ url: `${app.url}/work/results`, secret }, { ...said, result });
    await page.reload();
    await page.getByRole('button', { name: /Needs a person/ }).click();
    await page.getByText('The crew could not do it.').waitFor();
    await page.getByText('The gate is locked').waitFor();
    await shot(page, 'attention');
    expect(await violations(page)).toEqual([]);
    await page.getByLabel(/What was done about FO-/).fill('Called Maria; she opens the gate at 9');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing stands still.').waitFor();
    expect(await AuditEntryModel.find({ action: 'fieldOrder.lookedAt' }).lean()).toMatchObject([
      { details: { orderNumber: turnOff?._id, note: 'Called Maria; she opens the gate at 9' } },
    ]);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('is not shown of a customer who is not verified', async () => {
    const customer = await Customer.open(app.url);
    await customer.say('talk to a person');
    const csr = await Csr.signIn(app.url);
    await expect(csr.work(customer.conversationId)).rejects.toThrow('work: 403');
    await expect(csr.work('nobody')).rejects.toThrow('work: 404');
  });
});
