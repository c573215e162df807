import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

// 32 MiB and three passes: OWASP's choice where 128 MiB a sign-in would be too much for a small machine.
const cost = { N: 2 ** 15, r: 8, p: 3 };
const bytes = 32;

/** scrypt runs on the pool that also reads files; two at a time leave room for the rest. */
const parallel = 2;
const waiting: (() => void)[] = [];
let running = 0;

/** Hashes a password with a salt of its own; the parameters stand with it, so that they can rise later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether a password is the one that was hashed. Without a hash it does the same work and says no. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = (stored ?? nobody).split('$');
  const expected = Buffer.from(key, 'base64url');
  const options = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, 'base64url'), options);
  return timingSafeEqual(actual, expected) && stored !== null;
}

/** A hash that no password has. */
const nobody = [
  'scrypt',
  cost.N,
  cost.r,
  cost.p,
  randomBytes(16).toString('base64url'),
  randomBytes(bytes).toString('base64url'),
].join('$');

async function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  if (running >= parallel) await new Promise<void>((go) => waiting.push(go));
  else running++;
  try {
    return await new Promise((resolve, reject) =>
      // "é" typed on one keyboard and on another is the same password.
      scrypt(password.normalize('NFKC'), salt, bytes, { ...options, maxmem: 128 * 2 ** 20 }, (error, key) =>
        error ? reject(error) : resolve(key),
      ),
    );
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
