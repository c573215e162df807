import { randomUUID } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import type { ServiceClientCredentialsFactory } from 'botframework-connector';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createServer } from 'restify';
import { createAzureChannel } from '../../../adapters/azure/azureChannel.ts';
import type { Delivery, Inbox, Outgoing } from '../../../adapters/channel.ts';
import type { Entry } from '../../../models/entry.ts';
import { createFakeTurn } from '../../support/fakeTurn.ts';

export const appId = '11111111-2222-3333-4444-555555555555';
const issuer = 'https://api.botframework.com';
const config = {
  MicrosoftAppType: 'MultiTenant',
  MicrosoftAppId: appId,
  MicrosoftAppPassword: 'not-a-secret',
};

/** What the fake connector does with the next activities: a status, a broken line, or silence. */
export type Answering = { status: number; body?: string } | 'breaks' | 'hangs';
export type Posted = { path: string; authorization?: string; body: Record<string, unknown> };

const listening = (server: {
  listen(port: number, host: string, done: () => void): unknown;
  address(): unknown;
}) =>
  new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

/** Bot Service as the bot sees it: keys to check tokens with, and a connector that takes replies. */
export async function startAzure() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', endorsements: ['directline', 'msteams'] };
  const posted: Posted[] = [];
  const behaviour: { answering: Answering } = { answering: { status: 200 } };

  const server = createHttp(async (request: IncomingMessage, response: ServerResponse) => {
    const answer = (status: number, body: string) => {
      // Not chained: restify changes writeHead of every response in the process.
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body);
    };
    if (request.url === '/openid') return answer(200, JSON.stringify({ jwks_uri: `${url}/keys` }));
    if (request.url === '/keys') return answer(200, JSON.stringify({ keys: [jwk] }));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    posted.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
    const { answering } = behaviour;
    if (answering === 'hangs') return;
    if (answering === 'breaks') return void request.socket.destroy();
    return answer(answering.status, answering.body ?? JSON.stringify({ id: `carrier-${posted.length}` }));
  });
  const url = `http://127.0.0.1:${await listening(server)}`;

  /** A token as Bot Service issues it; `claims` and `key` make it a bad one. */
  const token = (claims: Record<string, unknown> = {}, key = privateKey) =>
    new SignJWT({ serviceurl: url, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
      .setIssuer((claims.iss as string) ?? issuer)
      .setAudience((claims.aud as string) ?? appId)
      .setIssuedAt()
      .setExpirationTime((claims.exp as number) ?? '5m')
      .sign(key);

  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url, posted, behaviour, token, stop };
}
export type Azure = Awaited<ReturnType<typeof startAzure>>;

/** The SDK's own validation and connector client; only the keys, and where they lie, are the test's. */
export const authenticationBy = (azure: Azure, { open = false } = {}) =>
  new ConfigurationBotFrameworkAuthentication(
    {
      MicrosoftAppId: appId,
      ToBotFromChannelTokenIssuer: issuer,
      ToBotFromChannelOpenIdMetadataUrl: `${azure.url}/openid`,
      ToChannelFromBotOAuthScope: issuer,
      ToChannelFromBotLoginUrl: `${azure.url}/login`,
      OAuthUrl: azure.url,
      CallerId: 'azure',
    } as ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[0],
    {
      isValidAppId: async (id: string) => id === appId,
      isAuthenticationDisabled: async () => open,
      createCredentials: async () => ({
        async signRequest(request: { headers: { set(name: string, value: string): void } }) {
          request.headers.set('authorization', 'Bearer bot-token');
          return request;
        },
      }),
    } as unknown as ServiceClientCredentialsFactory,
  );

/** The channel behind a real server, in front of an in-memory turn. */
export async function startBot(azure: Azure, options: { open?: boolean } = {}) {
  const turn = createFakeTurn();
  const behaviour = { hangs: false, ahead: 0, fails: null as Error | null };
  const waits: number[] = [];
  const inbox: Inbox = {
    ...turn.inbox,
    async receive(inbound) {
      if (behaviour.fails) throw behaviour.fails;
      return turn.inbox.receive(inbound);
    },
    /** True once the message has its reply, as after the turn's commit. */
    async turned(id, seq, timeoutMs) {
      waits.push(timeoutMs);
      if (behaviour.hangs) return false;
      const asked = turn.entriesOf(id).find((entry) => entry.seq === seq);
      while (asked?.kind === 'message' && !turn.entriesOf(id).some(({ replyTo }) => replyTo === asked.id))
        await new Promise((resolve) => setImmediate(resolve));
      return true;
    },
  };
  const logged: unknown[] = [];
  const note = (...parts: unknown[]) => void logged.push(parts);
  const start = () =>
    createAzureChannel({
      ...turn,
      inbox,
      config,
      log: { warn: note, error: note },
      authentication: authenticationBy(azure, options),
      sendTimeoutMs: 500,
      machineNow: () => new Date(Date.now() + behaviour.ahead),
    });
  let channel = start();
  const server = createServer();
  const url = `http://127.0.0.1:${await listening(server)}`;
  channel.mount?.(server);

  async function post(activity: unknown, authorization?: string) {
    const response = await fetch(`${url}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
      body: typeof activity === 'string' ? activity : JSON.stringify(activity),
    });
    const text = await response.text();
    return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
  }
  const authorised = async (activity: unknown) => post(activity, `Bearer ${await azure.token()}`);

  /** A customer of one conversation, as one of Azure's channels reports them. */
  const customer = (conversation = randomUUID()) => {
    const envelope = {
      channelId: 'directline',
      serviceUrl: azure.url,
      conversation: { id: `${conversation}|livechat/1` },
      from: { id: 'dl_ana', name: 'Ana' },
      recipient: { id: 'bot@1', name: 'Headgate' },
      locale: 'es-MX',
    };
    const activity = (parts: object) => ({ ...envelope, type: 'message', id: randomUUID(), ...parts });
    return { activity, send: (parts: object) => authorised(activity(parts)) };
  };

  const outgoing = async (id: string, entry: Entry): Promise<Outgoing> => ({
    ref: `${id}:${entry.seq}`,
    to: 'dl_ana',
    text: entry.text,
    entry,
    conversation: (await turn.reader.find(id)) ?? undefined,
  });
  /** Hands over what an outbox would hold: everything the customer is shown that is not their own. */
  async function drain(): Promise<Delivery[]> {
    const id = conversationId();
    const owed = turn.entriesOf(id).filter(({ from, visible }) => visible && from !== 'customer');
    const deliveries: Delivery[] = [];
    for (const entry of owed)
      deliveries.push((await channel.deliver?.(await outgoing(id, entry))) as Delivery);
    return deliveries;
  }
  const conversationId = () => turn.received.at(-1)?.conversationId ?? '';

  return {
    turn,
    waits,
    logged,
    behaviour,
    post,
    authorised,
    customer,
    outgoing,
    drain,
    conversationId,
    channel: () => channel,
    /** A process that knows nothing but what is stored. */
    restart: () => {
      channel = start();
    },
    async stop() {
      (server.server as unknown as import('node:http').Server).closeAllConnections();
      await new Promise((resolve) => server.close(() => resolve(undefined)));
    },
  };
}
