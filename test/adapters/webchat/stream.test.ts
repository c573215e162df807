import { startWebchat, until, type WebchatServer } from '../../support/webchatServer.ts';

let server: WebchatServer;
beforeAll(async () => {
  server = await startWebchat({ config: { botName: 'Assistant' }, limits: { socketsPerConversation: 3 } });
});
afterAll(() => server.stop());
afterEach(() => {
  server.clock.ahead = 0;
  server.turn.behaviour.beforeRead = async () => {};
  server.turn.behaviour.hideEntries = false;
  server.turn.behaviour.mute = false;
});

type Shown = { type: string; text?: string; channelData: Record<string, number>; from: { name: string } };

/** A socket as a client holds it, and all it was told. */
async function open(streamUrl: string) {
  const socket = new WebSocket(streamUrl);
  const shown: Shown[] = [];
  const state = { watermark: '', closed: false };
  socket.onmessage = ({ data }) => {
    const group = JSON.parse(data);
    shown.push(...group.activities);
    state.watermark = group.watermark ?? state.watermark;
  };
  socket.onclose = () => {
    state.closed = true;
  };
  const opened = await new Promise<boolean>((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onerror = () => resolve(false);
  });
  const numbers = () =>
    shown.filter(({ type }) => type !== 'typing').map((one) => one.channelData['webchat:sequence-id']);
  return { opened, socket, shown, numbers, state };
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, n) => n + first);

it.each([
  ['with the new entries', false],
  ['without them', true],
])('misses nothing and doubles nothing while many write, by wake-ups %s', async (_, hideEntries) => {
  server.turn.behaviour.hideEntries = hideEntries;
  server.turn.behaviour.beforeRead = () => new Promise((resolve) => setTimeout(resolve, 3));
  const { started, post, conversationId } = await server.begin();
  const writing = Promise.all(upTo(40).map((n) => post({ type: 'message', text: `${n}` })));
  const socket = await open(started.json.streamUrl);
  await writing;
  for (const n of upTo(20)) server.turn.say(conversationId, { from: 'csr', text: `csr ${n}` });
  const last = 1 + 80 + 20;
  await until(() => socket.numbers().length >= last);
  expect(socket.numbers()).toEqual(upTo(last));
  expect(socket.state.watermark).toBe(String(last));
  socket.socket.close();
});

it('replays exactly what came after the watermark when a lost socket comes back', async () => {
  const { started, post, path, token } = await server.begin();
  const first = await open(started.json.streamUrl);
  await post({ type: 'message', text: 'one' });
  await until(() => first.numbers().length === 3);
  first.socket.close();
  await post({ type: 'message', text: 'two' });
  const again = await server.call('GET', `${path}?watermark=${first.state.watermark}`, { bearer: token });
  const second = await open(again.json.streamUrl);
  await until(() => second.numbers().length === 2);
  expect(second.numbers()).toEqual([4, 5]);
  const later = await server.call('GET', path, { bearer: token });
  const third = await open(later.json.streamUrl);
  await post({ type: 'message', text: 'three' });
  await until(() => third.numbers().length === 2);
  expect(third.numbers()).toEqual([6, 7]);
});

it('shows who types without keeping it, and names the CSR', async () => {
  server.turn.behaviour.mute = true;
  const { started, conversationId } = await server.begin();
  const { shown } = await open(started.json.streamUrl);
  const { wakeups, say } = server.turn;
  say(conversationId, { from: 'csr', text: 'Hello', author: { id: 'rosa@district.example', name: 'Rosa' } });
  await until(() => shown.length === 1);
  wakeups.publish({ type: 'typing', conversationId, from: 'csr', name: 'Rosa' });
  wakeups.publish({ type: 'typing', conversationId, from: 'customer' });
  wakeups.publish({ type: 'typing', conversationId, from: 'bot' });
  await until(() => shown.length === 3);
  expect(shown.map(({ type, from }) => [type, from])).toEqual([
    ['message', { id: 'csr', name: 'Rosa', role: 'bot' }],
    ['typing', { id: 'csr', name: 'Rosa', role: 'bot' }],
    ['typing', { id: 'headgate', name: 'Assistant', role: 'bot' }],
  ]);
});

it('opens a stream by its address once, within a minute, for its own conversation', async () => {
  const ana = await server.begin();
  const bo = await server.begin();
  const url: string = ana.started.json.streamUrl;
  expect((await open(url.replace(ana.conversationId, bo.conversationId))).opened).toBe(false);
  expect((await open(url.replace(/t=.*/, `t=${ana.token}`))).opened).toBe(false);
  expect((await open(url.replace(/&t=.*/, ''))).opened).toBe(false);
  expect((await open(url)).opened).toBe(true);
  expect((await open(url)).opened).toBe(false);
  server.clock.ahead = 61_000;
  expect((await open(bo.started.json.streamUrl)).opened).toBe(false);
});

it('lets a conversation have so many windows and no more', async () => {
  const { path, token } = await server.begin();
  const streams = await Promise.all(
    upTo(4).map(async () => (await server.call('GET', path, { bearer: token })).json.streamUrl),
  );
  const sockets = [];
  for (const url of streams) sockets.push(await open(url));
  expect(sockets.map(({ opened }) => opened)).toEqual([true, true, true, false]);
  sockets[0]?.socket.close();
  await until(
    async () => (await open((await server.call('GET', path, { bearer: token })).json.streamUrl)).opened,
  );
});

it('replays a long conversation whole, however much it is', async () => {
  server.turn.behaviour.mute = true;
  const { path, token, conversationId } = await server.begin();
  const long = 'x'.repeat(50_000);
  for (const n of upTo(300)) server.turn.say(conversationId, { from: 'bot', text: `${n} ${long}` });
  const { json } = await server.call('GET', `${path}?watermark=`, { bearer: token });
  const { numbers } = await open(json.streamUrl);
  await until(() => numbers().length === 300);
  expect(numbers()).toEqual(upTo(300));
});

it('drops a socket that has gone silent', async () => {
  const quick = await startWebchat({ limits: { pingMs: 30 } });
  const { started } = await quick.begin();
  const { connect } = await import('node:net');
  const url = new URL(started.json.streamUrl);
  const raw = connect(Number(url.port), url.hostname);
  let ended = false;
  raw.on('close', () => {
    ended = true;
  });
  raw.resume(); // reads, and never answers a ping
  raw.write(
    `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await until(() => ended);
  await quick.stop();
});

it('refuses an upgrade at any other address, and from a page it does not know', async () => {
  const base = server.url.replace('http', 'ws');
  expect((await open(`${base}/v3/directline/nothing`)).opened).toBe(false);
  expect((await open(`${base}/elsewhere`)).opened).toBe(false);
  const { started } = await server.begin();
  const { WebSocket: Client } = await import('ws');
  const status = await new Promise((resolve) => {
    const socket = new Client(started.json.streamUrl, { origin: 'https://evil.example' });
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
    socket.on('open', () => resolve(101));
    socket.on('error', () => resolve('failed'));
  });
  expect(status).toBe(403);
});
