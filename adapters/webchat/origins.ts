import type { IncomingMessage } from 'node:http';

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/;

export type Origins = ReturnType<typeof createOrigins>;

/** Which pages may talk to the web chat, and under which address they reach it. */
export function createOrigins(publicUrl: string, trustedOrigins: string[], tokensMayNameOthers: boolean) {
  const own = new URL(publicUrl);
  const isLocal = loopback.test(own.hostname);
  const trusted = new Set([own.origin, ...trustedOrigins.map((origin) => new URL(origin).origin)]);

  /** On a developer's machine localhost, 127.0.0.1 and ::1 are one place. */
  const isOwn = (origin: string): boolean => {
    if (origin === own.origin) return true;
    const url = URL.parse(origin);
    return isLocal && url?.protocol === own.protocol && url.port === own.port && loopback.test(url.hostname);
  };

  /** No Origin means no browser, or a page's own GET; a token may name the origins it is for. */
  const isTrusted = (origin: string | undefined, named?: string[]): boolean =>
    origin === undefined || isOwn(origin) || (named?.length ? named.includes(origin) : trusted.has(origin));

  /** What a preflight says, before there is a token to ask. */
  const mayBeTrusted = (origin: string): boolean => tokensMayNameOthers || isTrusted(origin);

  /** The address a client came by: ours, or the loopback name it used. */
  const baseFor = (request: IncomingMessage): string => {
    const here = `${own.protocol}//${request.headers.host}`;
    return isLocal && isOwn(here) ? here : own.origin;
  };

  return { isTrusted, mayBeTrusted, baseFor };
}

/** Bearer tokens only, so no credentials: a page reads answers exactly when its origin is named. */
export function corsHeaders(origin: string | undefined, mayRead: boolean): Record<string, string> {
  if (origin === undefined || !mayRead) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': 'Retry-After',
  };
}

export const preflightHeaders = {
  'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, Content-Disposition, X-Ms-Bot-Agent',
  'Access-Control-Max-Age': '7200',
};
