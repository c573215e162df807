import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'restify';
import { asSpeaker, type CsrProfile, type CsrsService, type Speaker } from '../../services/csrs.ts';
import { ConflictError } from '../../services/errors.ts';
import { HttpError, queryOf, readJson, sendError } from './http.ts';

/** A request of a CSR who is signed in. */
export type Call = {
  request: Request;
  response: Response;
  csr: CsrProfile;
  /** The same CSR under the name that customers read. */
  speaker: Speaker;
  sessionId: string;
  csrfToken: string;
  query: Record<string, string>;
  params: Record<string, string>;
  body: unknown;
};

type Log = { error(fields: object, message?: string): void };
const cookieName = 'headgate_desk';

/** Runs a handler and turns what it throws into an answer; what nobody expected is logged and told to no one. */
export function answered(
  log: Log,
  handle: (request: Request, response: Response) => Promise<void>,
): RequestHandler {
  return async (request: Request, response: Response) => {
    try {
      await handle(request, response);
    } catch (err) {
      if (!(err instanceof HttpError)) log.error({ err }, 'console request failed');
      if (response.headersSent) response.destroy();
      else sendError(response, asHttpError(err));
    }
  };
}

function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof ConflictError)
    return error.code === 'desk.contended'
      ? new HttpError(409, 'contended', 'The conversation changes too fast. Try again.')
      : new HttpError(409, 'conflict', 'This was asked before with other details. Look, then ask anew.');
  return new HttpError(500, 'internal', 'Something broke on our side. Try again.');
}

/** Lets in who is signed in; a call that changes something needs the token that only our own page was told. */
export const signedIn = (
  csrs: CsrsService,
  log: Log,
  handle: (call: Call) => Promise<void>,
): RequestHandler =>
  answered(log, async (request, response) => {
    const sessionId = sessionCookie(request);
    const session = sessionId ? await csrs.sessionOf(sessionId) : null;
    if (!session) throw new HttpError(401, 'signedOut', 'Sign in first');
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    if (changes && !same(String(request.headers['x-csrf-token'] ?? ''), session.csrfToken))
      throw new HttpError(403, 'csrf', 'The X-CSRF-Token header is missing or not of this session');
    await handle({
      request,
      response,
      ...session,
      speaker: asSpeaker(session.csr),
      sessionId,
      query: queryOf(request),
      params: request.params ?? {},
      body: changes ? await readJson(request) : undefined,
    });
  });

/** A sign-in is refused when another site's page sends it. */
export function unlessCrossSite(request: Request): void {
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site') throw new HttpError(403, 'crossSite', 'Sign in from the desk itself');
}

export const sessionCookie = (request: Request): string =>
  /(?:^|;\s*)headgate_desk=([\w-]{20,100})/.exec(request.headers.cookie ?? '')?.[1] ?? '';

/** The cookie's header: for the desk alone, out of reach of scripts, never sent from another site. */
export const cookieOf = (sessionId: string, secure: boolean): string =>
  [
    `${cookieName}=${sessionId}`,
    'Path=/console',
    `Max-Age=${sessionId ? 12 * 3600 : 0}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(secure ? ['Secure'] : []),
  ].join('; ');

// By their hashes: these have one length whatever characters were sent.
const same = (a: string, b: string): boolean => timingSafeEqual(hashed(a), hashed(b));
const hashed = (text: string): Buffer => createHash('sha256').update(text).digest();
