import { createRequire } from 'node:module';
import type { Activity, DirectLine as Client } from 'botframework-directlinejs';
import type { Request, Response } from 'restify';
import {
  type StartOptions,
  secret,
  startWebchat,
  until,
  type WebchatServer,
} from '../../support/webchatServer.ts';

const require = createRequire(import.meta.url);
const Xhr = require('xhr2');
/** Sends forms as a browser's request object does; the one at hand sends bytes only. */
class FormXhr extends Xhr {
  send(body: unknown): void {
    if (!(body instanceof FormData)) {
      super.send(body);
      return;
    }
    const encoded = new Response(body);
    this.setRequestHeader('Content-Type', encoded.headers.get('content-type'));
    void encoded.arrayBuffer().then((bytes) => super.send(new Uint8Array(bytes)));
  }
}
// Microsoft's client is for browsers: it looks for what they have when it is loaded.
Object.assign(globalThis, { window: globalThis, self: globalThis, XMLHttpRequest: FormXhr });
const { DirectLine, ConnectionStatus } =
  require('botframework-directlinejs/dist/directline.js') as typeof import('botframework-directlinejs');

let server: WebchatServer;
const clients: Client[] = [];
beforeAll(async () => {
  const mount: StartOptions['mount'] = (restify) =>
    restify.get('/pictures/:name', async (request: Request, response: Response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end(request.params.name);
    });
  server = await startWebchat({ mount });
});
afterEach(() => {
  server.clock.ahead = 0;
  for (const client of clients.splice(0)) client.end();
});
afterAll(() => server.stop());

type Options = ConstructorParameters<typeof DirectLine>[0];
type Heard = Activity & {
  text?: string;
  attachments?: { name: string; contentUrl: string; thumbnailUrl?: string }[];
};

/** Microsoft's client and what it hears; its pauses of seconds are cut short, as is nothing else. */
function talk(options: Options) {
  const client = new DirectLine({ domain: server.domain, pollingInterval: 200, ...options });
  (client as unknown as { getRetryDelay(): number }).getRetryDelay = () => 20;
  clients.push(client);
  const heard: Heard[] = [];
  client.activity$.subscribe(
    (activity) => heard.push(activity as Heard),
    () => {},
  );
  const texts = () => heard.filter(({ type }) => type === 'message').map(({ text }) => text);
  const say = (activity: object) =>
    new Promise<string>((resolve, reject) =>
      client.postActivity(activity as Activity).subscribe(resolve, reject),
    );
  const status = () => client.connectionStatus$.getValue();
  return { client, heard, texts, say, status };
}

const message = (text: string, clientActivityID?: string) => ({
  type: 'message',
  text,
  from: { id: 'somebody else' },
  channelData: { clientActivityID },
});

describe.each([
  ['over WebSocket', true],
  ['by polling', false],
])('Microsoft’s client %s', (_, webSocket) => {
  it('starts, is greeted, speaks and is answered', async () => {
    const { token, userId } = await server.mint();
    const { heard, texts, say } = talk({ token, webSocket });
    const id = await say(message('my bill', 'c1'));
    await until(() => texts().length === 3);
    expect(texts()).toEqual(['Welcome', 'my bill', 'You said: my bill']);
    expect(heard.find((one) => one.id === id)).toMatchObject({
      from: { id: userId, role: 'user' },
      channelData: { clientActivityID: 'c1' },
    });
  });

  it('speaks with the secret, and is greeted in its language', async () => {
    const conversationStartProperties = { locale: 'zh-CN' };
    const { texts, say } = talk({ secret, webSocket, conversationStartProperties });
    await say(message('hi'));
    await until(() => texts().length === 3);
    expect(texts()[0]).toBe('欢迎');
  });

  it('goes on after its watermark when it comes back to a conversation', async () => {
    const { token, conversationId } = await server.mint();
    const first = talk({ token, webSocket });
    await first.say(message('one'));
    await until(() => first.texts().length === 3);
    first.client.end();
    const again = talk({ token, webSocket, conversationId, watermark: '2' });
    await again.say(message('two'));
    await until(() => again.texts().length === 3);
    expect(again.texts()).toEqual(['You said: one', 'two', 'You said: two']);
  });

  it('sends two files in one message, in their order, and gets them back whole', async () => {
    const { token } = await server.mint();
    const { heard, say } = talk({ token, webSocket });
    const attachments = ['leak.txt', 'meter.txt'].map((name) => ({
      contentType: 'text/plain',
      contentUrl: `${server.url}/pictures/${name}`,
      name,
      thumbnailUrl: `https://example.com/${name}.png`,
    }));
    const id = await say({ ...message('see these', 'f1'), attachments });
    const echo = await until(() => heard.find((one) => one.id === id));
    expect(echo.attachments?.map(({ name }) => name)).toEqual(['leak.txt', 'meter.txt']);
    expect(echo.attachments?.[0]?.thumbnailUrl).toBe('https://example.com/leak.txt.png');
    for (const { contentUrl, name } of echo.attachments ?? [])
      expect(await (await fetch(contentUrl)).text()).toBe(name);
  });

  it('refreshes its token, and hears of its end', async () => {
    const { token } = await server.mint();
    const { client, texts, say, status } = talk({ token, webSocket });
    await until(() => texts().length === 1);
    server.clock.ahead = 20 * 60_000;
    const internal = client as unknown as {
      token: string;
      refreshToken(): { subscribe(f: (t: string) => void): void };
    };
    const refreshed = await new Promise<string>((resolve) => internal.refreshToken().subscribe(resolve));
    internal.token = refreshed;
    server.clock.ahead = 45 * 60_000;
    await say(message('still here'));
    await until(() => texts().includes('You said: still here'));
    server.clock.ahead = 90 * 60_000;
    const ended = internal.refreshToken() as unknown as { subscribe(f: () => void, e: () => void): void };
    await new Promise<void>((resolve) => ended.subscribe(() => {}, resolve));
    expect(status()).toBe(ConnectionStatus.ExpiredToken);
  });
});

it('loses its socket and misses nothing that was said meanwhile', async () => {
  const { token, conversationId } = await server.mint();
  const sockets: WebSocket[] = [];
  const Kept = class extends WebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  };
  const { texts, say } = talk({ token, WebSocket: Kept as unknown as typeof WebSocket });
  await until(() => texts().length === 1);
  sockets[0]?.close();
  for (const n of [1, 2, 3]) server.turn.say(conversationId, { from: 'csr', text: `csr ${n}` });
  await until(() => sockets.length === 2 && texts().length === 4);
  await say(message('back'));
  await until(() => texts().length === 6);
  expect(texts()).toEqual(['Welcome', 'csr 1', 'csr 2', 'csr 3', 'back', 'You said: back']);
});

it('is told to stop by a conversation that is not there', async () => {
  const { token, conversationId } = await server.mint();
  const { status } = talk({ token, conversationId, webSocket: true });
  await until(() => status() === ConnectionStatus.FailedToConnect);
});
