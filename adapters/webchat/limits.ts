import type { IncomingMessage } from 'node:http';
import { HttpError } from '../http.ts';

/** So many at once, and so many more each second. */
type Limit = { burst: number; perSecond: number };

/**
 * All that the web chat allows, in one place. Direct Line clients do not retry after 429, so these are far
 * above what people do (an office behind one address included) and only stop abuse.
 */
export const webchatLimits = {
  mint: { burst: 600, perSecond: 20 } as Limit, // tokens, per IP
  start: { burst: 600, perSecond: 20 } as Limit, // conversations and reconnects, per IP
  refused: { burst: 300, perSecond: 5 } as Limit, // bad credentials, per IP
  postFromIp: { burst: 3_000, perSecond: 500 } as Limit,
  post: { burst: 200, perSecond: 20 } as Limit, // per conversation
  upload: { burst: 20, perSecond: 0.2 } as Limit, // per conversation
  uploadFromIp: { burst: 200, perSecond: 2 } as Limit,
  poll: { burst: 300, perSecond: 20 } as Limit, // per conversation
  socketsPerConversation: 20,
  socketBufferBytes: 8 * 1024 * 1024, // a page of the longest messages fits
  socketRoomBytes: 256 * 1024, // a replay goes on below this
  pingMs: 25_000,
  missedPings: 2,
  activityBytes: 256 * 1024,
  activityDepth: 16,
  fileBytes: 8 * 1024 * 1024,
  files: 5,
  uploadBytes: 16 * 1024 * 1024,
};
export type Limits = typeof webchatLimits;
export type Limited = {
  [Name in keyof Limits]: Limits[Name] extends Limit ? Name : never;
}[keyof Limits];

export type Limiter = ReturnType<typeof createLimiter>;

const mostKeys = 50_000;

/** Token buckets in memory, one per limit and key; full ones are forgotten when there are too many. */
export function createLimiter(limits: Limits, machineNow: () => Date) {
  const buckets = new Map<string, { left: number; at: number; limit: Limit }>();

  const refill = (bucket: { left: number; at: number; limit: Limit }, now: number): void => {
    const { burst, perSecond } = bucket.limit;
    bucket.left = Math.min(burst, bucket.left + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
  };

  function makeRoom(now: number): void {
    for (const [id, bucket] of buckets) {
      refill(bucket, now);
      if (bucket.left >= bucket.limit.burst) buckets.delete(id);
    }
    // A flood from very many addresses: the oldest go, so that memory stays bounded.
    for (const id of buckets.keys()) {
      if (buckets.size <= mostKeys / 2) break;
      buckets.delete(id);
    }
  }

  /** Takes one from the bucket, or refuses with 429 and when to come again. */
  function take(name: Limited, key: string): void {
    const now = machineNow().getTime();
    const id = `${name} ${key}`;
    if (!buckets.has(id) && buckets.size >= mostKeys) makeRoom(now);
    const bucket = buckets.get(id) ?? { left: limits[name].burst, at: now, limit: limits[name] };
    buckets.set(id, bucket);
    refill(bucket, now);
    if (bucket.left < 1) {
      const seconds = Math.ceil((1 - bucket.left) / limits[name].perSecond);
      throw new HttpError(429, 'TooManyRequests', 'Too many requests. Please wait a moment.', {
        'Retry-After': String(seconds),
      });
    }
    bucket.left -= 1;
  }

  return { take };
}

/** The address a limit counts by; a whole IPv6 /64 is one customer's. */
export function addressOf(request: IncomingMessage): string {
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
}
