import type { IncomingMessage, ServerResponse } from 'node:http';

/** What an address answers; `body` is sent as JSON. */
export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

/** A request that is answered with an error of the house's one shape. The message is for the caller to read. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** `{ error: { code, message } }`, and nothing of what went wrong inside. */
export const toAnswer = (error: unknown): Answer =>
  error instanceof HttpError
    ? {
        status: error.status,
        body: { error: { code: error.code, message: error.message } },
        headers: error.headers,
      }
    : {
        status: 500,
        body: { error: { code: 'ServiceError', message: 'Something went wrong on our side.' } },
      };

/** Writes an answer; a client that has gone in the meantime is no error. */
export function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(bytes ? { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': bytes.length } : {}),
    ...headers,
  });
  response.end(bytes);
}

/** Reads a body of at most `limit` bytes. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () => new HttpError(413, 'PayloadTooLarge', `The body may have at most ${limit} bytes.`);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // What is left of a body that is too large is dropped, not kept, so that the answer still gets through.
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else if (size > 2 * limit + 65_536) request.destroy();
    });
    request.on('end', () => (size > limit ? reject(tooLarge()) : resolve(Buffer.concat(chunks))));
    request.on('close', () => {
      if (request.complete) return; // an error is made, with its stack, only where one is told
      reject(size > limit ? tooLarge() : new HttpError(400, 'BadArgument', 'Cut off.'));
    });
    request.on('error', reject);
  });
}

/** Reads a JSON object; an empty body counts as `{}`. */
export async function readJson(request: IncomingMessage, limit: number): Promise<Record<string, unknown>> {
  const text = (await readBody(request, limit)).toString('utf8');
  if (text.trim() === '') return {};
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new HttpError(400, 'BadArgument', 'The body must be a JSON object.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Path and query of a request, without a base that anybody outside could choose. */
export const urlOf = (request: IncomingMessage): URL => {
  const url = URL.parse(`http://internal${request.url?.startsWith('/') ? request.url : '/'}`);
  if (!url) throw new HttpError(400, 'BadArgument', 'The address cannot be read.');
  return url;
};
