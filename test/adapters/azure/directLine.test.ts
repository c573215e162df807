import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteTokens } from '../../../adapters/azure/directLine.ts';
import { startWebchat, type WebchatServer } from '../../support/webchatServer.ts';

const secret = 'azure-direct-line-secret';
const known = new Set<string>();
const asked: { method?: string; path?: string; authorization?: string; body: string }[] = [];
const behaviour = { down: false };

/** Azure's Direct Line, as far as tokens go. */
const azure = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  asked.push({
    method: request.method,
    path: request.url,
    authorization: request.headers.authorization,
    body,
  });
  const answer = (status: number, json: object) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(json));
  };
  if (behaviour.down) return answer(502, {});
  if (request.url === '/tokens/generate') {
    const conversationId = `conv${known.size}-us`;
    known.add(conversationId);
    return answer(200, { conversationId, token: `token-of-${conversationId}`, expires_in: 1_800 });
  }
  const id = request.url?.split('/').at(-1) ?? '';
  if (!known.has(id)) return answer(404, { error: { code: 'ConversationNotFound', message: '' } });
  return answer(200, { conversationId: id, token: `again-${id}`, streamUrl: 'wss://x.example' });
});

let server: WebchatServer;
let domain: string;
beforeAll(async () => {
  await new Promise((resolve) => azure.listen(0, '127.0.0.1', () => resolve(undefined)));
  domain = `http://127.0.0.1:${(azure.address() as AddressInfo).port}`;
  server = await startWebchat({ remoteTokens: createRemoteTokens(secret, domain) });
});
afterAll(async () => {
  await server.stop();
  azure.close();
});
beforeEach(() => {
  asked.length = 0;
  behaviour.down = false;
});

describe('A page whose chat runs on Azure', () => {
  it('gets its token there, by the secret that it never sees, for a customer of its own', async () => {
    const { json, text } = await server.call('POST', '/webchat/token', { body: { locale: 'en-US' } });
    expect(json).toMatchObject({
      token: 'token-of-conv0-us',
      conversationId: 'conv0-us',
      domain,
      resumed: false,
    });
    expect(json.userId).toMatch(/^dl_[\w-]{22}$/);
    expect(asked).toMatchObject([
      { method: 'POST', path: '/tokens/generate', authorization: `Bearer ${secret}` },
    ]);
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      user: { id: json.userId },
      trustedOrigins: [server.url],
    });
    expect(text).not.toContain(secret);
  });

  it('comes back to its conversation by its key, and begins anew where Azure has forgotten it', async () => {
    const first = await server.mint();
    const again = await server.mint({ resume: first.resume });
    expect(again).toMatchObject({
      conversationId: first.conversationId,
      userId: first.userId,
      token: `again-${first.conversationId}`,
      resume: first.resume,
      resumed: true,
    });
    known.delete(first.conversationId);
    const anew = await server.mint({ resume: first.resume });
    expect(anew.resumed).toBe(false);
    expect(anew.userId).not.toBe(first.userId);
  });

  it('is told to come again while Azure is down, and nothing of why', async () => {
    behaviour.down = true;
    const { status, json } = await server.call('POST', '/webchat/token', { body: {} });
    expect([status, json.error.code]).toEqual([503, 'Unavailable']);
  });
});
