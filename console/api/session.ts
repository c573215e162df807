import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Server } from 'restify';
import type { CsrsService } from '../../services/csrs.ts';
import { answered, type Call, cookieOf, unlessCrossSite } from './access.ts';
import { checked, HttpError, readJson, sendJson } from './http.ts';
import * as schemas from './schemas.ts';

type SessionDependencies = {
  csrs: CsrsService;
  log: { error(fields: object, message?: string): void };
  secureCookies: boolean;
  /** Where a request came from; tries to sign in are counted by it. */
  clientAddress(request: IncomingMessage): string;
  guard(handle: (call: Call) => Promise<void>): RequestHandler;
  /** What every page of the desk needs to know: the District's name, dispositions, skills. */
  about: Record<string, unknown>;
  signedOut(sessionId: string): void;
};

/** Signing in and out, and whether a CSR is there. */
export function mountSession(server: Server, root: string, dependencies: SessionDependencies): void {
  const { csrs, log, secureCookies, clientAddress, guard, about, signedOut } = dependencies;

  server.post(
    `${root}/session`,
    answered(log, async (request, response) => {
      unlessCrossSite(request);
      const { email, password } = checked(schemas.signIn, await readJson(request));
      const ip = clientAddress(request);
      const signIn = await csrs.signIn({ email, password, ip });
      if (!signIn.ok && signIn.reason === 'tooManyTries')
        throw new HttpError(429, 'tooManyTries', 'Too many tries. Wait 15 minutes, then try again.');
      if (!signIn.ok) throw new HttpError(401, 'notMatched', 'E-mail and password do not match');
      const { csrfToken, sessionId } = signIn;
      // Whoever comes in is there; whoever said that they are away stays so.
      const isBack = signIn.csr.presence === 'offline';
      const csr = (isBack && (await csrs.setPresence(signIn.csr.id, 'available'))) || signIn.csr;
      const cookie = { 'Set-Cookie': cookieOf(sessionId, secureCookies) };
      sendJson(response, 200, { csr, csrfToken, about }, cookie);
    }),
  );
  server.get(
    `${root}/session`,
    guard(async ({ response, csr, csrfToken }) => sendJson(response, 200, { csr, csrfToken, about })),
  );
  server.del(
    `${root}/session`,
    guard(async ({ response, sessionId }) => {
      await csrs.signOut(sessionId);
      signedOut(sessionId);
      sendJson(response, 204, undefined, { 'Set-Cookie': cookieOf('', secureCookies) });
    }),
  );
  server.put(
    `${root}/presence`,
    guard(async ({ response, body, csr }) => {
      const { status } = checked(schemas.presence, body);
      sendJson(response, 200, { csr: await csrs.setPresence(csr.id, status) });
    }),
  );
  server.get(
    `${root}/colleagues`,
    guard(async ({ response, csr }) => {
      const others = (await csrs.colleagues()).filter(({ id }) => id !== csr.id);
      const items = others.map(({ email, name, role, skills, languages, presence }) => ({
        ...{ email, name, role, skills, languages, presence },
      }));
      sendJson(response, 200, { items });
    }),
  );
}
