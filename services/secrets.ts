import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { ConfigurationError, InvariantError } from './errors.ts';

/** What the District's secret key is used for; each use has a key of its own, so none can stand in for another. */
export type Secrets = {
  /** AES-256-GCM. Only the same `context` (the row's key, the entry's id) opens it again. */
  seal(text: string, context: string): string;
  /** @throws InvariantError `secrets.cannotOpen` for what was changed, moved elsewhere or sealed under another key. */
  open(sealed: string, context: string): string;
  /** A keyed hash (HMAC-SHA-256, base64url): recognises a text without keeping it. */
  mac(text: string): string;
  /** So many decimal digits that only the key's holder can derive from the text: a one-time code. */
  digits(count: number, text: string): string;
  /** Whether two texts are equal, in a time that does not depend on where they differ. */
  equal(left: string, right: string): boolean;
  /** A key of 32 bytes for another use (tokens, pay links); the same purpose gives the same key. */
  keyFor(purpose: string): Buffer;
};

/** @param key the District's one secret; at least 32 bytes of it should be random. */
export function createSecrets(key: Buffer): Secrets {
  const keyFor = (purpose: string) => Buffer.from(hkdfSync('sha256', key, 'headgate', purpose, 32));
  const [sealing, hashing, deriving] = [keyFor('seal'), keyFor('mac'), keyFor('digits')];
  const hmac = (with_: Buffer, text: string) => createHmac('sha256', with_).update(text, 'utf8').digest();
  const comparing = randomBytes(32);

  return {
    seal(text, context) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', sealing, iv).setAAD(Buffer.from(context, 'utf8'));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, context) {
      try {
        const bytes = Buffer.from(sealed.slice(2), 'base64url');
        const opener = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, 12), { authTagLength: 16 });
        opener.setAAD(Buffer.from(context, 'utf8')).setAuthTag(bytes.subarray(12, 28));
        return opener.update(bytes.subarray(28), undefined, 'utf8') + opener.final('utf8');
      } catch (cause) {
        throw new InvariantError('secrets.cannotOpen', 'A sealed text does not open', { cause });
      }
    },
    mac: (text) => hmac(hashing, text).toString('base64url'),
    // 64 bits against at most 10^9: no digit is likelier than another by more than a part in 10^10.
    digits: (count, text) =>
      String(hmac(deriving, text).readBigUInt64BE() % 10n ** BigInt(count)).padStart(count, '0'),
    equal: (left, right) => timingSafeEqual(hmac(comparing, left), hmac(comparing, right)),
    keyFor: (purpose) => keyFor(`other:${purpose}`),
  };
}

/** Where the sandbox keeps a key of its own making: `SettingModel`, or a plain object in a test. */
export type KeptSettings = { once(name: string, value: string): Promise<string> };

/**
 * The key that SECRET_KEY gives. Unset in the sandbox: one made at the first start and kept in the store, the
 * same for all processes.
 * @throws ConfigurationError `secrets.noKey`, `secrets.weakKey`.
 */
export async function loadSecretKey(deps: {
  configured?: string | undefined;
  sandbox: boolean;
  store: KeptSettings;
}): Promise<Buffer> {
  if (deps.configured !== undefined) {
    if (deps.configured.length < 32)
      throw new ConfigurationError('secrets.weakKey', 'SECRET_KEY is too short');
    return Buffer.from(deps.configured, 'utf8');
  }
  if (!deps.sandbox) throw new ConfigurationError('secrets.noKey', 'SECRET_KEY is not set');
  return Buffer.from(await deps.store.once('secretKey', randomBytes(32).toString('base64')), 'base64');
}
