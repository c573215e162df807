import { createHash } from 'node:crypto';

/**
 * What a request asks for, as a hash that is kept beside its requestId: the same id with other arguments is an
 * error for a person. Absent and null arguments are the same.
 */
export const argsHash = (action: string, args: readonly unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify([action, ...args]))
    .digest('base64url');

// No I, L, O or U: nothing that is misheard or misread on the phone, and no words.
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A number to read aloud, such as `SO-7K2M94QX`: the same for the same seed, one in 10^12 otherwise. */
export function spokenNumber(prefix: string, seed: string): string {
  const bytes = createHash('sha256').update(seed).digest().subarray(0, 8);
  return `${prefix}-${[...bytes].map((byte) => letters[byte % letters.length]).join('')}`;
}
