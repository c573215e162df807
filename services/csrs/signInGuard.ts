import { createHash } from 'node:crypto';
import { countTry, SignInTriesModel } from '../../models/signInTries.ts';

const windowMs = 15 * 60_000;
/** One e-mail from one address; one address; one e-mail from anywhere, so high that a stranger locks nobody out. */
const most = { pair: 5, ip: 100, email: 200 };

/**
 * Holds sign-in after repeated failures. Each try counts before it is judged, for an e-mail that nobody has just the
 * same; a success forgets those for the e-mail, never those from the address.
 */
export function createSignInGuard(now: () => Date) {
  const within = async (key: string, limit: number) => (await countTry(key, now(), windowMs)) <= limit;

  // In this order, and each only where the one before lets it through: a flood from one place holds neither
  // everybody's e-mail nor one e-mail from everywhere.
  const mayTry = async (email: string, ip: string): Promise<boolean> =>
    (await within(keyOf('ip', ip), most.ip)) &&
    (await within(keyOf('pair', ip, email), most.pair)) &&
    (await within(keyOf('email', email), most.email));

  async function forget(email: string, ip: string): Promise<void> {
    const keys = [keyOf('pair', ip, email), keyOf('email', email)];
    await SignInTriesModel.deleteMany({ _id: { $in: keys } });
  }

  return { mayTry, forget };
}

const keyOf = (kind: keyof typeof most, ...what: string[]): string =>
  createHash('sha256')
    .update([kind, ...what.map((part) => part.trim().toLowerCase())].join('\0'))
    .digest('base64url');
