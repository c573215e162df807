import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import type { App } from '../../bot/app.ts';
import { PaymentModel } from '../../models/payment.ts';
import { accountOf } from '../services/paying.ts';
import { startApp } from '../support/app.ts';
import { describeInBrowser, launch } from '../support/chromium.ts';
import { payLinks } from '../support/payLinks.ts';
import { until } from '../support/webchatServer.ts';

describeInBrowser('the payment page in a browser', () => {
  let app: App;
  let browser: Browser;
  let link: Awaited<ReturnType<typeof payLinks>>;
  const problems: string[] = [];
  const grace = accountOf('10155380');
  const maria = accountOf('10023414');
  const shots = process.env.SHOTS;

  beforeAll(async () => {
    app = await startApp();
    link = await payLinks(app.url);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  async function visit(url: string, width = 375, locale = 'en-US'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 800 }, locale });
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(url);
    return page;
  }
  const advance = (duration: string) =>
    fetch(`${app.url}/try/api/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ advance: duration }),
    });
  async function shoot(page: Page, name: string): Promise<void> {
    if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
  }
  const faults = async (page: Page) =>
    (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);

  it.each([375, 1280])(
    'is paid on a screen %i wide, by keyboard, with nothing that axe finds wrong',
    async (width) => {
      const page = await visit(await link(grace), width);
      await shoot(page, `pay-${width}`);
      expect(await faults(page)).toEqual([]);
      const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      expect(wide).toBe(false);
      await page.getByLabel('How much would you like to pay?').fill('one');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('Please enter an amount in dollars, such as 45.50.').waitFor();
      await shoot(page, `problem-${width}`);
      expect(await faults(page)).toEqual([]);
      await page.getByLabel('How much would you like to pay?').fill('20.00');
      await page.getByLabel('Card: approved').check();
      await page.getByRole('button', { name: 'Pay', exact: true }).dblclick();
      await page.getByRole('heading', { name: /Thank you\. We received your payment\./ }).waitFor();
      await page.getByText(/R-[0-9A-Z]{8}/).waitFor();
      await shoot(page, `received-${width}`);
      expect(await faults(page)).toEqual([]);
      expect(problems.filter((text) => !/422/.test(text))).toEqual([]);
      await page.context().close();
    },
  );

  it('says of every outcome what became of the payment and what can be done', async () => {
    const look = async (page: Page, heading: string, name: string) => {
      for (const width of [375, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        await page.getByRole('heading', { name: heading }).waitFor();
        await shoot(page, `${name}-${width}`);
        expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
      }
      expect(await faults(page)).toEqual([]);
    };
    const pay = async (page: Page, amount: string, outcome: string) => {
      await page.getByLabel('How much would you like to pay?').fill(amount);
      const choice = page.getByLabel(outcome);
      if (!(await choice.isVisible())) await page.getByText('Other ways in which a bank returns it').click();
      await choice.check();
      await page.getByRole('button', { name: 'Pay', exact: true }).click();
    };
    const page = await visit(await link(maria));
    await pay(page, '100', 'Card: declined');
    await page
      .getByRole('alert')
      .getByText(/declined and nothing was charged/)
      .waitFor();
    await look(page, 'Pay a water bill', 'declined');
    await pay(page, '30.15', 'Bank transfer: pending, then settled');
    await look(page, 'Thank you. Your bank transfer is on its way.', 'pending');
    await page.goBack();
    await page.goto(await link(maria));
    await page.getByText('Already on its way').waitFor();
    expect(await page.getByLabel('How much would you like to pay?').inputValue()).toBe('100.00');
    await look(page, 'Pay a water bill', 'on-its-way');
    for (const code of ['R02', 'R10']) {
      await page.goto(await link(maria));
      await pay(page, '20', `Bank transfer: taken, later returned ${code}`);
      await page.getByRole('heading', { name: 'Thank you. We received your payment.' }).waitFor();
    }
    // A bank that sends it back the same day, while the link still shows what came of it.
    await PaymentModel.updateOne({ outcome: 'returned:R10' }, { $set: { returnedOn: '2026-11-23' } });
    await page.reload();
    await look(page, 'This payment was returned by the bank.', 'returned');
    const expired = await link(maria);
    await advance('P2D');
    await page.goto(expired);
    await look(page, 'This link has expired.', 'expired');
    await until(async () => {
      await page.goto(await link(maria));
      return /so we can only take a card here/.test(await page.content());
    });
    expect(await page.getByLabel(/Bank transfer/).count()).toBe(0);
    await look(page, 'Pay a water bill', 'card-only');
    // Somebody who pays for another is not told why.
    await page.goto(await link(maria, { verified: false }));
    await page.getByText('For this account we can only take a card here.').waitFor();
    expect(await page.content()).not.toMatch(/come back|130\.15.{0,40}owed/);

    await page.goto(await link(grace, {}, 'autopay'));
    await look(page, 'Automatic payment', 'enrol');
    await page.getByLabel('Bank account: refused').check();
    await page.getByRole('button', { name: 'Turn on automatic payment' }).click();
    await page
      .getByRole('alert')
      .getByText(/could not be enrolled/)
      .waitFor();
    await page.getByLabel('Bank account: enrolled', { exact: true }).check();
    await page.getByRole('button', { name: 'Turn on automatic payment' }).click();
    await look(page, 'Automatic payment is on.', 'enrolled');
    await page.context().close();
  }, 90_000);

  it('speaks Spanish to a browser that asks for it, and English when the customer chooses', async () => {
    const page = await visit(await link(grace), 375, 'es-MX');
    await page.getByRole('heading', { name: 'Pagar una factura de agua' }).waitFor();
    await shoot(page, 'spanish-375');
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Pay a water bill' }).waitFor();
    await page.context().close();
  });

  it('is readable where the link has ended, and in the dark', async () => {
    const page = await visit(`${app.url}/pay/${'x'.repeat(24)}`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByRole('heading', { name: 'This link does not work.' }).waitFor();
    await shoot(page, 'unknown-dark-375');
    expect(await faults(page)).toEqual([]);
    await page.context().close();
  });
});
