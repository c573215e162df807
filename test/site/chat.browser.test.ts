import { createServer as createHttp } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { mountSite } from '../../site/serve.ts';
import { describeInBrowser, launch } from '../support/chromium.ts';
import { startWebchat, until, type WebchatServer } from '../support/webchatServer.ts';

const district = {
  name: 'Alder Valley Water District',
  phone: '+15105550190',
  emergencyPhone: '+15105550199',
};

describeInBrowser('the chat in a browser', () => {
  let server: WebchatServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const problems: string[] = [];
  const city = createHttp((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<title>City</title><h1>City</h1><script src="${server.url}/widget.js" async></script>`);
  });

  beforeAll(async () => {
    await new Promise((resolve) => city.listen(0, '127.0.0.1', () => resolve(undefined)));
    const trustedOrigins = [`http://127.0.0.1:${(city.address() as AddressInfo).port}`];
    server = await startWebchat({
      config: { trustedOrigins },
      mount: (restify, publicUrl) => mountSite(restify, { district, publicUrl, trustedOrigins }),
    });
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    city.close();
    await server.stop();
  });
  beforeEach(async () => {
    problems.length = 0;
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await visit(server.url);
  });
  afterEach(() => context.close());

  async function visit(url: string): Promise<Page> {
    const opened = await context.newPage();
    opened.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    opened.on('pageerror', (error) => problems.push(String(error)));
    await opened.goto(url);
    return opened;
  }
  const open = (on = page) => on.getByRole('button', { name: 'Chat with us' }).click();
  const panel = () => page.getByRole('dialog', { name: 'Chat with us' });
  const said = (text: string, on = page) =>
    on.locator('.webchat__bubble').getByText(text, { exact: true }).first().waitFor();
  const box = (on = page) => on.locator('[data-id="webchat-sendbox-input"]');
  const say = async (text: string, on = page) => {
    await box(on).fill(text);
    await box(on).press('Enter');
  };
  const violations = async (on = page) =>
    (
      await new AxeBuilder({ page: on }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
    ).violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))]);

  it('loads nothing of the chat until it is opened; then greets, once, and answers', async () => {
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    await page.reload();
    expect(loaded.filter((path) => /webchat|panel|token/.test(path))).toEqual([]);
    const start = performance.now();
    await open();
    await said('Welcome');
    process.stdout.write(`Open to greeting: ${Math.round(performance.now() - start)} ms\n`);
    await expectFocus();
    await say('How much is my bill?');
    await said('You said: How much is my bill?');
    expect(await page.locator('.webchat__bubble').getByText('Welcome', { exact: true }).count()).toBe(1);
    expect(problems).toEqual([]);
  });
  const expectFocus = () =>
    until(() => box().evaluate((element) => element === element.ownerDocument.activeElement));

  it('is where it was after a reload, and in a new tab', async () => {
    await open();
    await said('Welcome');
    await say('remember me');
    await said('You said: remember me');
    await page.reload();
    await said('You said: remember me');
    const tab = await visit(`${server.url}/`);
    await open(tab);
    await said('You said: remember me', tab);
    await say('from the tab', tab);
    await said('You said: from the tab');
    expect(problems).toEqual([]);
  });

  it('comes back in the same conversation when the token has expired', async () => {
    await open();
    await said('Welcome');
    await say('before');
    await said('You said: before');
    await box().fill('half a sentence');
    server.clock.ahead = 40 * 60_000;
    await context.route('**/webchat/token', (route) => route.abort());
    await page.evaluate('dispatchEvent(new Event("offline"))');
    await page.getByText('Connection lost').waitFor();
    await context.unroute('**/webchat/token');
    await page.getByRole('button', { name: 'Try now' }).evaluate('(button) => button.click()');
    await page.getByText('Connection lost').waitFor({ state: 'hidden' });
    await said('You said: before');
    expect(await box().inputValue()).toBe('half a sentence');
    await say('after');
    await said('You said: after');
    server.clock.ahead = 0;
  });

  it('says that a bot answers, and who does when a person has taken over', async () => {
    await open();
    await page.getByText('A bot answers here').waitFor();
    await said('Welcome');
    const id = server.turn.received.at(-1)?.conversationId ?? '';
    server.turn.say(id, {
      from: 'csr',
      author: { id: '7', name: 'Rosa' },
      text: 'Hello, see https://example.com/pay?x=1 <b>now</b>.',
    });
    await page.getByText('You are talking with Rosa').waitFor();
    const link = page.getByRole('link', { name: 'https://example.com/pay?x=1' });
    expect(await link.getAttribute('rel')).toContain('noopener');
    await page.getByText('<b>now</b>.').first().waitFor();
  });

  it('works by keyboard: opens, closes with Escape, and gives the focus back', async () => {
    const button = page.getByRole('button', { name: 'Chat with us' });
    await button.focus();
    await page.keyboard.press('Enter');
    await said('Welcome');
    await expectFocus();
    await page.keyboard.press('Escape');
    await panel().waitFor({ state: 'hidden' });
    expect(await button.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(await button.getAttribute('aria-expanded')).toBe('false');
    const start = page.getByRole('button', { name: 'See what you owe in chat' });
    await start.click();
    await said('You said: How much is my bill?');
    await page.keyboard.press('Escape');
    expect(await start.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  });

  it('fills a phone’s screen and keeps the page behind out of the way', async () => {
    await page.setViewportSize({ width: 375, height: 700 });
    await open();
    await said('Welcome');
    expect(await panel().boundingBox()).toEqual({ x: 0, y: 0, width: 375, height: 700 });
    expect(
      await page.locator('main').evaluate((element) => (element as unknown as { inert: boolean }).inert),
    ).toBe(true);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
  });

  it('gives the phone number when the chat cannot be loaded, and loads it when asked again', async () => {
    await context.route('**/assets/webchat.js*', (route) => route.abort());
    await open();
    await panel().getByText('The chat could not be loaded.').waitFor();
    await panel().getByRole('link', { name: '(510) 555-0190' }).waitFor();
    await context.unroute('**/assets/webchat.js*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await said('Welcome');
  });

  it('starts anew when asked to, and forgets the old chat on this device', async () => {
    await open();
    await said('Welcome');
    await say('old words');
    await said('You said: old words');
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByText('You said: old words').first().waitFor({ state: 'detached' });
    await said('Welcome');
  });

  it('sends a picture and shows it back', async () => {
    await open();
    await said('Welcome');
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'meter.png', mimeType: 'image/png', buffer: png });

    const picture = page.locator('.webchat__bubble img').first();
    await picture.waitFor();
    const isLoaded = () =>
      picture.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth > 0);
    await until(isLoaded);
    await until(() => server.turn.received.some(({ activity }) => activity?.attachments?.length === 1));
    expect(problems).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'has no accessibility violation, page and open chat (%s)',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await open();
      await said('Welcome');
      await say('hello');
      await said('You said: hello');
      expect(await violations()).toEqual([]);
    },
  );

  it('has no accessibility violation in Spanish and before the chat is opened', async () => {
    await page.goto(`${server.url}/es`);
    expect(await violations()).toEqual([]);
  });

  it('puts the chat on a trusted page by one script tag, and on no other', async () => {
    const elsewhere = await visit(`http://127.0.0.1:${(city.address() as AddressInfo).port}`);
    await open(elsewhere);
    const frame = elsewhere.frameLocator('iframe');
    await frame.locator('.webchat__bubble').getByText('Welcome', { exact: true }).first().waitFor();
    await frame.locator('[data-id="webchat-sendbox-input"]').press('Escape');
    await elsewhere.locator('iframe').waitFor({ state: 'hidden' });
    expect(problems).toEqual([]);
    const stranger = await visit(`http://localhost:${(city.address() as AddressInfo).port}`);
    await open(stranger);
    await until(() => problems.some((text) => /frame-ancestors/.test(text)));
  });
});
