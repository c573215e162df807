import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { append } from '../../models/append.ts';
import { createTranscriptService, newEntry } from '../../services/transcript.ts';
import { describeInBrowser, launch } from '../support/chromium.ts';
import { until } from '../support/customer.ts';
import { deskOf, violations } from './browser.ts';
import { type Fixture, openDesk, password } from './deskFixture.ts';

const shots = process.env.SCREENSHOTS;
if (shots) mkdirSync(shots, { recursive: true });
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
};
const [jo, sam, ana] = [1, 2, 3].map((n) => `csr${n}@alder.example.com`) as [string, string, string];
const transcript = createTranscriptService();

describeInBrowser('the desk in trouble', () => {
  let fixture: Fixture;
  let browser: Browser;
  beforeAll(async () => {
    const checkField = async () => ({ ok: false as const, why: 'That is too soon.' });
    [fixture, browser] = await Promise.all([
      openDesk({ taskFields: () => ['lastDay', 'forwardingAddress'], checkField }),
      launch(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await fixture?.close();
  });
  const called = (name: string) => fixture.customer({ customer: { id: 'x', name } });
  const open = (page: Page, name: string) => page.getByRole('button', { name: new RegExp(name) }).click();
  const reply = (page: Page) => page.getByLabel('Reply to the customer');

  it('rings at every desk for a danger in line until one is opened, and shows what lacks a handoff', async () => {
    const desks = await Promise.all([
      deskOf(browser, fixture.url, sam),
      deskOf(browser, fixture.url, jo, { width: 375, height: 740 }),
    ]);
    const id = await fixture.customer({ customer: { id: 'x', name: 'Smells Gas' }, handoff: null });
    await fixture.danger(id);
    for (const { page } of desks) {
      await page.locator('[data-alarm]', { hasText: 'Smells Gas waits in line' }).waitFor();
      expect(await page.title()).toMatch(/^\(1\) Emergency/);
    }
    const [wide, phone] = desks as [(typeof desks)[0], (typeof desks)[0]];
    expect(await violations(wide.page)).toEqual([]);
    await shot(wide.page, 'alarm');
    await shot(phone.page, 'alarm-phone');
    await wide.page.getByRole('button', { name: 'Open', exact: true }).click();
    await wide.page.getByText('Emergency: Smells gas').waitFor();
    expect(await wide.page.locator('[data-alarm]').count()).toBe(0);
    await shot(wide.page, 'alarm-open');
    await open(phone.page, 'Smells Gas');
    await phone.page.locator('[data-alarm]').waitFor({ state: 'detached' });
    await phone.page.reload(); // another window has opened nothing yet
    await phone.page.locator('[data-alarm]').waitFor();
    await wide.page.keyboard.press('t');
    await phone.page.locator('[data-alarm]').waitFor({ state: 'detached' });
    expect(await phone.page.title()).toMatch(/^Desk/);
    for (const { faults, context } of desks) {
      expect(faults).toEqual([]);
      await context.close();
    }
  });

  it('rings for the CSR who has the customer, and shows the danger in its place', async () => {
    const id = await called('Calm Before');
    await fixture.desk.claim({ conversationId: id, csr: fixture.sam });
    const { page, context } = await deskOf(browser, fixture.url, sam);
    await page.getByRole('tab', { name: /Mine/ }).click();
    await open(page, 'Calm Before');
    await reply(page).waitFor();
    await fixture.danger(id);
    await page.locator('[data-alarm]', { hasText: 'Calm Before is with you' }).waitFor();
    await page.locator('[data-look=event]', { hasText: 'Emergency: Smells gas' }).waitFor();
    const { page: other, context: elsewhere } = await deskOf(browser, fixture.url, jo);
    await other.locator('[data-alarm]', { hasText: 'Calm Before is with a colleague' }).waitFor();
    await page.getByRole('button', { name: 'Seen' }).click();
    await other.locator('[data-alarm]').waitFor({ state: 'detached' });
    await elsewhere.close();
    await page.getByText('Sam has seen the emergency').waitFor();
    await page.locator('[data-alarm]').waitFor({ state: 'detached' });
    await context.close();
  });

  it('keeps a note a note when the conversation is handed to the CSR who writes it', async () => {
    const id = await called('Handed Over');
    await fixture.desk.claim({ conversationId: id, csr: fixture.jo });
    const { page, context } = await deskOf(browser, fixture.url, sam);
    await page.getByRole('tab', { name: 'All', exact: true }).click();
    await open(page, 'Handed Over');
    await page.getByLabel(/only colleagues read it/).fill('She is not');
    await fixture.desk.transfer({ conversationId: id, csr: fixture.jo, to: sam, note: 'yours' });
    await page.getByText('Jo handed the conversation on to Sam').waitFor();
    await page.getByText('Yours', { exact: true }).waitFor();
    await page.keyboard.type(' telling the truth');
    await page.keyboard.press('Enter');
    await page.locator('[data-look=note]', { hasText: 'She is not telling the truth' }).waitFor();
    expect(JSON.stringify(await transcript.shownAfter(id, 0))).not.toMatch(/truth/);
    await context.close();
  });

  it('serves ten tabs of one browser by one connection, and goes on when the tab that has it closes', async () => {
    const { page, context } = await deskOf(browser, fixture.url, ana);
    const pages = [page];
    for (let n = 1; n < 10; n++) {
      const tab = await context.newPage();
      await tab.goto(`${fixture.url}/console`);
      await tab.getByText('Live', { exact: true }).waitFor();
      pages.push(tab);
    }
    await called('Seen By All');
    for (const tab of pages) await tab.getByRole('button', { name: /Seen By All/ }).waitFor();
    await pages[9]?.bringToFront();
    await open(pages[9] as Page, 'Seen By All');
    await pages[9]?.locator('[data-look=customer]').first().waitFor();
    await page.close();
    await called('After The First');
    for (const tab of pages.slice(1)) await tab.getByRole('button', { name: /After The First/ }).waitFor();
    await context.close();
  });

  it('says a reply once whose answer was lost, and keeps what is typed meanwhile, in every tab', async () => {
    const { page, context } = await deskOf(browser, fixture.url, ana);
    const id = await called('Lost Answer');
    await open(page, 'Lost Answer');
    await page.keyboard.press('t');
    await page.getByText('Yours', { exact: true }).waitFor();
    await page.route('**/messages', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await reply(page).fill('Only once');
    await page.keyboard.press('Enter');
    await page.getByText('No connection. What you wrote is kept; try again.').waitFor();
    await page.unroute('**/messages');
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/messages', async (route) => {
      await held;
      await route.continue();
    });
    await page.keyboard.press('Enter');
    await page.keyboard.type(' and more to come');
    answer();
    await page.locator('[data-look=csr]', { hasText: 'Only once' }).waitFor();
    await until(
      'what was typed to stay',
      async () => (await reply(page).inputValue()) === 'and more to come',
    );
    const said = (await transcript.read(id)).filter(({ from }) => from === 'csr');
    expect(said.map(({ text }) => text)).toEqual(['Only once']);

    const second = await context.newPage();
    await second.goto(`${fixture.url}/console`);
    await second.getByRole('tab', { name: /Mine/ }).click();
    await open(second, 'Lost Answer');
    await reply(second).fill('and more to come soon');
    await until('the other tab', async () => (await reply(page).inputValue()) === 'and more to come soon');
    await context.close();
  });

  it('shows what came before "Look first" though the feed is down, and overflows no phone', async () => {
    const { page, context } = await deskOf(browser, fixture.url, ana, { width: 375, height: 740 });
    const id = await called('Feed Down');
    await open(page, 'Feed Down');
    await page.keyboard.press('t');
    await page.getByText('Yours', { exact: true }).waitFor();
    await page.route('**/events', (route) => route.abort());
    await page.route('**/conversations/*?after=*', (route) => route.abort());
    await fixture.write(id, 'Wait, I was wrong');
    await reply(page).fill('Done');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Look first' }).click();
    await page.locator('[data-look=customer]', { hasText: 'Wait, I was wrong' }).waitFor();
    await context.setOffline(true);
    await page.getByText('The connection is lost', { exact: false }).waitFor();
    await shot(page, 'lost-phone');
    expect(await page.evaluate('document.documentElement.scrollWidth > window.innerWidth')).toBe(false);
    expect(await page.evaluate('document.body.scrollWidth > window.innerWidth')).toBe(false);
    await context.close();
  });

  it('shows a customer’s event as nothing of ours, and says which field of a task will not do', async () => {
    const task = { kind: 'stopService', version: 1, open: 'lastDay', fields: {} };
    const id = await fixture.customer({ customer: { id: 'x', name: 'Forges Lines' }, task, says: [] });
    const forged = ['webchat/join', 'desk.resolved'].map((name) =>
      newEntry({
        ...{ at: new Date(fixture.time.district), from: 'customer', kind: 'event', visible: true, text: '' },
        activity: { type: 'event', name },
      }),
    );
    await append(id, {}, { entries: forged });
    await fixture.write(id, 'Hello');
    await fixture.desk.claim({ conversationId: id, csr: fixture.sam });
    const { page, context } = await deskOf(browser, fixture.url, sam);
    await page.getByRole('tab', { name: /Mine/ }).click();
    await open(page, 'Forges Lines');
    await page.locator('[data-look=customer]', { hasText: 'Hello' }).waitFor();
    expect(await page.locator('[data-look]').count()).toBe(2); // the greeting, and that Sam took it
    await page.getByLabel('Last day', { exact: true }).fill('tomorrow');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('That is too soon.').waitFor();
    await shot(page, 'field');
    expect(await violations(page)).toEqual([]);
    await context.close();
  });

  it('keeps the list of all conversations new, and leads to the older ones', async () => {
    const { page, context } = await deskOf(browser, fixture.url, jo);
    for (let n = 0; n < 55; n++) await fixture.customer({ holder: 'bot', handoff: null, says: [] });
    const last = await fixture.customer({
      ...{ holder: 'bot', handoff: null, customer: { id: 'x', name: 'Newest' }, says: [] },
      updatedAt: new Date(fixture.time.district + 1_000),
    });
    await page.getByRole('tab', { name: 'All', exact: true }).click();
    await page.getByRole('button', { name: /Newest/ }).waitFor();
    expect(await page.locator('[data-queue] button[data-row]').count()).toBe(50);
    await page.getByRole('button', { name: 'Look further back' }).click();
    await page.locator('[data-queue] button[data-row]').nth(55).waitFor({ state: 'attached' });
    await fixture.desk.claim({ conversationId: last, csr: fixture.sam });
    await page.getByRole('button', { name: /Newest.*With Sam/ }).waitFor();
    await context.close();
  });

  it('says so when signing out failed, and leaves no draft to the next CSR on the machine', async () => {
    const { page, context } = await deskOf(browser, fixture.url, jo);
    await called('Half Written');
    await open(page, 'Half Written');
    await page.getByLabel(/only colleagues read it/).fill('hers alone');
    await page.route('**/session', (route) => route.abort());
    await page.getByRole('button', { name: /^Jo/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByText('You are still signed in.', { exact: false }).waitFor();
    await shot(page, 'still-in');
    await page.reload();
    await page.getByText('The desk could not be opened. No connection. Try again.').waitFor();
    await page.unroute('**/session');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.evaluate('JSON.stringify(localStorage)')).toMatch(/hers alone/);

    await context.clearCookies();
    await page.reload();
    await page.getByLabel('E-mail').fill(sam);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toMatch(/hers alone/);
    await context.close();
  });
});
