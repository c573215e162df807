import type { Request, Response } from 'restify';
import type { ZodType } from 'zod';

/** A request that cannot be done; the only thing that is ever told of an error. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly more: Record<string, unknown>;

  constructor(status: number, code: string, message: string, more: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

/** Answers in JSON that nobody keeps. */
export function sendJson(
  response: Response,
  status: number,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(text ? { 'Content-Type': 'application/json; charset=utf-8' } : {}),
    ...headers,
  });
  response.end(text);
}

export const sendError = (response: Response, { status, code, message, more }: HttpError) =>
  sendJson(
    response,
    status,
    { error: { code, message }, ...more },
    status === 429 ? { 'Retry-After': '900' } : {},
  );

/** What was sent, as the schema has it, or 400 with the first thing that is wrong and where. */
export function checked<T>(schema: ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.join('.') || 'body';
  throw new HttpError(400, 'invalid', `${where}: ${issue?.message ?? 'is not valid'}`);
}

const bodyLimit = 64 * 1024;

/** The JSON body; none reads as {}. A plain form post is refused, which no other site's page gets around. */
export async function readJson(request: Request): Promise<unknown> {
  // Another part of the server may have parsed it already.
  if (request.body !== undefined && request.body !== null && typeof request.body === 'object')
    return request.body;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > bodyLimit) throw new HttpError(413, 'tooLarge', 'The request is too large');
    chunks.push(chunk as Buffer);
  }
  if (size === 0) return {};
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new HttpError(415, 'notJson', 'Send JSON with Content-Type application/json');
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpError(400, 'invalid', 'The body is not JSON');
  }
}

/** The query as plain strings; the last of a repeated name counts, and an empty one is none. */
export const queryOf = (request: Request): Record<string, string> =>
  Object.fromEntries(
    [...new URL(request.url ?? '/', 'http://desk').searchParams].filter(([, value]) => value !== ''),
  );
