import fc from 'fast-check';
import { hush, mask, maskSensitive } from '../../language/sensitive.ts';

const luhnDigit = (digits: number[]): number => {
  const sum = [...digits]
    .reverse()
    .map((digit, index) => (index % 2 === 0 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit))
    .reduce((total, digit) => total + digit, 0);
  return (10 - (sum % 10)) % 10;
};
/** A card number of 13 to 19 digits, spaced as people space them. */
const card = fc
  .tuple(
    fc.constantFrom(4, 51, 55, 2221, 2720, 34, 37, 36, 35, 60, 62),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 14 }),
    fc.constantFrom('', ' ', '-'),
  )
  .map(([first, rest, between]) => {
    const digits = [...[...String(first)].map(Number), ...rest];
    return [...digits, luhnDigit(digits)].join('').replace(/(.{4})(?=.)/g, `$1${between}`);
  });

describe('what must not be kept', () => {
  it('never keeps a card number, however it is spaced and whatever stands round it', () => {
    fc.assert(
      fc.property(
        card,
        fc.constantFrom('', 'my card ', 'tarjeta: '),
        fc.constantFrom('', ' exp 12/27', '.'),
        (number, before, after) => {
          const { text, found } = maskSensitive(before + number + after);
          expect(found).toBe(true);
          expect(text).toContain(mask);
          expect(text.replace(/\D/g, '')).not.toContain(number.replace(/\D/g, ''));
        },
      ),
    );
  });

  it.each([
    ['my ssn is 123-45-6789', '123-45-6789'],
    ['social security number 123456789', '123456789'],
    ['mi seguro social es 123 45 6789', '123 45 6789'],
    ['my password is hunter2!', 'hunter2!'],
    ['contraseña: agua2020', 'agua2020'],
  ])('never keeps the secret in "%s"', (text, secret) => {
    expect(maskSensitive(text).text).not.toContain(secret);
  });

  it.each([
    'my account is 10023414',
    'call me at (510) 555-0101',
    'call +1 510 555 0101 after 5',
    'confirmation SO-MCTX5QX6',
    'I paid $130.15 on 11/12/2026',
    'my meter reads 004321987',
    'I forgot my password, is not working',
    '12 Alder Creek Rd, 94538-1234',
    'case 20261123-000451',
  ])('leaves "%s" as it is', (text) => {
    expect(maskSensitive(text)).toEqual({ text, found: false });
  });

  it('reads 100 kB of digits or dashes without delay', () => {
    for (const text of [
      '4'.repeat(100_000),
      '4-'.repeat(50_000),
      'password '.repeat(11_000),
      ' '.repeat(100_000),
    ]) {
      const began = performance.now();
      maskSensitive(text);
      hush(text);
      expect(performance.now() - began).toBeLessThan(2_000);
    }
  });
});

describe('an answer to a secret question', () => {
  it.each([
    '4821',
    '482 193',
    'my code is 482193 thanks',
    '4 8 2 1',
    'four eight two one',
    'cuatro ocho dos uno',
  ])('stands without its digits: "%s"', (text) => {
    expect(hush(text)).toContain(mask);
    expect(hush(text)).not.toMatch(/\d{2}|eight|ocho/);
  });

  it('stays as it is where it is no answer', () => {
    expect(hush('I want to talk to a person')).toBe('I want to talk to a person');
  });
});
