import { SignJWT } from 'jose';
import { secret, signingKey, startWebchat, until, type WebchatServer } from '../../support/webchatServer.ts';

const trusted = 'https://city.example.com';
let server: WebchatServer;
beforeAll(async () => {
  server = await startWebchat({ config: { trustedOrigins: [trusted] } });
});
afterAll(() => server.stop());
afterEach(() => {
  server.clock.ahead = 0;
});

const api = '/v3/directline';
const error = (code: string) => ({ error: { code, message: expect.any(String) } });

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

it('opens no other conversation with a token for one, whether the other exists or not', async () => {
  const ana = await server.begin();
  const bo = await server.begin();
  for (const path of [bo.path, `${api}/conversations/AAAAAAAAAAAAAAAAAAAAAA`]) {
    for (const [method, end] of [
      ['GET', ''],
      ['GET', '/activities'],
      ['POST', '/activities'],
      ['POST', '/upload'],
    ] as const) {
      const answer = await server.call(method, `${path}${end}`, {
        bearer: ana.token,
        body: method === 'POST' ? { type: 'message', text: 'x' } : undefined,
      });
      expect([answer.status, answer.json]).toEqual([403, error('InvalidToken')]);
    }
  }
});

it('answers 401 without a credential, 403 with a bad one, and says when a token has expired', async () => {
  const { path, token, conversationId, userId } = await server.begin();
  const read = (authorization?: string) =>
    server.call('GET', `${path}/activities`, { headers: authorization ? { authorization } : {} });
  expect([(await read()).status, (await read('Basic abc')).status]).toEqual([401, 401]);
  expect((await read()).json).toEqual(error('Unauthorized'));
  const forge = (claims: object, header = { alg: 'HS256' as string }, key = signingKey) =>
    new SignJWT({ iss: 'headgate', aud: 'directline', conv: conversationId, user: userId, ...claims })
      .setProtectedHeader(header)
      .setExpirationTime('1h')
      .sign(key);
  const [, payload] = token.split('.');
  const bad = [
    'garbage',
    `${part({ alg: 'none', typ: 'JWT' })}.${payload}.`,
    await forge({}, { alg: 'HS256' }, new Uint8Array(32).fill(8)),
    await forge({ aud: 'directline/stream' }),
    await forge({ iss: 'another' }),
    (await server.mint()).resume,
  ];
  for (const one of bad) expect([(await read(`Bearer ${one}`)).status, one]).toEqual([403, one]);
  server.clock.ahead = 31 * 60_000;
  const late = await read(`Bearer ${token}`);
  expect([late.status, late.json]).toEqual([403, error('TokenExpired')]);
});

it('refreshes a token for the same conversation, at most for a day', async () => {
  const first = await server.begin();
  let { token } = first;
  const refresh = () => server.call('POST', `${api}/tokens/refresh`, { bearer: token });
  for (let minutes = 25; minutes < 24 * 60; minutes += 25) {
    server.clock.ahead = minutes * 60_000;
    const { status, json } = await refresh();
    expect([status, json.conversationId]).toEqual([200, first.conversationId]);
    expect(json.expires_in).toBeLessThanOrEqual(1800);
    token = json.token;
  }
  server.clock.ahead = 24 * 3_600_000 + 60_000;
  expect((await refresh()).json).toEqual(error('TokenExpired'));
  const mine = await server.call('POST', `${api}/tokens/generate`, { bearer: first.token });
  expect(mine.status).toBe(403);
});

it('takes who speaks from the token and nothing from what a client says about itself', async () => {
  const { post, read, userId, conversationId } = await server.begin();
  const { json } = await post({
    type: 'message',
    text: 'hello',
    id: 'mine',
    timestamp: '1999-01-01T00:00:00Z',
    channelId: 'sms',
    serviceUrl: 'https://evil.example',
    recipient: { id: 'csr' },
    conversation: { id: 'other' },
    from: { id: 'csr', name: 'Your CSR', role: 'bot' },
    replyToId: 'x',
    attachments: [{ contentType: 'text/html', contentUrl: 'https://evil.example' }],
  });
  const { activities } = await until(async () => {
    const seen = await read();
    return seen.activities.some(({ id }: { id: string }) => id === json.id) && seen;
  });
  const echo = activities.find(({ id }: { id: string }) => id === json.id);
  expect(echo).toMatchObject({
    from: { id: userId, role: 'user', name: '' },
    channelId: 'webchat',
    conversation: { id: conversationId },
  });
  expect(echo.timestamp).not.toMatch(/^1999/);
  for (const gone of ['serviceUrl', 'recipient', 'replyToId', 'attachments'])
    expect(echo).not.toHaveProperty(gone);
});

it('accepts messages, events and typing, and refuses what could pass for ours', async () => {
  const { post, conversationId } = await server.begin();
  const before = server.turn.entriesOf(conversationId).length;
  expect((await post({ type: 'typing' })).status).toBe(200);
  expect(server.turn.published).toContainEqual({ type: 'typing', conversationId, from: 'customer' });
  for (const activity of [
    { type: 'event', name: 'handoff.status', value: { state: 'accepted' } },
    { type: 'event', name: 'desk.resolved' },
    { type: 'event', name: 'serviceOrder.booked', value: { orderNumber: 'SO-1' } },
    { type: 'event', name: 'x'.repeat(65) },
    { type: 'conversationUpdate' },
    { type: 'invoke', name: 'x' },
    { text: 'no type' },
    { type: 'message', text: { not: 'text' } },
    { type: 'message', text: 'x', channelData: { clientActivityID: 'x'.repeat(201) } },
    { type: 'message', text: 'x', value: nested(30) },
  ])
    expect((await post(activity)).status).toBe(400);
  expect(server.turn.entriesOf(conversationId).filter(({ from }) => from === 'customer')).toHaveLength(
    before - countOfBot(conversationId),
  );
  expect((await post({ type: 'event', name: 'webchat/join', value: { language: 'en' } })).status).toBe(200);
});

