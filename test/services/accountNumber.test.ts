import fc from 'fast-check';
import { asAccountNumber, checkDigit, isAccountNumber } from '../../services/accountNumber.ts';

const accountNumbers = fc
  .integer({ min: 0, max: 9_999_999 })
  .map((seven) => String(seven).padStart(7, '0'))
  .map((seven) => seven + checkDigit(seven));

describe('an account number', () => {
  it.each([
    ['10023414', '10023414'],
    ['my account is 10023414.', '10023414'],
    ['acct #1002-3414', '10023414'],
    ['1002 3414', '10023414'],
    ['10 02 34 14', '10023414'],
    ['1002–3414 please', '10023414'],
    ['10023414 94538', '10023414'],
    ['10023414, the zip is 94538', '10023414'],
    ['it is １００２３４１４', '10023414'],
    ['10023414 and again 10023414', '10023414'],
  ])('is found in "%s"', (text, number) => {
    expect(asAccountNumber(text)).toBe(number);
  });

  it.each([
    ['a slip of one digit', '10023415'],
    ['a card number', '4111 1111 1111 1111'],
    ['a phone number', '+1 510 555 0101'],
    ['a date', '2026-11-24'],
    ['two accounts, of which we would have to guess one', '10023414 or 10048726'],
    ['too few digits', '1002341'],
    ['no digits', 'I do not know it'],
    ['nothing', ''],
  ])('is not read out of %s', (_what, text) => {
    expect(asAccountNumber(text)).toBeNull();
  });

  it('shows any one mistyped digit at once', () => {
    fc.assert(
      fc.property(accountNumbers, fc.nat(7), fc.integer({ min: 1, max: 9 }), (number, place, shift) => {
        const wrong = (Number(number[place]) + shift) % 10;
        expect(isAccountNumber(number)).toBe(true);
        expect(isAccountNumber(number.slice(0, place) + wrong + number.slice(place + 1))).toBe(false);
      }),
    );
  });

  it('shows two neighbouring digits in the wrong order, but for 0 and 9', () => {
    fc.assert(
      fc.property(accountNumbers, fc.nat(6), (number, place) => {
        const [a, b] = [number[place] ?? '', number[place + 1] ?? ''];
        fc.pre(a !== b && a + b !== '09' && a + b !== '90');
        expect(isAccountNumber(number.slice(0, place) + b + a + number.slice(place + 2))).toBe(false);
      }),
    );
  });

  it('is read however the customer groups its digits', () => {
    fc.assert(
      fc.property(accountNumbers, fc.array(fc.nat(2), { minLength: 7, maxLength: 7 }), (number, gaps) => {
        const written = [...number].map((digit, place) => digit + ['', ' ', '-'][gaps[place] ?? 0]).join('');
        fc.pre(!/^(19|20)\d\d[- ]|[- ](19|20)\d\d\W*$/.test(written)); // these read as dates
        expect(asAccountNumber(`account ${written}`)).toBe(number);
      }),
    );
  });
});
