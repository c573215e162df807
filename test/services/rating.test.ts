import fc from 'fast-check';
import { addDays } from '../../services/calendar.ts';
import { type MeterSize, meterSizes } from '../../services/policy/fields.ts';
import { loadPolicy } from '../../services/policy.ts';
import { rateBill } from '../../services/rating.ts';
import { loadSampleData } from '../../services/sampleData.ts';

const policy = await loadPolicy('district');
const { accounts } = await loadSampleData('district');

const bill = (meterSize: MeterSize, units: number, days = 60, insideDistrict = true) => {
  const period = { start: '2026-08-01', end: addDays('2026-08-01', days) };
  return rateBill({ meterSize, units, days, insideDistrict, period, policy });
};

describe('a bill', () => {
  it('is $130.15 for 16 units through a 5/8" meter', () => {
    const { lines, total } = bill('5/8', 16);
    expect(total).toBe(13015);
    expect(lines).toEqual([
      expect.objectContaining({ label: 'serviceCharge', quantity: 1, rate: '56.61', amount: 5661 }),
      expect.objectContaining({ label: 'waterUsed', quantity: 16, unit: 'CCF', rate: '4.596', amount: 7354 }),
    ]);
  });

  const billed = accounts.flatMap(({ bill: given, ...account }) => (given ? [{ ...account, given }] : []));
  it.each(billed)(
    'of sample account $accountNumber comes to the cent out of the rates',
    ({ meterSize, given }) => {
      expect(bill(meterSize, given.units, given.periodDays).total).toBe(given.amount);
    },
  );

  it('costs more outside the District', () => {
    expect(bill('5/8', 16, 60, false).total).toBe(5661 + 8456);
  });

  it('of a month without water is the service charge alone', () => {
    expect(bill('2', 0).total).toBe(25599);
  });

  it('names for each line who decided the rate and since when', () => {
    for (const { source, effectiveOn } of bill('1', 3).lines) {
      expect(source).toMatch(/Rate resolution/);
      expect(effectiveOn).toBe('2019-03-01');
    }
  });

  const anyBill = fc.record({
    meterSize: fc.constantFrom(...meterSizes),
    units: fc.integer({ min: 0, max: 5_000_000 }).map((thousandths) => thousandths / 1000),
    days: fc.integer({ min: 1, max: 400 }),
    inside: fc.boolean(),
  });

  it('always adds up, in whole cents, with no negative line', () => {
    fc.assert(
      fc.property(anyBill, ({ meterSize, units, days, inside }) => {
        const { lines, total } = bill(meterSize, units, days, inside);
        expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(total);
        expect(lines.every(({ amount }) => Number.isSafeInteger(amount) && amount >= 0)).toBe(true);
      }),
    );
  });

  it('never falls when more water is used', () => {
    fc.assert(
      fc.property(anyBill, fc.integer({ min: 0, max: 500 }), ({ meterSize, units, days, inside }, more) => {
        const [less, whole] = [
          bill(meterSize, Math.floor(units), days, inside),
          bill(meterSize, Math.floor(units) + more, days, inside),
        ];
        expect(whole.total).toBeGreaterThanOrEqual(less.total);
      }),
    );
  });

  it.each([
    ['negative water', -1, 60],
    ['no days', 5, 0],
    ['no number', Number.NaN, 60],
    ['more than any meter', 1e9, 60],
    ['finer than a meter reads', 1.23456, 60],
  ])('is refused for %s', (_what, units, days) => {
    expect(() => bill('5/8', units, days)).toThrow(expect.objectContaining({ code: 'rating.badInput' }));
  });
});
