import type { Browser } from 'playwright-core';
import type { App } from '../../bot/app.ts';
import { deskPassword, startApp } from '../support/app.ts';
import { describeInBrowser, launch } from '../support/chromium.ts';

/** Where to leave pictures for whoever wants to look; none are made without it. */
const pictures = process.env.PICTURES;

describeInBrowser('the first conversation, in real browsers', () => {
  let app: App;
  let browser: Browser;
  beforeAll(async () => {
    app = await startApp();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('tells what is owed after verification, hands over, and a CSR answers, after a reload too', async () => {
    const chat = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    const desk = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
    const faults: string[] = [];
    chat.on('pageerror', (error) => faults.push(String(error)));
    desk.on('pageerror', (error) => faults.push(String(error)));

    await chat.goto(app.url);
    await chat.getByRole('button', { name: 'Chat with us' }).click();
    await chat.getByText('automated assistant of Alder Valley Water District').first().waitFor();
    const box = chat.getByRole('textbox').last();
    const say = async (text: string, answer: RegExp) => {
      await box.fill(text);
      await box.press('Enter');
      await chat.getByText(answer).last().waitFor();
    };
    await say('What do I owe?', /What is your account number/);
    await say('10023414', /ZIP code/);
    await say('94538', /How would you like to do it/);
    await chat.getByRole('toolbar').getByRole('button', { name: 'Use my PIN' }).click();
    await chat
      .getByText(/4-digit PIN/)
      .last()
      .waitFor();
    await say('4821', /You owe \$130\.15\. It is due on Wednesday, December 2\./);
    await say('can I talk to a person', /bringing in a person/);
    if (pictures) await chat.screenshot({ path: `${pictures}/chat.png` });

    await desk.goto(`${app.url}/console`);
    await desk.getByLabel('E-mail').fill('csr2@alder.example.com');
    await desk.getByLabel('Password').fill(deskPassword);
    await desk.getByRole('button', { name: 'Sign in' }).click();
    await desk
      .getByRole('button', { name: /Asked for a person/ })
      .first()
      .click();
    await desk
      .getByText(/You owe \$130\.15/)
      .first()
      .waitFor();
    await desk.getByRole('button', { name: /Take/ }).first().click();
    await chat.getByText('Sam from Alder Valley Water District has joined the chat.').first().waitFor();
    const reply = desk.getByPlaceholder('Write to the customer');
    await reply.fill('Hello Maria, I see your bill. How can I help?');
    await reply.press('Control+Enter');
    await chat.getByText('Hello Maria, I see your bill. How can I help?').first().waitFor();
    if (pictures) await desk.screenshot({ path: `${pictures}/desk.png` });

    await box.fill('Can I pay in two parts?');
    await box.press('Enter');
    await desk.getByText('Can I pay in two parts?').first().waitFor();

    await chat.reload();
    await chat.getByText('Can I pay in two parts?').first().waitFor();
    await chat.getByText('Hello Maria, I see your bill. How can I help?').first().waitFor();
    // What was typed as a PIN is gone for good: the page that comes back has only dots.
    expect((await chat.content()).includes('4821')).toBe(false);
    expect(faults).toEqual([]);
  });
});
