import type { RemoteTokens } from '../channel.ts';
import { HttpError } from '../http.ts';

/** Azure's Direct Line: the page's chat runs there, and its messages come to us through Bot Service. */
export const azureDirectLine = 'https://directline.botframework.com/v3/directline';

/**
 * Gets tokens for the District's page with the secret of Azure's Direct Line channel, which never leaves the
 * server. A conversation that Azure no longer knows begins anew.
 */
export function createRemoteTokens(
  secret: string,
  domain = azureDirectLine,
  timeoutMs = 10_000,
): RemoteTokens {
  async function call(method: string, path: string, body?: object): Promise<Record<string, unknown> | null> {
    const unavailable = () =>
      new HttpError(503, 'Unavailable', 'The chat cannot be opened now.', { 'Retry-After': '5' });
    const response = await fetch(`${domain}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(() => {
      throw unavailable();
    });
    if (response.ok) return (await response.json().catch(() => null)) as Record<string, unknown> | null;
    if (response.status === 404 && method === 'GET') return null;
    throw unavailable();
  }

  return async function remoteToken(known, newUser, trustedOrigins) {
    const again = known && (await call('GET', `/conversations/${encodeURIComponent(known.conv)}`));
    const user = (again ? known?.user : undefined) ?? newUser();
    const given = again ?? (await call('POST', '/tokens/generate', { user: { id: user }, trustedOrigins }));
    const { token, conversationId, expires_in: expiresIn } = given ?? {};
    if (typeof token !== 'string' || typeof conversationId !== 'string')
      throw new HttpError(503, 'Unavailable', 'The chat cannot be opened now.', { 'Retry-After': '5' });
    return {
      token,
      expires_in: typeof expiresIn === 'number' ? expiresIn : 1_800,
      conversationId,
      userId: user,
      resumed: again !== null,
      domain,
    };
  };
}
