import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import type { App } from '../../bot/app.ts';
import { accountOf } from '../services/paying.ts';
import { startApp } from '../support/app.ts';
import { describeInBrowser, launch } from '../support/chromium.ts';
import { payLinks } from '../support/payLinks.ts';

describeInBrowser('the payment page in a browser', () => {
  let app: App;
  let browser: Browser;
  let link: Awaited<ReturnType<typeof payLinks>>;
  const problems: string[] = [];
  const grace = accountOf('10155380');
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
