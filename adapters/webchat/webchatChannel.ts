import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Request, Response, Server } from 'restify';
import type { Channel, ConversationReader, Files, Inbox, RemoteTokens, Wakeups } from '../channel.ts';
import { type Answer, HttpError, send, toAnswer } from '../http.ts';
import { networkOf } from '../network.ts';
import { channelId, createAccess } from './access.ts';
import { createActivities } from './activities.ts';
import type { WebchatContext, WebchatLog } from './context.ts';
import { createConversations } from './conversations.ts';
import { createDownload } from './download.ts';
import { createFileLinks } from './fileLinks.ts';
import { createLimiter, type Limits, webchatLimits } from './limits.ts';
import { corsHeaders, createOrigins, preflightHeaders } from './origins.ts';
import { createPageToken } from './pageToken.ts';
import { createStream } from './stream.ts';
import { createTokens, randomId } from './tokens.ts';
import { createUpload } from './upload.ts';

export type WebchatDependencies = {
  inbox: Inbox;
  reader: ConversationReader;
  wakeups: Wakeups;
  files: Files;
  /** 32 bytes, derived from SECRET_KEY for this channel alone. */
  signingKey: Uint8Array;
  config: {
    publicUrl: string;
    directLineSecret?: string;
    trustedOrigins: string[];
    /** Who the bot is to customers, in "… is typing". */
    botName?: string;
  };
  /** Where the page's chat runs at Azure instead of here. */
  remoteTokens?: RemoteTokens;
  log: WebchatLog;
  /** A client's address as a keyed hash of its network; without it no network is known. */
  networkOf?(address: string): string | null;
  /** The same of itself alone. */
  addressKeyOf?(address: string): string | null;
  machineNow?(): Date;
  limits?: Partial<Limits>;
  /** The customer's address where a proxy stands in front (TRUST_PROXY). */
  clientAddress?(request: IncomingMessage): string;
};

const socketAddress = (request: IncomingMessage): string => request.socket.remoteAddress ?? '';

type Handle = (request: Request, response: Response) => Promise<Answer | undefined>;

/** Web chat: a Direct Line 3.0 server in this process, and the token address of our own page. */
export function createWebchatChannel(dependencies: WebchatDependencies): Channel {
  const { config, signingKey, machineNow = () => new Date(), log } = dependencies;
  const { clientAddress = socketAddress } = dependencies;
  const limits = { ...webchatLimits, ...dependencies.limits };
  const origins = createOrigins(
    config.publicUrl,
    config.trustedOrigins,
    config.directLineSecret !== undefined,
  );
  const tokens = createTokens(signingKey, machineNow);
  const access = createAccess(tokens, origins, config.directLineSecret);
  const limiter = createLimiter(limits, machineNow);
  const context: WebchatContext = {
    ...dependencies,
    tokens,
    access,
    origins,
    limiter,
    limits,
    links: createFileLinks(signingKey, machineNow),
    botName: config.botName ?? 'Virtual assistant',
    machineNow,
    addressOf: (request) => networkOf(clientAddress(request)),
    networkOf: (request) => dependencies.networkOf?.(clientAddress(request)) ?? null,
    addressKeyOf: (request) => dependencies.addressKeyOf?.(clientAddress(request)) ?? null,
  };
  const conversations = createConversations(context);
  const activities = createActivities(context);
  const { upload } = createUpload(context, activities);
  const stream = createStream(context);

  /** Answers in the house's shape, with CORS, whatever happens. */
  const route = (handle: Handle) => async (request: Request, response: Response) => {
    const { origin } = request.headers;
    const cors = corsHeaders(origin, origin !== undefined && origins.mayBeTrusted(origin));
    for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
    try {
      const answer = await handle(request, response);
      if (answer) send(response, answer);
    } catch (error) {
      if (!(error instanceof HttpError)) log.error({ err: error }, 'web chat request failed');
      send(response, toAnswer(slowed(request, error)));
    }
  };

  /** Who keeps coming with bad credentials is told to wait. */
  function slowed(request: Request, error: unknown): unknown {
    if (!(error instanceof HttpError) || (error.status !== 401 && error.code !== 'InvalidToken'))
      return error;
    try {
      limiter.take('refused', context.addressOf(request));
      return error;
    } catch (tooMany) {
      return tooMany;
    }
  }

  const preflight: Handle = async (request) => {
    const { origin } = request.headers;
    const trusted = origin !== undefined && origins.mayBeTrusted(origin);
    return { status: 204, headers: trusted ? preflightHeaders : {} };
  };
  const nothing: Handle = async () => {
    throw new HttpError(404, 'NotFound', 'There is nothing at this address.');
  };
  /** Only asked for by sign-in cards, with credentials; it names nothing and sets no cookie. */
  const session: Handle = async (request) => {
    await access.callerOf(request);
    return {
      status: 200,
      body: { sessionId: randomId() },
      headers: { 'Access-Control-Allow-Credentials': 'true' },
    };
  };

  function mount(server: Server): void {
    const at = '/v3/directline';
    const one = `${at}/conversations/:id`;
    server.post('/webchat/token', route(createPageToken(context)));
    server.opts('/webchat/token', route(preflight));
    server.opts(`${at}/*`, route(preflight));
    server.post(`${at}/tokens/generate`, route(conversations.generate));
    server.post(`${at}/tokens/refresh`, route(conversations.refresh));
    server.post(`${at}/conversations`, route(conversations.start));
    server.get(one, route(conversations.reconnect));
    server.get(`${one}/activities`, route(activities.list));
    server.post(`${one}/activities`, route(activities.post));
    server.post(`${one}/upload`, route(upload));
    server.get(`${one}/files/:fileId`, route(createDownload(context)));
    server.get(`${at}/session/getsessionid`, route(session));
    server.get(`${at}/*`, route(nothing));
    server.post(`${at}/*`, route(nothing));

    const http = server.server as unknown as HttpServer;
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (stream.upgrade(request, socket, head)) return;
      // Node leaves an upgrade to whoever listens (restify itself always does, to pass it on here); where
      // nobody else does, it must not hang.
      if (server.listenerCount('upgrade') === 1 && http.listenerCount('upgrade') === 1) socket.destroy();
    });
  }

  return { id: channelId, mount, close: stream.close };
}
