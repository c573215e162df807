import fc from 'fast-check';
import { hashPin, isPin, noPin } from '../../services/pins.ts';
import { createSecrets, loadSecretKey } from '../../services/secrets.ts';

const secrets = createSecrets(Buffer.alloc(32, 7));
const unusable = expect.objectContaining({ code: 'secrets.cannotOpen' });

describe('a sealed text', () => {
  it('opens again in its place, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, context) => {
        const whole = Buffer.from(text, 'utf8').toString('utf8'); // half a surrogate pair is no text
        expect(secrets.open(secrets.seal(whole, context), context)).toBe(whole);
      }),
    );
  });

  it('does not open elsewhere, changed, cut short, or with another key', () => {
    const sealed = secrets.seal('482913', 'row 1');
    expect(sealed).not.toContain('482913');
    expect(() => secrets.open(sealed, 'row 2')).toThrow(unusable);
    expect(() => secrets.open(`${sealed.slice(0, -3)}AAA`, 'row 1')).toThrow(unusable);
    expect(() => secrets.open(sealed.slice(0, 20), 'row 1')).toThrow(unusable);
    expect(() => secrets.open('', 'row 1')).toThrow(unusable);
    expect(() => createSecrets(Buffer.alloc(32, 8)).open(sealed, 'row 1')).toThrow(unusable);
  });

  it('never looks the same twice', () => {
    expect(secrets.seal('482913', 'row 1')).not.toBe(secrets.seal('482913', 'row 1'));
  });
});

describe('what is derived from the key', () => {
  it('is the same every time, and another for each use and each key', () => {
    expect(secrets.mac('a')).toBe(secrets.mac('a'));
    expect(secrets.mac('a')).not.toBe(createSecrets(Buffer.alloc(32, 8)).mac('a'));
    expect(secrets.keyFor('pay links')).toEqual(secrets.keyFor('pay links'));
    expect(secrets.keyFor('pay links')).not.toEqual(secrets.keyFor('tokens'));
  });

  it('gives codes of six digits, spread evenly', () => {
    const codes = Array.from({ length: 5000 }, (_, place) => secrets.digits(6, `request ${place}`));
    expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true);
    expect(new Set(codes).size).toBeGreaterThan(4960);
    const leading = [...'0123456789'].map((digit) => codes.filter((code) => code.startsWith(digit)).length);
    expect(Math.min(...leading)).toBeGreaterThan(400);
  });
});

describe('the secret key', () => {
  const store = () => {
    const kept = new Map<string, string>();
    return {
      async once(name: string, value: string) {
        kept.set(name, kept.get(name) ?? value);
        return kept.get(name) ?? value;
      },
    };
  };

  it('is made once in the sandbox and kept, the same for a second process', async () => {
    const shared = store();
    const first = await loadSecretKey({ sandbox: true, store: shared });
    expect(first).toHaveLength(32);
    expect(await loadSecretKey({ sandbox: true, store: shared })).toEqual(first);
  });

  it('has to be set outside the sandbox, and long enough', async () => {
    await expect(loadSecretKey({ sandbox: false, store: store() })).rejects.toThrow(
      expect.objectContaining({ code: 'secrets.noKey' }),
    );
    await expect(loadSecretKey({ configured: 'short', sandbox: true, store: store() })).rejects.toThrow(
      expect.objectContaining({ code: 'secrets.weakKey' }),
    );
    const configured = 'k'.repeat(40);
    expect(await loadSecretKey({ configured, sandbox: false, store: store() })).toEqual(
      Buffer.from(configured),
    );
  });
});

describe('a PIN', () => {
  it('is recognised by its hash and by nothing else', async () => {
    const kept = await hashPin('4821');
    expect(JSON.stringify(kept)).not.toContain('4821');
    expect(await isPin('4821', kept)).toBe(true);
    expect(await isPin('4822', kept)).toBe(false);
    expect(await isPin('4821', noPin())).toBe(false);
    expect((await hashPin('4821')).hash).not.toBe(kept.hash);
  });
});
