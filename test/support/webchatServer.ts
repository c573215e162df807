import type { AddressInfo } from 'node:net';
import { createServer } from 'restify';
import { createWebchatChannel, type WebchatDependencies } from '../../adapters/webchat/webchatChannel.ts';
import { createFakeTurn } from './fakeTurn.ts';

export const signingKey = new Uint8Array(32).fill(7);
export const secret = 'a-secret-for-tests-only';
const silent = { info: () => {}, warn: () => {}, error: () => {} };

export type StartOptions = {
  config?: Partial<WebchatDependencies['config']>;
  limits?: WebchatDependencies['limits'];
  remoteTokens?: WebchatDependencies['remoteTokens'];
  mount?(server: ReturnType<typeof createServer>, publicUrl: string): void;
};

export type WebchatServer = Awaited<ReturnType<typeof startWebchat>>;

/** A real server on a port of its own, with the web chat in front of an in-memory turn. */
export async function startWebchat({ config, limits, remoteTokens, mount }: StartOptions = {}) {
  const turn = createFakeTurn();
  const clock = { ahead: 0 };
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
  const url = `http://127.0.0.1:${port}`;
  const channel = createWebchatChannel({
    ...turn,
    signingKey,
    config: { publicUrl: url, directLineSecret: secret, trustedOrigins: [], ...config },
    log: silent,
    machineNow: () => new Date(Date.now() + clock.ahead),
    limits,
    remoteTokens,
  });
  channel.mount?.(server);
  mount?.(server, url);
  const domain = `${url}/v3/directline`;

  /** A call as a client makes it, with the answer's JSON. */
  async function call(method: string, path: string, { bearer, body, headers }: CallOptions = {}) {
    const response = await fetch(path.startsWith('http') ? path : `${url}${path}`, {
      method,
      headers: {
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
        ...(body !== undefined ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: answers are looked at one field at a time
    const json: any = text.startsWith('{') ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, json, text };
  }

  const mint = async (body: object = {}) => (await call('POST', '/webchat/token', { body })).json;

  /** A customer with a conversation that has begun. */
  async function begin(body: object = {}) {
    const { token, conversationId, userId } = await mint(body);
    const started = await call('POST', '/v3/directline/conversations', { bearer: token, body: {} });
    const path = `/v3/directline/conversations/${conversationId}`;
    return {
      token,
      conversationId,
      userId,
      path,
      started,
      post: (activity: object, bearer = token) =>
        call('POST', `${path}/activities`, { bearer, body: activity }),
      read: async (watermark = '') =>
        (await call('GET', `${path}/activities?watermark=${watermark}`, { bearer: token })).json,
    };
  }

  async function stop(): Promise<void> {
    await channel.close?.();
    (server.server as unknown as import('node:http').Server).closeAllConnections();
    await new Promise((resolve) => server.close(() => resolve(undefined)));
  }

  return { url, domain, turn, clock, call, mint, begin, stop };
}

type CallOptions = { bearer?: string; body?: unknown; headers?: Record<string, string> };

/** Waits for a condition instead of for a time. */
export async function until<T>(look: () => T | Promise<T>, ms = 8_000): Promise<NonNullable<T>> {
  const ends = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > ends) throw new Error('The condition did not come about');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
