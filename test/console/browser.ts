import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { password as fixturePassword } from './deskFixture.ts';

type Look = { width?: number; height?: number; dark?: boolean; password?: string };

/** A CSR's own browser window, signed in; what it cannot load or run fails the test. */
export async function deskOf(browser: Browser, url: string, email: string | null, look: Look = {}) {
  const { width = 1280, height = 720, dark = false, password = fixturePassword } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    // A colour on its way to another is no colour to judge the contrast by.
    reducedMotion: 'reduce',
    locale: 'en-US',
    timezoneId: 'America/Los_Angeles',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // The page asks who is signed in; before the sign-in the answer is 401, which Chromium reports.
    if (message.type() === 'error' && !/\b401\b/.test(message.text())) faults.push(message.text());
  });
  await page.goto(`${url}/console`);
  if (email) {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
  }
  return { page, context, faults };
}

/** What axe finds wrong by WCAG 2.2 A and AA, in words. */
export async function violations(page: Page): Promise<string[]> {
  // As text: it runs in the page, whose types are not those of a test.
  await page.evaluate(`Promise.all(document.getAnimations()
    .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
    .map((animation) => animation.finished.catch(() => {})))`);
  const { violations: found } = await new AxeBuilder({ page })
    // Fluent's own stops for moving the focus: each passes it on at once, so nobody ever stands on one.
    .exclude('[data-tabster-dummy]')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
