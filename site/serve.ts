import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Request, Response, Server } from 'restify';
import { fill, type OpeningHours, readableHours, readablePhone } from './fill.ts';
import { commonHeaders, pagePolicy } from './securityHeaders.ts';
import { type StaticFile, staticFile } from './staticFiles.ts';

export type SiteDependencies = {
  district: { name: string; phone: string; emergencyPhone: string };
  publicUrl: string;
  /** Other origins whose pages may show the chat by widget.js. */
  trustedOrigins?: string[];
  /** Where the chat's messages go if not to us, such as Azure's Direct Line. */
  chatOrigin?: string;
  /** How often bills come, and how long before somebody moves in or out the District wants to know. */
  figures: { cycleDays: number; noticeBusinessDays: number };
  hours?: { office: OpeningHours; lobby: OpeningHours };
};

const script = 'text/javascript; charset=utf-8';
const year = 31_536_000;

const page = (name: string): string => readFileSync(new URL(`./pages/${name}`, import.meta.url), 'utf8');

/** Mounts the District's page, the chat's files and widget.js. All is read once and served from memory. */
export function mountSite(server: Server, dependencies: SiteDependencies): void {
  const assets = loadAssets();
  const values = { ...valuesOf(dependencies), ...addressesOf(assets) };
  const { publicUrl, trustedOrigins = [], chatOrigin } = dependencies;
  const framers = ["'self'", ...trustedOrigins];

  for (const [path, file] of assets)
    get(server, path, async (request, response) => serveFile(file, request, response));
  get(server, '/widget.js', widget(values));
  get(server, '/', html('index.html', 'en', []));
  get(server, '/es', html('index.es.html', 'es', []));
  get(server, '/chat', html('chat.html', 'en', framers));
  get(server, '/chat/es', html('chat.html', 'es', framers));

  function html(name: string, language: string, frameAncestors: string[]) {
    const template = page(name);
    const inLanguage = {
      ...values,
      ...hoursOf(dependencies, language),
      ...figuresOf(dependencies, language),
      language,
    };
    return async (request: Request, response: Response) => {
      const nonce = randomBytes(16).toString('base64');
      const body = Buffer.from(fill(template, { ...inLanguage, nonce }));
      const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
      const bytes = zipped ? gzipSync(body) : body;
      response.writeHead(200, {
        ...commonHeaders,
        ...(zipped ? { 'Content-Encoding': 'gzip' } : {}),
        'Content-Security-Policy': pagePolicy(nonce, publicUrl, frameAncestors, chatOrigin),
        ...(publicUrl.startsWith('https:') ? { 'Strict-Transport-Security': `max-age=${year}` } : {}),
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Length': bytes.length,
        'Cache-Control': 'no-cache', // each page has a nonce of its own
        Vary: 'Accept-Encoding',
      });
      response.end(request.method === 'HEAD' ? undefined : bytes);
    };
  }
}

type Handler = (request: Request, response: Response) => Promise<void>;

function get(server: Server, path: string, handler: Handler): void {
  server.get(path, handler);
  server.head(path, handler);
}

/** A versioned address (`?v=`) never changes; without a version it is looked at again after an hour. */
async function serveFile(file: StaticFile, request: Request, response: Response): Promise<void> {
  const { encoding, bytes } = await file.encoded(request.headers['accept-encoding'] ?? '');
  const etag = `"${file.version}${encoding ? `-${encoding}` : ''}"`;
  const isVersioned = request.url?.includes(`v=${file.version}`);
  const headers = {
    ...commonHeaders,
    ETag: etag,
    Vary: 'Accept-Encoding',
    'Cache-Control': isVersioned ? `public, max-age=${year}, immutable` : 'public, max-age=3600',
    'Cross-Origin-Resource-Policy': 'cross-origin', // widget.js is for pages of other origins
  };
  if (request.headers['if-none-match']?.includes(etag)) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    ...(encoding ? { 'Content-Encoding': encoding } : {}),
    'Content-Type': file.type,
    'Content-Length': bytes.length,
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Scripts name each other by their version, so they are put together in this order. */
function loadAssets(): Map<string, StaticFile> {
  const assets = new Map<string, StaticFile>();
  const add = (name: string, type: string, content: string | Buffer) =>
    assets.set(`/assets/${name}`, staticFile(type, content));
  // The package exports its modules only; the bundle for a script tag lies beside them.
  const library = createRequire(import.meta.url).resolve('botframework-webchat');
  add('webchat.js', script, readFileSync(join(dirname(library), '../dist/webchat-minimal.js')));
  void assets.get('/assets/webchat.js')?.encoded('gzip'); // so that the first customer does not wait for it
  add('icon.svg', 'image/svg+xml', page('icon.svg'));
  for (const name of ['site.css', 'panel.css']) add(name, 'text/css; charset=utf-8', page(name));
  for (const name of [
    'words.js',
    'files.js',
    'connection.js',
    'unsent.js',
    'chat.js',
    'panel.js',
    'launcher.js',
    'frame.js',
  ])
    add(name, script, fill(page(name), addressesOf(assets)));
  return assets;
}

const addressesOf = (assets: Map<string, StaticFile>): Record<string, string> =>
  Object.fromEntries([...assets].map(([path, { version }]) => [path.slice(1), `${path}?v=${version}`]));

function widget(values: Record<string, string>): Handler {
  const file = staticFile(script, fill(page('widget.js'), values));
  return async (request, response) => serveFile(file, request, response);
}

function valuesOf({ district }: SiteDependencies): Record<string, string> {
  const { name, phone, emergencyPhone } = district;
  return {
    name,
    phone: readablePhone(phone),
    phoneLink: `tel:${phone}`,
    emergencyPhone: readablePhone(emergencyPhone),
    emergencyPhoneLink: `tel:${emergencyPhone}`,
  };
}

function hoursOf({ hours }: SiteDependencies, language: string): Record<string, string> {
  const locale = language === 'es' ? 'es-US' : 'en-US';
  const weekdays = language === 'es' ? 'Entre semana' : 'Weekdays';
  return {
    officeHours: hours ? readableHours(hours.office, locale) : weekdays,
    lobbyHours: hours ? readableHours(hours.lobby, locale) : weekdays,
  };
}

function figuresOf({ figures }: SiteDependencies, language: string): Record<string, string> {
  const { cycleDays, noticeBusinessDays: days } = figures;
  const notice =
    language === 'es'
      ? `Avísenos ${days === 0 ? 'a más tardar el mismo día' : `con ${days} ${days === 1 ? 'día hábil' : 'días hábiles'} de anticipación`}.`
      : `Tell us ${days === 0 ? 'on the day at the latest' : `${days} business ${days === 1 ? 'day' : 'days'} ahead`}.`;
  return { cycleDays: String(cycleDays), notice };
}
