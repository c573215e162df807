import { createHash } from 'node:crypto';
import { countTry, SignInTriesModel } from '../../models/signInTries.ts';

const windowMs = 15 * 60_000;
const most = { email: 5, ip: 100 };

/**
 * Holds sign-in after repeated failures, per e-mail (known or not: the same) and per address. Each try counts
 * before it is judged; a success forgets those for the e-mail, never those from the address.
 */
export function createSignInGuard(now: () => Date) {
  async function mayTry(email: string, ip: string): Promise<boolean> {
    // The address first: a flood from one place must not hold everybody's e-mail as well.
    if ((await countTry(keyOf('ip', ip), now(), windowMs)) > most.ip) return false;
    return (await countTry(keyOf('email', email), now(), windowMs)) <= most.email;
  }
  async function forget(email: string): Promise<void> {
    await SignInTriesModel.deleteOne({ _id: keyOf('email', email) });
  }
  return { mayTry, forget };
}

const keyOf = (kind: 'email' | 'ip', what: string): string =>
  createHash('sha256').update(`${kind}\0${what.trim().toLowerCase()}`).digest('base64url');
