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
  // A short film of a leak fits. The page says the same before it sends (site/pages/files.js).
  fileBytes: 25 * 1024 * 1024,
  files: 5,
  uploadBytes: 30 * 1024 * 1024,
  // Uploads lie in memory until they are kept, for an instant twice: so many bytes of them at once, and no more.
  uploadsAtOnceBytes: 128 * 1024 * 1024,
  uploadsAtOnceFromIpBytes: 64 * 1024 * 1024,
};
export type Limits = typeof webchatLimits;
export type Limited = {
  [Name in keyof Limits]: Limits[Name] extends Limit ? Name : never;
}[keyof Limits];

export type Limiter = ReturnType<typeof createLimiter>;

const mostKeys = 50_000;

const tooMany = (seconds: number) =>
  new HttpError(429, 'TooManyRequests', 'Too many requests. Please wait a moment.', {
    'Retry-After': String(seconds),
  });

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
      throw tooMany(seconds);
    }
    bucket.left -= 1;
  }

  return { take };
}

export type UploadRoom = ReturnType<typeof createUploadRoom>;

/** Counts the bytes of uploads that lie in memory, of one address and of all, and refuses what would be too much. */
export function createUploadRoom({ uploadsAtOnceBytes, uploadsAtOnceFromIpBytes }: Limits) {
  const from = new Map<string, number>();
  let all = 0;

  /** Room for one upload: `take` counts bytes as they come in, `free` gives them all back. */
  function enter(address: string) {
    let own = 0;
    return {
      take(bytes: number): void {
        const theirs = (from.get(address) ?? 0) + bytes;
        if (all + bytes > uploadsAtOnceBytes || theirs > uploadsAtOnceFromIpBytes) throw tooMany(10);
        own += bytes;
        all += bytes;
        from.set(address, theirs);
      },
      free(): void {
        const left = (from.get(address) ?? 0) - own;
        if (left > 0) from.set(address, left);
        else from.delete(address);
        all -= own;
        own = 0;
      },
    };
  }

  return { enter };
}
