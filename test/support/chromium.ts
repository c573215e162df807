import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const hasChromium = existsSync(executablePath);

/** Tests in a browser, skipped with one line where Debian's chromium is missing. */
export const describeInBrowser: jest.Describe = (hasChromium ? describe : describe.skip) as jest.Describe;
if (!hasChromium)
  process.stdout.write('Skipped: browser tests need /usr/bin/chromium (Debian package chromium).\n');

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args, headless: true });
