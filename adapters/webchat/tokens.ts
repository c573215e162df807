import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';

const issuer = 'headgate';
const audiences = { api: 'directline', stream: 'directline/stream', resume: 'webchat/resume' } as const;
type Audience = keyof typeof audiences;

const minute = 60;
const lifetime = { api: 30 * minute, stream: minute, resume: 30 * 24 * 60 * minute };
/** However often it is refreshed, a token's chain ends after this; the page then shows its resume key. */
const chainLifetime = 24 * 60 * minute;
/** Other machines' clocks may be a little behind the one that signed. */
const skew = 30;

/** Tokens whose signature is remembered, the oldest forgotten first. */
const mostKnown = 10_000;

/** Whom a token speaks for. `since` is when its chain of refreshes began, in seconds. */
export type Grant = {
  conv: string;
  user: string;
  trustedOrigins?: string[];
  locale?: string;
  since?: number;
};
export type Claims = Grant & { exp: number; jti?: string };
export type Verified = { ok: true; claims: Claims } | { ok: false; reason: 'expired' | 'invalid' };
export type Issued = { token: string; expires_in: number };

export type Tokens = ReturnType<typeof createTokens>;

/**
 * Signs and verifies what the web chat hands out: API tokens (30 minutes), stream tokens (60 s, once) and
 * resume keys (30 days). Each has an audience of its own, so none passes for another.
 */
export function createTokens(signingKey: Uint8Array, machineNow: () => Date) {
  const kid = createHash('sha256').update(signingKey).digest('base64url').slice(0, 8);
  const now = () => Math.floor(machineNow().getTime() / 1000);

  async function sign(audience: Audience, claims: Record<string, unknown>, exp: number): Promise<string> {
    return new SignJWT({
      ...claims,
      iss: issuer,
      aud: audiences[audience],
      iat: now(),
      nbf: now() - skew,
      exp,
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid })
      .sign(signingKey);
  }

  /** Signatures that were good, so that each message of a chat need not prove its token anew. */
  const known = new Map<string, Claims & { nbf?: number }>();

  async function verify(audience: Audience, token: string): Promise<Verified> {
    const id = `${audience} ${token}`;
    const kept = known.get(id);
    if (kept && kept.exp > now() && (kept.nbf ?? 0) <= now()) return { ok: true, claims: kept };
    try {
      const { payload, protectedHeader } = await jwtVerify(token, signingKey, {
        algorithms: ['HS256'],
        issuer,
        audience: audiences[audience],
        currentDate: machineNow(),
        requiredClaims: ['conv', 'user', 'exp'],
      });
      if (protectedHeader.kid !== kid) return { ok: false, reason: 'invalid' };
      const claims = payload as unknown as Claims;
      if (audience === 'api') {
        if (known.size >= mostKnown) known.delete(known.keys().next().value as string);
        known.set(id, claims);
      }
      return { ok: true, claims };
    } catch (error) {
      return { ok: false, reason: error instanceof errors.JWTExpired ? 'expired' : 'invalid' };
    }
  }

  /** An API token; null where the chain of refreshes it belongs to has come to its end. */
  async function issue(grant: Grant): Promise<Issued | null> {
    const since = grant.since ?? now();
    const exp = Math.min(now() + lifetime.api, since + chainLifetime);
    if (exp <= now()) return null;
    const { conv, user, trustedOrigins, locale } = grant;
    return {
      token: await sign('api', { conv, user, trustedOrigins, locale, since }, exp),
      expires_in: exp - now(),
    };
  }

  const issueStream = ({ conv, user, trustedOrigins }: Grant): Promise<string> =>
    sign('stream', { conv, user, trustedOrigins, jti: randomId() }, now() + lifetime.stream);

  const issueResume = ({ conv, user }: Grant): Promise<string> =>
    sign('resume', { conv, user }, now() + lifetime.resume);

  return { issue, issueStream, issueResume, verify };
}

/** 128 random bits in characters that need no escaping in an address. */
export const randomId = (): string => randomBytes(16).toString('base64url');

/** A customer's id in a conversation of their own; the prefix is Direct Line's. */
export const newUserId = (): string => `dl_${randomId()}`;

/** A short signature for an address that cannot carry a header, such as a picture's. */
export const signatureOf = (signingKey: Uint8Array, ...parts: string[]): string =>
  createHmac('sha256', signingKey).update(JSON.stringify(parts)).digest('base64url').slice(0, 32);

/** Compares without telling by its time how much was right. */
export const isSame = (given: string, wanted: string): boolean =>
  timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(wanted).digest());
