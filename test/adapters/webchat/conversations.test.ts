import { secret, startWebchat, until, type WebchatServer } from '../../support/webchatServer.ts';

let server: WebchatServer;
beforeAll(async () => {
  server = await startWebchat();
});
afterAll(() => server.stop());

const api = '/v3/directline';

it('gives a site with the secret a token for one customer, without starting anything', async () => {
  const { status, json } = await server.call('POST', `${api}/tokens/generate`, {
    bearer: secret,
    body: { User: { Id: 'dl_ana' } },
  });
  expect(status).toBe(200);
  expect(json).toEqual({
    conversationId: expect.stringMatching(/^[\w-]{22}$/),
    token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    expires_in: 1800,
  });
  expect(await server.turn.reader.find(json.conversationId)).toBeNull();
});

it('starts a conversation once, greets once, and answers a repeat with 200', async () => {
  const customer = await server.begin({ locale: 'es-MX' });
  expect(customer.started.status).toBe(201);
  expect(customer.started.json).toEqual({
    conversationId: customer.conversationId,
    token: expect.any(String),
    expires_in: expect.any(Number),
    streamUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/v3\/directline\/conversations\/.*\/stream\?/),
  });
  const again = await server.call('POST', `${api}/conversations`, { bearer: customer.token, body: {} });
  expect(again.status).toBe(200);
  const { activities, watermark } = await until(async () => {
    const read = await customer.read();
    return read.activities.length > 0 && read;
  });
  expect(activities.map(({ text }: { text: string }) => text)).toEqual(['Welcome']);
  expect(watermark).toBe('1');
  expect((await server.turn.reader.find(customer.conversationId))?.language).toBe('es');
});

it('echoes what the customer says before the bot’s answer, in order and with its numbers', async () => {
  const { post, read, userId } = await server.begin();
  const { status, json } = await post({
    type: 'message',
    text: 'my bill',
    channelData: { clientActivityID: 'a1', clientTimestamp: 'x' },
  });
  expect(status).toBe(200);
  const { activities } = await until(async () => {
    const seen = await read();
    return seen.activities.length === 3 && seen;
  });
  const [, echo, answer] = activities;
  expect(echo).toEqual({
    type: 'message',
    id: json.id,
    timestamp: expect.stringMatching(/Z$/),
    channelId: 'webchat',
    conversation: { id: expect.any(String) },
    from: { id: userId, name: '', role: 'user' },
    textFormat: 'plain',
    text: 'my bill',
    channelData: { clientActivityID: 'a1', clientTimestamp: 'x', 'webchat:sequence-id': 2 },
  });
  expect(answer).toMatchObject({ replyToId: json.id, from: { role: 'bot' }, text: 'You said: my bill' });
});

it('takes the same message twenty times in parallel as one', async () => {
  const { post, conversationId } = await server.begin();
  const message = { type: 'message', text: 'again', channelData: { clientActivityID: 'same' } };
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(message)));
  expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
  const said = server.turn.entriesOf(conversationId).filter(({ text }) => text === 'again');
  expect(said).toHaveLength(1);
});

it('tells a client that lost its socket where to go on, and always gives a token', async () => {
  const { token, path, post } = await server.begin();
  await post({ type: 'message', text: 'one' });
  const { status, json } = await server.call('GET', `${path}?watermark=1`, { bearer: token });
  expect(status).toBe(200);
  expect(json).toEqual({
    conversationId: expect.any(String),
    token: expect.any(String),
    expires_in: expect.any(Number),
    streamUrl: expect.stringContaining('watermark=1&'),
  });
});

it('lets who holds the secret start, speak and read', async () => {
  const started = await server.call('POST', `${api}/conversations`, {
    bearer: secret,
    body: { user: { id: 'dl_bo' } },
  });
  expect(started.status).toBe(201);
  const path = `${api}/conversations/${started.json.conversationId}/activities`;
  const sent = await server.call('POST', path, {
    bearer: secret,
    body: { type: 'message', text: 'hi', from: { id: 'other' } },
  });
  expect(sent.status).toBe(200);
  const read = await server.call('GET', path, { bearer: secret });
  expect(read.json.activities.find((one: { id: string }) => one.id === sent.json.id).from.id).toBe('dl_bo');
});

it('resumes the same conversation by its key for 30 days, and no longer', async () => {
  const first = await server.mint();
  const second = await server.mint({ resume: first.resume });
  expect(second).toMatchObject({
    conversationId: first.conversationId,
    userId: first.userId,
    resumed: true,
    resume: first.resume,
  });
  server.clock.ahead = 30 * 24 * 3_600_000 + 1_000;
  const late = await server.mint({ resume: first.resume });
  server.clock.ahead = 0;
  expect(late.resumed).toBe(false);
  expect(late.conversationId).not.toBe(first.conversationId);
  expect((await server.mint({ resume: 'nonsense' })).resumed).toBe(false);
});

it('takes nothing more in after the customer has ended it, can still be read, and is not resumed', async () => {
  const { status, json: minted } = await server.call('POST', '/webchat/token', { body: {} });
  expect(status).toBe(200);
  const bearer = minted.token;
  await server.call('POST', `${api}/conversations`, { bearer, body: {} });
  const at = `${api}/conversations/${minted.conversationId}/activities`;
  const end = { bearer, body: { type: 'endOfConversation', from: { id: minted.userId } } };
  expect(await server.call('POST', at, end)).toMatchObject({ status: 200 });
  expect(await server.call('POST', at, end)).toMatchObject({ status: 200 });
  expect(await server.call('POST', at, { bearer, body: { type: 'message', text: 'hello?' } })).toMatchObject({
    status: 409,
    json: { error: { code: 'ConversationEnded' } },
  });
  expect((await server.call('GET', at, { bearer })).status).toBe(200);
  const { json } = await server.call('POST', '/webchat/token', { body: { resume: minted.resume } });
  expect(json).toMatchObject({ resumed: false });
  expect(json.conversationId).not.toBe(minted.conversationId);
});
