import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { mountSite } from '../../site/serve.ts';
import { startWebchat, until, type WebchatServer } from '../support/webchatServer.ts';

const district = {
  name: 'Alder Valley Water District',
  phone: '+15105550190',
  emergencyPhone: '+15105550199',
};
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];
const hours = {
  office: { days: weekdays, open: '08:00', close: '17:00' },
  lobby: { days: weekdays, open: '09:00', close: '16:00' },
};

const figures = { cycleDays: 60, noticeBusinessDays: 1 };

let server: WebchatServer;
beforeAll(async () => {
  server = await startWebchat({
    mount: (restify, publicUrl) =>
      mountSite(restify, {
        district,
        publicUrl,
        hours,
        figures,
        trustedOrigins: ['https://city.example.com'],
      }),
  });
});
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { headers: { 'accept-encoding': 'identity', ...headers } });

it.each([
  ['/', 'en', /Monday – Friday, 8:00\sAM – 5:00\sPM/],
  ['/es', 'es', /lunes – viernes/],
])('shows the District’s page at %s with its phones and hours', async (path, language, open) => {
  const response = await get(path);
  const html = await response.text();
  expect(response.status).toBe(200);
  expect(html).toContain(`<html lang="${language}">`);
  for (const wanted of [district.name, '(510) 555-0190', 'tel:+15105550199', open])
    expect(html).toMatch(wanted);
  expect(html).not.toMatch(/\{\{|http:\/\/|https:\/\//);
});

it('lets a page load nothing from elsewhere, and nobody frame it; the chat’s frame is for trusted pages', async () => {
  const [first, second, chat] = await Promise.all([get('/'), get('/'), get('/chat')]);
  const policy = first.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/);
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(policy).not.toBe(second.headers.get('content-security-policy'));
  expect(chat.headers.get('content-security-policy')).toContain(
    "frame-ancestors 'self' https://city.example.com",
  );
  for (const name of ['x-content-type-options', 'referrer-policy', 'permissions-policy'])
    expect(first.headers.get(name)).toBeTruthy();
});

it('serves every file that a page or a script names, for ever under its version', async () => {
  const seen = new Set<string>();
  const look = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    const response = await get(path);
    expect([path, response.status]).toEqual([path, 200]);
    if (path.startsWith('/assets/')) expect(response.headers.get('cache-control')).toContain('immutable');
    const text = await response.text();
    if (!path.includes('webchat.js'))
      for (const [found] of text.matchAll(/\/assets\/[\w.-]+\?v=[\w-]+/g)) await look(found);
  };
  for (const path of ['/', '/es', '/chat', '/widget.js']) await look(path);
  expect([...seen].map((path) => path.replace(/\?.*/, ''))).toEqual(
    expect.arrayContaining([
      '/assets/webchat.js',
      '/assets/panel.css',
      '/assets/connection.js',
      '/assets/frame.js',
    ]),
  );
});

it('compresses once and answers a known version with nothing', async () => {
  const plain = Buffer.from(await (await get('/assets/webchat.js')).arrayBuffer());
  const { default: http } = await import('node:http');
  const raw = (accepts: string) =>
    new Promise<{ encoding?: string; bytes: Buffer }>((resolve) => {
      const headers = { 'accept-encoding': accepts };
      http.get(`${server.url}/assets/webchat.js`, { headers }, async (response) => {
        const bytes = Buffer.concat(await response.toArray());
        resolve({ encoding: response.headers['content-encoding'], bytes });
      });
    });
  const zipped = (await raw('gzip')).bytes;
  const brotlied = await until(async () => {
    const { encoding, bytes } = await raw('gzip, deflate, br');
    return encoding === 'br' ? bytes : null;
  });
  expect(gunzipSync(zipped).equals(plain)).toBe(true);
  expect(brotliDecompressSync(brotlied).equals(plain)).toBe(true);
  expect(zipped.length).toBeLessThan(520_000);
  const etag = (await get('/assets/webchat.js')).headers.get('etag') ?? '';
  expect((await get('/assets/webchat.js', { 'if-none-match': etag })).status).toBe(304);
  expect((await fetch(`${server.url}/`, { method: 'HEAD' })).status).toBe(200);
});

it('loads a few kilobytes before anybody opens the chat', async () => {
  const html = await (await get('/')).text();
  const launcher = /src="(\/assets\/launcher[^"]+)"/.exec(html)?.[1] ?? '';
  const script = await (await get(launcher)).text();
  const widget = await (await get('/widget.js')).text();
  expect(gzipSync(script).length).toBeLessThan(10_000);
  expect(gzipSync(widget).length).toBeLessThan(10_000);
  expect(html).not.toContain('webchat.js');
});

it('lets the chat speak to Azure where it runs there, and to nobody else', async () => {
  const other = await startWebchat({
    mount: (restify, publicUrl) =>
      mountSite(restify, { district, publicUrl, figures, chatOrigin: 'https://directline.example.com' }),
  });
  const policy = (await fetch(`${other.url}/chat`)).headers.get('content-security-policy');
  expect(policy).toMatch(
    /connect-src 'self' blob: ws:\/\/127[\d.:]+ https:\/\/directline.example.com wss:\/\/directline.example.com;/,
  );
  await other.stop();
});

it('names the District’s phone in the widget in both languages', async () => {
  const script = await (await get('/widget.js')).text();
  expect(script).not.toContain('{{');
  expect(script).toContain('(510) 555-0190');
});
