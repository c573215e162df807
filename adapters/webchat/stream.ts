import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { HttpError, toAnswer, urlOf } from '../http.ts';
import { refused } from './access.ts';
import type { WebchatContext } from './context.ts';
import { follow } from './follower.ts';
import { type Claims, randomId } from './tokens.ts';
import { toActivity, toTyping } from './translate.ts';
import { asWatermark } from './watermark.ts';

const streamPath = /^\/v3\/directline\/conversations\/([\w-]{1,64})\/stream$/;

/** The WebSocket side: one cursor a socket, replay and then live; slow or dead sockets are closed. */
export function createStream(context: WebchatContext) {
  const { tokens, origins, reader, wakeups, limits, links, botName, machineNow, addressOf, limiter, log } =
    context;
  const server = new WebSocketServer({ noServer: true, maxPayload: 4_096, perMessageDeflate: false });
  const perConversation = new Map<string, number>();
  const missed = new WeakMap<WebSocket, number>();
  /** Stream tokens that have been used, until they would have expired anyway. */
  const used = new Map<string, number>();

  const heartbeat = setInterval(() => {
    for (const socket of server.clients) {
      const silent = missed.get(socket) ?? 0;
      missed.set(socket, silent + 1);
      if (silent >= limits.missedPings) socket.terminate();
      else socket.ping();
    }
  }, limits.pingMs);
  heartbeat.unref();

  /** Answers an upgrade that is ours; false where the address belongs to somebody else. */
  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (!path.startsWith('/v3/directline/')) return false;
    socket.on('error', () => socket.destroy());
    admit(request, path)
      .then(({ claims, watermark }) =>
        server.handleUpgrade(request, socket, head, (open) => serve(open, request, claims, watermark)),
      )
      .catch((error: unknown) => {
        if (!(error instanceof HttpError)) log.error({ err: error }, 'stream refused');
        refuse(socket, error);
      });
    return true;
  }

  async function admit(
    request: IncomingMessage,
    path: string,
  ): Promise<{ claims: Claims; watermark: number }> {
    const id = streamPath.exec(path)?.[1];
    if (!id) throw new HttpError(404, 'NotFound', 'There is nothing at this address.');
    limiter.take('start', addressOf(request));
    const query = urlOf(request).searchParams;
    const verified = await tokens.verify('stream', query.get('t') ?? '');
    if (!verified.ok) throw refused(verified.reason);
    const { claims } = verified;
    if (claims.conv !== id || !spend(claims)) throw refused('invalid');
    if (!origins.isTrusted(request.headers.origin, claims.trustedOrigins))
      throw new HttpError(403, 'OriginNotTrusted', 'This page may not use the chat.');
    if ((perConversation.get(id) ?? 0) >= limits.socketsPerConversation)
      throw new HttpError(429, 'TooManyRequests', 'Too many windows are open.', { 'Retry-After': '30' });
    return { claims, watermark: asWatermark(query.get('watermark')) ?? 0 };
  }

  /** A stream token opens one socket: whoever finds the address in a history or a log has nothing. */
  function spend({ jti = '', exp }: Claims): boolean {
    const now = machineNow().getTime() / 1000;
    for (const [id, until] of used) if (until < now) used.delete(id);
    if (used.has(jti)) return false;
    used.set(jti, exp);
    return true;
  }

  function serve(socket: WebSocket, request: IncomingMessage, claims: Claims, watermark: number): void {
    const { conv: conversationId, user: customerId } = claims;
    const base = origins.baseFor(request);
    const shape = {
      conversationId,
      customerId,
      botName,
      linkTo: (fileId: string) => links.linkTo(base, conversationId, fileId),
    };
    perConversation.set(conversationId, (perConversation.get(conversationId) ?? 0) + 1);
    missed.set(socket, 0);

    const send = (message: object) => {
      if (socket.readyState !== socket.OPEN) return;
      // Who cannot keep up is let go and resumes by watermark, instead of filling our memory.
      if (socket.bufferedAmount > limits.socketBufferBytes) socket.terminate();
      else socket.send(JSON.stringify(message));
    };
    const stop = follow({
      conversationId,
      cursor: watermark,
      reader,
      wakeups,
      // One activity a frame: Microsoft's client takes a group apart over several ticks, and a later group
      // would slip in between.
      onEntries: (entries) => {
        for (const entry of entries)
          send({ activities: [toActivity(entry, shape)], watermark: String(entry.shown) });
      },
      room: () => room(socket, limits.socketRoomBytes),
      onTyping: (from, name, after) =>
        send({ activities: [toTyping(from, name, { id: randomId(), at: machineNow(), after }, shape)] }),
      onError: (error) => {
        log.error({ err: error, conversationId }, 'stream broke off');
        socket.close(1011);
      },
    });
    socket.on('pong', () => missed.set(socket, 0));
    socket.on('message', () => missed.set(socket, 0)); // clients send "" to keep alive
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      stop();
      const left = (perConversation.get(conversationId) ?? 1) - 1;
      if (left > 0) perConversation.set(conversationId, left);
      else perConversation.delete(conversationId);
    });
  }

  async function close(): Promise<void> {
    clearInterval(heartbeat);
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  }

  return { upgrade, close };
}

/** Waits until what was sent has gone out; the heartbeat ends a socket that never takes it. */
async function room(socket: WebSocket, bytes: number): Promise<void> {
  while (socket.readyState === socket.OPEN && socket.bufferedAmount > bytes)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

function refuse(socket: Duplex, error: unknown): void {
  const { status, body, headers = {} } = toAnswer(error);
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} Refused`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}
