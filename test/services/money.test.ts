import fc from 'fast-check';
import { formatMoney, toCents } from '../../services/money.ts';

describe('money', () => {
  it('rounds half a cent up, and a credit as the charge it takes back', () => {
    expect(toCents('0.005')).toBe(1);
    expect(toCents('0.0049')).toBe(0);
    expect(toCents('-0.005')).toBe(-1);
    expect(toCents(16, 4.596)).toBe(7354);
  });

  it('is not misled by binary fractions', () => {
    expect(toCents(1.005)).toBe(101); // 1.005 * 100 is 100.49999999999999
    expect(toCents(3, 0.115)).toBe(35); // 3 * 0.115 is 0.34500000000000003; 1.15 * 30 falls short
    expect(toCents('8.345', 1)).toBe(835);
  });

  it('agrees with whole-number arithmetic for every quantity and rate to a thousandth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (quantity, rate) => {
          const exact = BigInt(quantity) * BigInt(rate); // millionths of a dollar
          const halfUp = (exact * 2n + 10_000n) / 20_000n;
          expect(toCents(thousandths(quantity), thousandths(rate))).toBe(Number(halfUp));
        },
      ),
    );
  });

  it('reads to a customer as on the bill', () => {
    expect(formatMoney(13015, 'en')).toBe('$130.15');
    expect(formatMoney(135903, 'es')).toBe('$1,359.03');
    expect(formatMoney(-4120, 'en')).toBe('-$41.20');
    expect(formatMoney(9338, 'vi')).toBe('$93.38');
    expect(formatMoney(0)).toBe('$0.00');
  });
});

const thousandths = (count: number) => `${Math.floor(count / 1000)}.${String(count % 1000).padStart(3, '0')}`;
