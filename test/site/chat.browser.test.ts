import { createServer as createHttp } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { mountSite } from '../../site/serve.ts';
import { describeInBrowser, launch } from '../support/chromium.ts';
import { startWebchat, until, type WebchatServer } from '../support/webchatServer.ts';

const figures = { cycleDays: 60, noticeBusinessDays: 1 };
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
    response.end(`<title>City</title><script src="${server.url}/widget.js"></script><h1>City</h1>`);
  });

  beforeAll(async () => {
    await new Promise((resolve) => city.listen(0, '127.0.0.1', () => resolve(undefined)));
    const trustedOrigins = [`http://127.0.0.1:${(city.address() as AddressInfo).port}`];
    server = await startWebchat({
      config: { trustedOrigins },
      mount: (restify, publicUrl) => mountSite(restify, { district, publicUrl, figures, trustedOrigins }),
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

  const texts = () => server.turn.received.filter(({ kind }) => kind === 'message').map(({ text }) => text);
  /** Nothing gets through, and the browser says so. */
  const cut = async (on = page) => {
    await context.route(/directline|webchat.token/, (route) => route.abort());
    await on.evaluate('dispatchEvent(new Event("offline"))');
    await on.getByText('Connection lost').waitFor();
  };
  const mend = async (on = page) => {
    await context.unroute(/directline|webchat.token/);
    await on.evaluate('dispatchEvent(new Event("online"))');
    await on.getByText('Connection lost').waitFor({ state: 'hidden' });
  };

  it('sends what was written while the line was down, once, and keeps typed words and focus', async () => {
    await open();
    await said('Welcome');
    await say('before the cut');
    await said('You said: before the cut');
    await cut();
    await say('my basement is flooding');
    await box().pressSequentially('and');
    await mend();
    await box().pressSequentially(' more');
    await said('You said: my basement is flooding');
    expect(texts().filter((text) => text === 'my basement is flooding')).toHaveLength(1);
    expect(await box().inputValue()).toBe('and more');
    await expectFocus();
    await page.getByText('Send failed').waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
    expect(await page.locator('.badge').textContent()).toBe('');
  });

  it('sends after a reload what had not got through before it', async () => {
    await open();
    await said('Welcome');
    const sent = '**/v3/directline/conversations/*/activities';
    await context.route(sent, () => {}); // on its way for ever
    await say('said before the reload');
    await page.getByText('said before the reload').first().waitFor();
    await page.reload();
    await context.unroute(sent);
    await said('You said: said before the reload');
    expect(texts().filter((text) => text === 'said before the reload')).toHaveLength(1);
  });

  it('says a page’s button when the line is back, and not with whatever is written later', async () => {
    await open();
    await said('Welcome');
    await cut();
    await page.getByRole('button', { name: 'Start service' }).click();
    await mend();
    await said('You said: I need to start water service');
  });

  it('works where the network lets no socket through', async () => {
    await page.addInitScript(
      'window.WebSocket = class { constructor() { setTimeout(() => this.onclose()); } close() {} }',
    );
    await page.reload();
    await open();
    await said('Welcome');
    await say('without a socket');
    await said('You said: without a socket');
  });

  it('gives the phone number where a conversation cannot begin', async () => {
    await context.route('**/v3/directline/conversations', (route) =>
      route.fulfill({ status: 500, body: '{}' }),
    );
    await open();
    await panel().getByText('The chat could not be loaded.').waitFor();
    await panel().getByRole('link', { name: '(510) 555-0190' }).waitFor();
  });

  it('stays in its conversation where the browser stores nothing', async () => {
    await page.addInitScript(
      'Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } })',
    );
    await page.reload();
    await open();
    await said('Welcome');
    await say('kept nowhere');
    await said('You said: kept nowhere');
    await cut();
    await mend();
    await say('still here');
    await said('You said: still here');
    await said('You said: kept nowhere');
  });

  it('is one conversation in two tabs that are opened at once', async () => {
    const tab = await visit(server.url);
    const before = server.turn.received.length;
    await Promise.all([open(), open(tab)]);
    await Promise.all([said('Welcome'), said('Welcome', tab)]);
    expect(server.turn.received.length - before).toBe(1);
  });

  it('goes on in the new chat where another tab has started over', async () => {
    const tab = await visit(server.url);
    await Promise.all([open(), open(tab)]);
    await Promise.all([said('Welcome'), said('Welcome', tab)]);
    await say('old words');
    await said('You said: old words', tab);
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('button', { name: 'Start a new chat' }).click();
    await page.getByText('You said: old words').first().waitFor({ state: 'detached' });
    await said('Welcome');
    await say('said in the other tab', tab);
    await said('You said: said in the other tab', tab);
    await said('You said: said in the other tab');
    expect(problems.filter((problem) => !/409|Failed to post activity/.test(problem))).toEqual([]);
    problems.length = 0;
  });

  it('starts anew even where an answer for the old chat comes late', async () => {
    await open();
    await said('Welcome');
    await say('old words');
    await said('You said: old words');
    const late = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    await context.route('**/webchat/token', async (route) => {
      asked.resolve();
      await late.promise;
      await route.continue().catch(() => {});
    });
    await page.evaluate('dispatchEvent(new Event("offline"))');
    await page.evaluate('dispatchEvent(new Event("online"))');
    await asked.promise;
    await context.unroute('**/webchat/token');
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('button', { name: 'Start a new chat' }).click();
    late.resolve();
    await page.getByText('You said: old words').first().waitFor({ state: 'detached' });
    await said('Welcome');
    await page.reload();
    await said('Welcome');
    expect(await page.getByText('You said: old words').count()).toBe(0);
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

  it('says so from the moment a person joins, whatever lines come between, until they go', async () => {
    await open();
    await said('Welcome');
    const id = server.turn.received.at(-1)?.conversationId ?? '';
    const told = (text: string, name: string) =>
      server.turn.say(id, {
        from: 'system',
        kind: 'event',
        author: { id: '7', name: 'Sam' },
        text,
        activity: { type: 'message', name },
      });
    told('Sam has joined.', 'desk.claimed');
    await page.getByText('You are talking with Sam').waitFor();
    server.turn.say(id, { from: 'system', text: 'Your stop is booked.' });
    await said('Your stop is booked.');
    expect(await page.getByText('You are talking with Sam').isVisible()).toBe(true);
    told('The assistant goes on.', 'desk.returned');
    await page.getByText('A bot answers here').waitFor();
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

  it('closes by a phone’s Back button, on the same page', async () => {
    await page.setViewportSize({ width: 375, height: 700 });
    await open();
    await said('Welcome');
    await page.goBack();
    await panel().waitFor({ state: 'hidden' });
    expect(page.url()).toBe(`${server.url}/`);
    await open();
    await page.keyboard.press('Escape');
    await panel().waitFor({ state: 'hidden' });
  });

  it.each([
    [844, 390],
    [320, 256],
  ])('has room for what is said on a screen of %i by %i', async (width, height) => {
    await page.setViewportSize({ width, height });
    await open();
    await said('Welcome');
    const id = server.turn.received.at(-1)?.conversationId ?? '';
    const titles = ['What do I owe?', 'Stop my service', 'Talk to a person'];
    const actions = titles.map((title) => ({ type: 'imBack', title, value: title }));
    server.turn.say(id, { from: 'bot', text: 'Choose.', activity: { suggestedActions: { actions } } });
    await page.getByRole('toolbar').getByRole('button', { name: 'What do I owe?' }).waitFor();
    expect(await panel().boundingBox()).toEqual({ x: 0, y: 0, width, height });
    const transcript = await page.locator('.webchat__basic-transcript').boundingBox();
    expect(transcript?.height).toBeGreaterThan(height * 0.35);
  });

  it('hides none of the page’s first choices behind its button on a small phone', async () => {
    await page.setViewportSize({ width: 375, height: 700 });
    for (const path of ['/', '/es']) {
      await page.goto(server.url + path);
      const button = await page.locator('#chat-launcher').boundingBox();
      const tile = await page.locator('.tasks li').last().boundingBox();
      expect((tile?.y ?? 0) + (tile?.height ?? 0)).toBeLessThanOrEqual(button?.y ?? 0);
    }
  });

  it('takes a double click for one', async () => {
    await page.getByRole('button', { name: 'Chat with us' }).dblclick();
    await said('Welcome');
    expect(await panel().isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Start service' }).dblclick();
    await said('You said: I need to start water service');
    await say('next');
    await said('You said: next');
    expect(texts().slice(-2)).toEqual(['I need to start water service', 'next']);
  });

  it('says why a file is not taken, and what is', async () => {
    await open();
    await said('Welcome');
    const input = page.locator('input[type=file]');
    const six = [1, 2, 3, 4, 5, 6].map((n) => ({
      name: `${n}.txt`,
      mimeType: 'text/plain',
      buffer: Buffer.from('a'),
    }));
    await input.setInputFiles(six);
    await page.getByText('at most 5 files').waitFor();
    await input.setInputFiles({
      name: 'setup.exe',
      mimeType: 'application/x-msdownload',
      buffer: Buffer.from('MZ'),
    });
    await page.getByText('We can take photos, PDF').waitFor();
    await page.getByRole('button', { name: 'Close this notice' }).click();
    // What only its content shows is the server's to refuse.
    await input.setInputFiles({
      name: 'meter.jpg',
      mimeType: 'image/jpeg',
      buffer: Buffer.from([0xff, 0xfe, 0, 1]),
    });
    await page.getByText('We can take photos, PDF').waitFor();
    expect(texts().at(-1)).not.toBe('');
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
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('button', { name: 'Keep this one' }).click();
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('button', { name: 'Start a new chat' }).click();
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
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
      await page.locator('.webchat__fileContent a').waitFor();
      await page.getByRole('button', { name: 'Start over' }).click();
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
    await elsewhere.setViewportSize({ width: 375, height: 700 });
    await context.route('**/chat', () => {}); // it never comes
    await elsewhere.reload();
    await open(elsewhere);
    await elsewhere.getByText('Opening the chat…').waitFor();
    await elsewhere.getByRole('button', { name: 'Close chat' }).first().click();
    await elsewhere.getByText('Opening the chat…').waitFor({ state: 'hidden' });
    await context.unroute('**/chat');
    const stranger = await visit(`http://localhost:${(city.address() as AddressInfo).port}`);
    await open(stranger);
    await until(() => problems.some((text) => /frame-ancestors/.test(text)));
  });
});
