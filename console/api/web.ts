import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response, Server } from 'restify';

const built = fileURLToPath(new URL('../web/dist/', import.meta.url));
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};
const notBuilt =
  '<!doctype html><title>Headgate desk</title><p>The desk is not built. Run: npm run build:web';

/** Serves the desk's page at /console; what has a hash in its name is kept for ever, the page itself never. */
export function mountConsoleWeb(server: Server, { dist = built }: { dist?: string } = {}): void {
  const assets = new Map<string, Promise<Asset | null>>();

  const page = async (_request: Request, response: Response) => {
    const html = await readFile(`${dist}index.html`, 'utf8').catch(() => null);
    const nonce = randomBytes(16).toString('base64url');
    response.writeHead(html === null ? 503 : 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      ...protection(nonce),
    });
    response.end((html ?? notBuilt).replaceAll('__NONCE__', nonce));
  };

  const asset = async (request: Request, response: Response) => {
    const name = String(request.params?.name ?? '');
    // One folder, plain names: no path can lead out of it.
    const known = /^[\w.-]+$/.test(name) && !name.startsWith('.');
    if (known && !assets.has(name)) assets.set(name, load(`${dist}assets/${name}`));
    const found = known ? await assets.get(name) : null;
    if (!found) {
      assets.delete(name);
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end('{"error":{"code":"notFound","message":"There is no such file"}}');
      return;
    }
    const zipped = found.zipped && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    response.writeHead(200, {
      'Content-Type': types[extname(name)] ?? 'application/octet-stream',
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
      Vary: 'Accept-Encoding',
      ...(zipped ? { 'Content-Encoding': 'gzip' } : {}),
    });
    response.end(zipped ? found.zipped : found.bytes);
  };

  server.get('/console', page);
  server.get('/console/', page);
  server.get('/console/assets/:name', asset);
}

type Asset = { bytes: Buffer; zipped: Buffer | null };

async function load(path: string): Promise<Asset | null> {
  const bytes = await readFile(path).catch(() => null);
  if (!bytes) return null;
  return {
    bytes,
    zipped: /\.(js|css|svg|json)$/.test(path) ? await promisify(gzip)(bytes, { level: 9 }) : null,
  };
}

/**
 * Scripts only from our own files. Fluent writes its styles into the page as it goes: the style elements carry
 * this page's nonce, and style attributes, which can load nothing under the rest of the policy, are let through.
 */
const protection = (nonce: string): Record<string, string> => ({
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
});
