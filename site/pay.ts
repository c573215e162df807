import { readFileSync } from 'node:fs';
import type { Request, Response, Server } from 'restify';
import { UpstreamError } from '../services/errors.ts';
import type { PayPage } from '../services/payments/page.ts';
import type { PaymentsService } from '../services/payments.ts';
import { fill, readablePhone } from './fill.ts';
import { type PayProblem, payBody, type Typed } from './payPage.ts';
import { languageOf, payWords } from './payWords.ts';
import { commonHeaders } from './securityHeaders.ts';
import { staticFile } from './staticFiles.ts';

export type PaySite = {
  payments: Pick<PaymentsService, 'page' | 'webhook'>;
  district: { name: string; phone: string };
  /** Origins of processors' pages that the form may lead to. */
  pages: readonly string[];
  publicUrl: string;
  log: { error(details: object, message: string): void };
};

const mostBytes = 4_000;
/** Processors' calls are a few kilobytes; Stripe's largest are under this. */
const mostHookBytes = 262_144;
const waitingSeconds = 3;
const template = readFileSync(new URL('./pages/pay.html', import.meta.url), 'utf8');
const styles = readFileSync(new URL('./pages/pay.css', import.meta.url), 'utf8');

/** Mounts the hosted payment page `/pay/{token}` and the processor's webhook. There are no cookies: the token is all. */
export function mountPay(server: Server, { payments, district, pages, publicUrl, log }: PaySite): void {
  const sheet = staticFile('text/css; charset=utf-8', styles);
  const contentPolicy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    `form-action ${["'self'", ...pages].join(' ')}`, // browsers hold a redirect after the form to it as well
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  const headers = {
    ...commonHeaders,
    'Content-Security-Policy': contentPolicy,
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    // The address is the key: it goes to no other site. `no-referrer` would hide our own Origin from us as well.
    'Referrer-Policy': 'same-origin',
    'X-Robots-Tag': 'noindex, nofollow',
    ...(publicUrl.startsWith('https:') ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  };

  server.get('/assets/pay.css', async (_request: Request, response: Response) => {
    const css = { ...commonHeaders, 'Content-Type': sheet.type, 'Cache-Control': 'public, max-age=3600' };
    response.writeHead(200, css);
    response.end(sheet.bytes);
  });

  server.get('/pay/:token', async (request: Request, response: Response) => {
    const page = await opened(tokenOf(request), queryOf(request).has('done'));
    show(request, response, page, statusOf(page));
  });
  server.head('/pay/:token', async (_request: Request, response: Response) => {
    response.writeHead(200, headers);
    response.end();
  });

  server.post('/pay/webhook', async (request: Request, response: Response) => {
    const body = await bodyOf(request, mostHookBytes);
    if (body === null) return void response.send(413, errorOf('PayloadTooLarge', 'The body is too large.'));
    const taken = await payments.webhook(body, request.headers);
    if (taken.ok) return void response.send(200, { received: true });
    if (taken.reason === 'noProcessor')
      return void response.send(404, errorOf('NotFound', 'There is nothing at this address.'));
    response.send(400, errorOf('BadSignature', 'The call is not signed by the payment processor.'));
  });

  server.post('/pay/:token', async (request: Request, response: Response) => {
    const token = tokenOf(request);
    const body = await bodyOf(request, mostBytes);
    const form = new URLSearchParams(body?.toString('utf8') ?? '');
    const typed = { amount: form.get('amount') ?? '', outcome: form.get('outcome') ?? '' };
    const refuse = async (status: number, problem: PayProblem) =>
      show(request, response, await opened(token), status, { problem, typed });
    if (!isOurs(request)) return refuse(403, { reason: 'crossSite' });
    const attempt = /^\d{1,2}$/.test(form.get('attempt') ?? '') ? Number(form.get('attempt')) : null;
    const language = languageFor(request, await opened(token));
    try {
      const paid = await payments.page.pay(token, {
        ...typed,
        outcome: form.get('outcome'),
        attempt,
        language,
        returnUrl: `${publicUrl}/pay/${token}`,
      });
      if (!paid.ok) return await refuse(paid.reason === 'unknown' ? 404 : 422, paid);
      // See other: a reload of the page looks, and does not pay again.
      response.writeHead(303, { ...headers, Location: paid.redirect ?? backTo(request, token) });
      response.end();
    } catch (err) {
      if (!(err instanceof UpstreamError)) throw err;
      log.error({ err }, 'a payment could not be taken');
      if (err.code === 'payment.processorDown') return await refuse(503, { reason: 'processorDown' });
      show(request, response, { state: 'unavailable' }, 503);
    }
  });

  /** The page; where the records do not answer, a page that says so. */
  async function opened(token: string, came = false): Promise<PayPage> {
    try {
      return await payments.page.open(token, { came });
    } catch (err) {
      if (!(err instanceof UpstreamError)) throw err;
      log.error({ err }, 'a payment page could not be shown');
      return { state: 'unavailable' };
    }
  }

  function show(
    request: Request,
    response: Response,
    page: PayPage,
    status: number,
    said: { problem?: PayProblem; typed?: Typed } = {},
  ): void {
    const language = languageFor(request, page);
    const words = payWords(language);
    const otherLanguage = language === 'es' ? 'en' : 'es';
    const isAutopay = page.state === 'autopayOn' || (page.state === 'form' && page.purpose === 'autopay');
    const html = fill(template, {
      language,
      title: isAutopay ? words.titleAutopay : words.title,
      name: district.name,
      phone: readablePhone(district.phone),
      phoneLink: `tel:${district.phone}`,
      otherAddress: `?lang=${otherLanguage}`,
      otherLanguage,
      other: words.other,
      help: words.help,
      safe: words.safe,
    });
    const refresh = page.state === 'waiting' ? `<meta http-equiv="refresh" content="${waitingSeconds}">` : '';
    const body = html
      .replace('<!--refresh-->', () => refresh)
      .replace('<!--body-->', () => payBody(page, language, said));
    response.writeHead(status, { ...headers, 'Content-Language': language });
    response.end(body);
  }
}

const tokenOf = (request: Request): string => String(request.params?.token ?? '');
const queryOf = (request: Request) => new URL(request.url ?? '/', 'http://internal').searchParams;
const errorOf = (code: string, message: string) => ({ error: { code, message } });
const statuses: Partial<Record<PayPage['state'], number>> = { unknown: 404, expired: 410, unavailable: 503 };
const statusOf = ({ state }: PayPage): number => statuses[state] ?? 200;

/** The one chosen on the page, else the conversation's, else the browser's. */
function languageFor(request: Request, page: PayPage): 'en' | 'es' {
  const chosen = queryOf(request).get('lang');
  if (chosen === 'en' || chosen === 'es') return chosen;
  const spoken = 'language' in page ? page.language : null;
  if (spoken) return spoken.startsWith('es') ? 'es' : 'en';
  return languageOf(request.headers['accept-language']);
}

function backTo(request: Request, token: string): string {
  const chosen = queryOf(request).get('lang');
  return `/pay/${token}?${new URLSearchParams({ ...(chosen ? { lang: chosen } : {}), done: '1' })}`;
}

/**
 * A form of another site must not pay in the customer's name. Browsers say where a form comes from; what says nothing
 * is no browser, and has nothing but the token.
 */
function isOurs(request: Request): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin, host } = request.headers;
  return origin === undefined || URL.parse(origin)?.host === host;
}

/** The body's bytes, or null where there are too many. */
async function bodyOf(request: Request, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as unknown as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? null : Buffer.concat(chunks);
}
