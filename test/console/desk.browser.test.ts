import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { createTranscriptService } from '../../services/transcript.ts';
import { describeInBrowser, launch } from '../support/chromium.ts';
import { until } from '../support/customer.ts';
import { deskOf, violations } from './browser.ts';
import { type Fixture, openDesk } from './deskFixture.ts';

const shots = process.env.SCREENSHOTS;
if (shots) mkdirSync(shots, { recursive: true });
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
};
const [jo, sam, ana] = [1, 2, 3].map((n) => `csr${n}@alder.example.com`) as [string, string, string];
const transcript = createTranscriptService();

describeInBrowser('the desk in a browser', () => {
  let fixture: Fixture;
  let browser: Browser;
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([
      openDesk({ taskFields: () => ['lastDay', 'forwardingAddress'] }),
      launch(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await fixture?.close();
  });

  it('takes a CSR through the job: sign in, take, answer, note, correct the task, resolve', async () => {
    const { page, context, faults } = await deskOf(browser, fixture.url, sam);
    await page.getByText('Nobody is waiting').waitFor();
    await shot(page, 'empty');
    const id = await fixture.customer({
      says: ['My bill is too high', 'I want to stop service'],
      task: {
        kind: 'stopService',
        version: 1,
        open: 'forwardingAddress',
        fields: { lastDay: { value: '2026-12-03', source: 'customer', failed: 2 } },
      },
      proof: {
        accountId: 'a1',
        accountNumber: '10023414',
        level: 'L2',
        at: new Date(fixture.time.district),
        customerName: 'Pat Rivera',
      },
    });
    await page.getByRole('button', { name: /Pat Rivera/ }).click();
    await page.getByText('I want to stop service').waitFor();
    await page.getByRole('button', { name: 'Take', exact: true }).click();
    await page.getByText('Sam took the conversation').waitFor();

    await page.getByLabel('Reply to the customer').fill('Happy to help, Pat.');
    await page.keyboard.press('Enter');
    await page.locator('[data-look=csr]', { hasText: 'Happy to help' }).waitFor();
    await fixture.write(id, 'Thank you!');
    await page.locator('[data-look=customer]', { hasText: 'Thank you!' }).waitFor();

    await page.getByRole('tab', { name: 'Private note' }).click();
    await page.getByLabel(/only colleagues read it/).fill('Long-time customer');
    await shot(page, 'note');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Keep note' }).click();
    await page.locator('[data-look=note]', { hasText: 'Long-time customer' }).waitFor();

    await page.getByLabel('Last day', { exact: true }).fill('2026-12-07');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Sam changed Last day').waitFor();
    await shot(page, 'conversation');
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.getByLabel('Answered').click();
    await shot(page, 'resolve');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await page.getByText('Choose a conversation').waitFor();
    const shown = JSON.stringify(await transcript.shownAfter(id, 0));
    expect(shown).toMatch(/Happy to help, Pat\./);
    expect(shown).not.toMatch(/Long-time/);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('gives the customer to one of two who take them at once, and tells the other by whom', async () => {
    const id = await fixture.customer({ customer: { id: 'x', name: 'Race Customer' } });
    const desks = await Promise.all([deskOf(browser, fixture.url, sam), deskOf(browser, fixture.url, jo)]);
    for (const { page } of desks) {
      await page.getByRole('button', { name: /Race Customer/ }).click();
      await page.getByRole('button', { name: 'Take', exact: true }).waitFor();
    }
    // Both have the button on the screen; neither hears of the other before they press it.
    const post = (page: Page) =>
      page.getByRole('button', { name: 'Take', exact: true }).click({ timeout: 5_000 });
    await Promise.all(desks.map(({ page }) => post(page).catch(() => {})));
    const conversation = await until('somebody to have it', async () => {
      const read = (await fixture.desk.read(id, {}, fixture.sam))?.conversation;
      return read?.assignee && read;
    });
    const [winner, loser] = conversation.mine ? desks : [...desks].reverse();
    await winner?.page.getByText('Yours', { exact: true }).waitFor();
    await loser?.page.getByText(`With ${conversation.assignee?.name}`).waitFor();
    expect(
      (await transcript.read(id)).filter(({ activity }) => activity?.name === 'desk.claimed'),
    ).toHaveLength(1);
    for (const { context } of desks) await context.close();
  });

  it('holds a reply the customer has overtaken, keeps the draft, and misses nothing after a lost connection', async () => {
    const { page, context } = await deskOf(browser, fixture.url, ana);
    const id = await fixture.customer({ customer: { id: 'x', name: 'Quick Writer' } });
    await page.getByRole('button', { name: /Quick Writer/ }).click();
    await page.keyboard.press('t');
    await page.getByText('Yours', { exact: true }).waitFor();
    await page.getByLabel('Reply to the customer').fill('A thoughtful answer');
    await page.reload();
    await page.getByRole('tab', { name: /Mine/ }).click();
    await page.getByRole('button', { name: /Quick Writer/ }).click();
    await page.getByText('Yours', { exact: true }).waitFor();
    expect(await page.getByLabel('Reply to the customer').inputValue()).toBe('A thoughtful answer');

    await context.setOffline(true);
    await page.getByText('The connection is lost', { exact: false }).waitFor();
    await shot(page, 'lost');
    await fixture.write(id, 'Actually, wait');
    await fixture.write(id, 'Now it leaks');
    await context.setOffline(false);
    await page.locator('[data-look=customer]', { hasText: 'Now it leaks' }).waitFor();
    expect(await page.locator('[data-look=customer]').count()).toBe(3);

    await page.route('**/conversations/*?after=*', (route) => route.abort());
    await fixture.write(id, 'Hurry');
    await fixture.write(id, 'Please');
    await page.getByLabel('Reply to the customer').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Not sent: 2 newer messages').waitFor();
    await shot(page, 'stale');
    await page.unroute('**/conversations/*?after=*');
    await page.getByRole('button', { name: 'Send anyway' }).click();
    await page.locator('[data-look=csr]', { hasText: 'A thoughtful answer' }).waitFor();
    expect(await page.locator('[data-look=customer]').count()).toBe(5);
    await context.close();
  });

  it('does the whole job by keyboard alone', async () => {
    const { page, context } = await deskOf(browser, fixture.url, jo);
    await fixture.customer({
      customer: { id: 'x', name: 'Key Board' },
      handoff: { reason: 'flood', priority: 'emergency', skills: [], at: new Date(fixture.time.district) },
    });
    await page.getByRole('button', { name: /Key Board/ }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await shot(page, 'keys');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'Key Board' }).waitFor();
    await page.keyboard.press('t');
    await page.getByText('Yours', { exact: true }).waitFor();
    await page.locator('textarea:focus').waitFor();
    await page.keyboard.type('Turn off the valve by the meter.');
    await page.keyboard.press('Enter');
    await page.locator('[data-look=csr]', { hasText: 'Turn off the valve' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('h');
    await page.getByLabel(/Note for whoever/).fill('Needs a crew');
    await shot(page, 'transfer');
    await page.getByRole('dialog').getByRole('button', { name: 'Hand on' }).click();
    await page.getByText('Jo handed the conversation on').waitFor();
    await context.close();
  });

  it('stands on a phone, in the dark, and under a crowd of sixty with long and right-to-left names', async () => {
    const long =
      'Bartholomew-Alexandrescu Wolfeschlegelsteinhausenbergerdorff of the Upper Meadow Lane Homeowners';
    for (let n = 0; n < 60; n++)
      await fixture.customer({
        customer: { id: 'x', name: n % 9 === 0 ? long : n % 7 === 0 ? 'محمد بن عبد الله' : `Customer ${n}` },
        language: n % 4 === 0 ? 'es' : 'en',
        channelId: ['webchat', 'sms', 'email'][n % 3] as string,
        handoff: {
          reason: ['asked', 'notUnderstood', 'failed'][n % 3] as string,
          priority: n === 40 ? 'emergency' : n % 11 === 0 ? 'high' : 'normal',
          skills: ['billing'],
          at: new Date(fixture.time.district - n * 200_000),
        },
        says: [n % 2 ? 'Help' : `${'averyveryverylongwordwithoutanyspaces'.repeat(6)} and more`],
      });
    const desks = [
      { name: 'crowded', look: {} },
      { name: 'dark', look: { dark: true } },
      { name: 'phone', look: { width: 375, height: 740 } },
    ];
    for (const { name, look } of desks) {
      const { page, context, faults } = await deskOf(browser, fixture.url, ana, look);
      await page.locator('[data-queue] button').nth(40).waitFor({ state: 'attached' });
      await shot(page, `${name}-queue`);
      expect([name, await violations(page)]).toEqual([name, []]);
      await page.locator('[data-queue] button').nth(1).click();
      await page.locator('[data-look=customer]').first().waitFor();
      await shot(page, `${name}-open`);
      expect([name, await violations(page)]).toEqual([name, []]);
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
      expect([name, wide]).toEqual([name, false]);
      expect(faults).toEqual([]);
      await context.close();
    }
  });

  it('says what is wrong at the door, and at a conversation that cannot be read', async () => {
    const { page, context } = await deskOf(browser, fixture.url, null);
    await page.getByLabel('E-mail').fill(jo);
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('E-mail and password do not match').waitFor();
    await shot(page, 'refused');
    expect(await violations(page)).toEqual([]);
    await context.close();
    const desk = await deskOf(browser, fixture.url, jo);
    await desk.page.route('**/conversations/*?after=*', (route) =>
      route.fulfill({ status: 500, body: '{}' }),
    );
    await desk.page.locator('[data-queue] button').first().click();
    await desk.page.getByRole('button', { name: 'Try again' }).waitFor();
    await shot(desk.page, 'failed');
    await desk.page.unroute('**/conversations/*?after=*');
    await desk.page.getByRole('button', { name: 'Try again' }).click();
    await desk.page.locator('[data-look=customer]').first().waitFor();
    await desk.context.close();
  });
});