const nested = (depth: number): object => (depth === 0 ? {} : { in: nested(depth - 1) });
const countOfBot = (id: string) => server.turn.entriesOf(id).filter(({ from }) => from !== 'customer').length;

it('answers malformed and oversized bodies without a word of what happened inside', async () => {
  const { path, token } = await server.begin();
  const post = (body: string) => server.call('POST', `${path}/activities`, { bearer: token, body });
  for (const body of ['{', '[]', '"text"', 'null'])
    expect([(await post(body)).status, (await post(body)).json]).toEqual([400, error('BadArgument')]);
  const large = await post(JSON.stringify({ type: 'message', text: 'x'.repeat(300_000) }));
  expect([large.status, large.json]).toEqual([413, error('PayloadTooLarge')]);
  const watermark = await server.call('GET', `${path}/activities?watermark=abc`, { bearer: token });
  expect(watermark.status).toBe(400);
  const nowhere = await server.call('GET', `${path}/stream/multimodal`, { bearer: token });
  expect([nowhere.status, nowhere.json]).toEqual([404, error('NotFound')]);
});

it('answers 404 for a conversation that has not begun', async () => {
  const { token, conversationId } = await server.mint();
  const path = `${api}/conversations/${conversationId}`;
  const say = { type: 'message', text: 'x' };
  expect((await server.call('GET', path, { bearer: token })).status).toBe(404);
  expect((await server.call('GET', `${path}/activities`, { bearer: token })).status).toBe(404);
  expect((await server.call('POST', `${path}/activities`, { bearer: token, body: say })).status).toBe(404);
});

it('talks to trusted pages only, and to those that a token names', async () => {
  const mintFrom = (origin: string) =>
    server.call('POST', '/webchat/token', { body: {}, headers: { origin } });
  expect((await mintFrom('https://evil.example')).json).toEqual(error('OriginNotTrusted'));
  expect((await mintFrom('null')).status).toBe(403);
  expect((await mintFrom(server.url)).status).toBe(200);
  const fromCity = await mintFrom(trusted);
  expect(fromCity.headers.get('access-control-allow-origin')).toBe(trusted);
  expect(fromCity.headers.get('access-control-expose-headers')).toBe('Retry-After');
  expect(fromCity.headers.get('access-control-allow-credentials')).toBeNull();

  const { json: named } = await server.call('POST', `${api}/tokens/generate`, {
    bearer: secret,
    body: { trustedOrigins: ['https://partner.example'] },
  });
  const startFrom = (origin: string) =>
    server.call('POST', `${api}/conversations`, { bearer: named.token, body: {}, headers: { origin } });
  expect((await startFrom('https://partner.example')).status).toBe(201);
  expect((await startFrom(trusted)).status).toBe(403);
});

it('answers a preflight for what Direct Line clients send', async () => {
  const answer = await server.call('OPTIONS', `${api}/conversations/x/activities`, {
    headers: {
      origin: trusted,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-ms-bot-agent',
    },
  });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-origin')).toBe(trusted);
  expect(answer.headers.get('access-control-allow-headers')?.toLowerCase()).toMatch(
    /authorization.*content-type.*x-ms-bot-agent/,
  );
});

it('stops a flood in one conversation with 429, and nobody else', async () => {
  const flooded = await startWebchat({ limits: { post: { burst: 30, perSecond: 1 } } });
  const [loud, calm] = [await flooded.begin(), await flooded.begin()];
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => loud.post({ type: 'message', text: `${n}` })),
  );
  const tooMany = answers.filter(({ status }) => status === 429);
  expect(tooMany).toHaveLength(10);
  expect(tooMany[0]?.json).toEqual(error('TooManyRequests'));
  expect(Number(tooMany[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await calm.post({ type: 'message', text: 'hello' })).status).toBe(200);
  await flooded.stop();
});

it('lets a hundred customers behind one address start and talk at once', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const { started, post } = await server.begin();
      const sent = await Promise.all([1, 2, 3].map((n) => post({ type: 'message', text: `${n}` })));
      return [started.status, ...sent.map(({ status }) => status)];
    }),
  );
  expect(new Set(statuses.flat())).toEqual(new Set([201, 200]));
});

it('opens conversations of other channels with no credential, not even the secret', async () => {
  const id = 'azure-of-another-channel';
  await server.turn.inbox.start({ id, channelId: 'azure', customer: { id: 'ana' }, language: 'en' });
  server.turn.say(id, { from: 'bot', text: 'private' });
  const body = { type: 'message', text: 'x' };
  for (const [method, end] of [
    ['GET', ''],
    ['GET', '/activities'],
    ['POST', '/activities'],
    ['POST', '/upload'],
  ] as const) {
    const answer = await server.call(method, `${api}/conversations/${id}${end}`, {
      bearer: secret,
      body: method === 'POST' ? body : undefined,
    });
    expect([end, answer.status, answer.json]).toEqual([end, 404, error('ConversationNotFound')]);
  }
});
