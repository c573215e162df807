import { hash } from 'node:crypto';
import type { z } from 'zod';
import { UpstreamError } from '../../services/errors.ts';
import { type BreakerLimits, createBreaker } from './breaker.ts';
import { signatureOf } from './signature.ts';

export type RecordsClientOptions = {
  /** RECORDS_URL, without a slash at its end. */
  url: string;
  /** RECORDS_SECRET. */
  secret: string;
  log: { warn(details: object, message: string): void };
  timeoutMs?: number;
  breaker?: BreakerLimits;
  machineNow?: () => Date;
};
type Call = { method: 'GET' | 'POST'; path: string; body?: unknown; requestId?: string };

/** Larger answers are not read to their end. */
const mostBytes = 1024 * 1024;
/** Longer than this no customer waits. */
const usualTimeoutMs = 5_000;
const usualBreaker: BreakerLimits = { failures: 5, openMs: 10_000 };

/** The connection failed: whether the other side did anything is not known. */
class NotReached extends Error {}

/**
 * Calls the billing system: signed, within a time, no redirects, a bounded answer of the agreed shape. A read that
 * reached nobody is tried once more; a write is not, as `services/changes.ts` does that under its requestId.
 */
export function createRecordsClient(options: RecordsClientOptions) {
  const { url, secret, log, timeoutMs = usualTimeoutMs, machineNow = () => new Date() } = options;
  const breaker = createBreaker(options.breaker ?? usualBreaker, machineNow);
  const base = new URL(url);

  async function reach(call: Call): Promise<unknown> {
    const { method, path } = call;
    const requestId = call.requestId === undefined ? '' : headerOf(call.requestId);
    const body = call.body === undefined ? '' : JSON.stringify(call.body);
    const fullPath = `${base.pathname.replace(/\/$/, '')}${path}`;
    const at = Math.floor(machineNow().getTime() / 1000);
    let response: Response;
    try {
      response = await fetch(`${base.origin}${fullPath}`, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          Accept: 'application/json',
          'Headgate-Signature': signatureOf(secret, { at, method, path: fullPath, requestId, body }),
          ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
          ...(requestId === '' ? {} : { 'Idempotency-Key': requestId }),
        },
        ...(body === '' ? {} : { body }),
      });
      return await jsonOf(response);
    } catch (cause) {
      if (cause instanceof UpstreamError) throw cause;
      throw new NotReached('The billing system was not reached', { cause });
    }
  }

  /** One call that counts for the breaker. */
  async function once<Shape>(call: Call, shape: z.ZodType<Shape>): Promise<Shape> {
    if (!breaker.admit()) throw unavailable('is down and was not asked');
    try {
      const read = shape.safeParse(await reach(call));
      if (!read.success)
        throw new UpstreamError('records.badAnswer', `A wrong answer: ${placesOf(read.error)}`);
      breaker.succeeded();
      return read.data;
    } catch (error) {
      breaker.failed();
      const { method, path } = call;
      const err = error instanceof NotReached ? error.cause : error;
      // The path carries ids of accounts and nothing else of anybody.
      log.warn({ err, method, path: path.split('?')[0] }, 'billing system failed');
      throw error;
    }
  }

  return {
    async read<Shape>(call: Call, shape: z.ZodType<Shape>): Promise<Shape> {
      try {
        return await once(call, shape).catch((error) => {
          if (error instanceof NotReached) return once(call, shape);
          throw error;
        });
      } catch (error) {
        throw error instanceof NotReached ? unavailable('did not answer', error.cause) : error;
      }
    },
    async write<Shape>(call: Call & { requestId: string }, shape: z.ZodType<Shape>): Promise<Shape> {
      try {
        return await once(call, shape);
      } catch (error) {
        throw error instanceof NotReached ? unavailable('did not answer', error.cause) : error;
      }
    },
  };
}

/** A requestId as a header can carry it: as it is, or where a client put something odd in, its hash. */
const headerOf = (requestId: string): string =>
  /^[\x21-\x7e]{1,200}$/.test(requestId) ? requestId : hash('sha256', requestId, 'base64url');

const unavailable = (what: string, cause?: unknown) =>
  new UpstreamError('records.unavailable', `The billing system ${what}`, { cause });

/** Where an answer is wrong, never what stands there. */
const placesOf = (error: z.ZodError): string =>
  [...new Set(error.issues.map(({ path }) => path.join('.') || 'the whole'))].slice(0, 5).join(', ');

async function jsonOf(response: Response): Promise<unknown> {
  if (response.status === 409)
    throw new UpstreamError('records.badAnswer', 'An Idempotency-Key was used for another change');
  if (response.status !== 200) {
    await response.body?.cancel();
    throw unavailable(`answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new UpstreamError('records.badAnswer', 'An answer was too large');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new UpstreamError('records.badAnswer', 'An answer was no JSON', { cause: (cause as Error).name });
  }
}
