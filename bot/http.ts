import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import restify, { type Server } from 'restify';

/** A request that is not here after this long is given up, in milliseconds; a film from a phone takes longer. */
const requestTimeoutMs = 30_000;
const uploadTimeoutMs = 180_000;
/** How long a connection is kept open between two, in milliseconds. */
const keepAliveMs = 65_000;

/** The server all parts mount on. Errors are `{ error: { code, message } }`, never a stack or an internal message. */
export function createHttpServer(log: Logger, ready: () => Promise<boolean>): Server {
  const server = restify.createServer({
    name: 'headgate',
    formatters: { 'application/json; q=0.2': (_request, _response, body) => JSON.stringify(toBody(body)) },
  });
  server.server.requestTimeout = uploadTimeoutMs;
  server.server.headersTimeout = requestTimeoutMs;
  server.server.on('request', inTime);
  server.server.keepAliveTimeout = keepAliveMs;
  server.on(
    'restifyError',
    (
      request: { method: string; getPath(): string },
      _response: unknown,
      err: Error & { statusCode?: number },
      done: () => void,
    ) => {
      if (!err.statusCode || err.statusCode >= 500)
        log.error({ err, method: request.method, path: request.getPath() }, 'request failed');
      done();
    },
  );
  server.pre((_request, response, next) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    next();
  });
  server.get(
    '/healthz',
    async (_request: unknown, response: restify.Response) => void response.send(200, { status: 'alive' }),
  );
  server.get('/readyz', async (_request: unknown, response: restify.Response) => {
    const isReady = await ready().catch(() => false);
    response.send(isReady ? 200 : 503, { status: isReady ? 'ready' : 'starting' });
  });
  return server;
}

/** Node has one limit for all requests: those that are no upload have a shorter one of their own. */
function inTime(request: IncomingMessage): void {
  if (request.method === 'GET' || request.url?.split('?', 1)[0]?.endsWith('/upload')) return;
  const timer = setTimeout(() => request.complete || request.destroy(), requestTimeoutMs);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}

const known: Record<number, [string, string]> = {
  400: ['BadRequest', 'The request could not be understood.'],
  404: ['NotFound', 'There is nothing at this address.'],
  405: ['MethodNotAllowed', 'This address does not take that method.'],
  413: ['TooLarge', 'The request is too large.'],
  415: ['UnsupportedMediaType', 'That content type is not taken here.'],
};

function toBody(body: unknown): unknown {
  if (!(body instanceof Error)) return body;
  const { statusCode = 500 } = body as Error & { statusCode?: number };
  const [code, message] = known[statusCode] ?? [
    'InternalError',
    'Something failed on our side. Please try again.',
  ];
  return { error: { code, message } };
}

/** Begins to listen and answers the port; an address that is taken or forbidden stops the start. */
export async function listen(
  server: Server,
  { port, host }: { port: number; host: string },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}
