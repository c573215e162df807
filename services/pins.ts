import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** A PIN as it is kept: only scrypt over it and the salt gives the hash. */
export type PinHash = { salt: string; hash: string };

// 16 MiB and some 40 ms a guess, off the event loop: four digits cannot hide for long from who holds the
// store, but the tries at the desk are limited to three.
const cost = { N: 2 ** 14, r: 8, p: 1 };
const hashBytes = 32;

export async function hashPin(pin: string): Promise<PinHash> {
  const salt = randomBytes(16).toString('base64');
  return { salt, hash: (await derive(pin, salt)).toString('base64') };
}

/** Whether the PIN is the one behind the hash, in the same time for any PIN and any hash. */
export async function isPin(pin: string, { salt, hash }: PinHash): Promise<boolean> {
  const derived = await derive(pin, salt);
  const kept = Buffer.from(hash, 'base64');
  return kept.length === derived.length && timingSafeEqual(derived, kept);
}

/** A hash that no PIN has: an account without one costs a look as much as an account with one. */
export const noPin = (): PinHash => ({
  salt: randomBytes(16).toString('base64'),
  hash: randomBytes(hashBytes).toString('base64'),
});

function derive(pin: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, Buffer.from(salt, 'base64'), hashBytes, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
