import fc from 'fast-check';
import { addDays } from '../../../services/calendar.ts';
import { exact, inDigits, rounded, share } from '../../../services/rating/exact.ts';
import type { Consumption, RatingPolicy } from '../../../services/rating.ts';
import { billOf, excess, policyWith, stage, tiered, uniform } from './policies.ts';

const start = '2026-08-01';
const old = '2020-01-01';
const anyRate = fc.constantFrom<RatingPolicy['rates'][]>(
  [uniform(4.596)],
  [uniform(0.92, { serviceChargePer: 'day', serviceCharge: { '5/8': 1.42 } })],
  [tiered()],
  [tiered(), tiered({ effectiveOn: '2026-08-20', otherPerUnit: 8.01, outsideTimes: 1.25 })],
  [uniform(4.596), uniform(5.003, { effectiveOn: '2026-09-09' })],
);
const anyDrought = fc.constantFrom<RatingPolicy['drought'][]>(
  [],
  [stage(old)],
  [stage(old, { surchargePct: 0 }), stage('2026-09-01', { surchargePct: 12.5, excess: excess(false) })],
  [stage(old, { excess: excess() })],
);
const anyPolicy = fc.record({ rates: anyRate, drought: anyDrought }).map(policyWith);
const anyUnits = fc.integer({ min: 0, max: 400_000 }).map((thousandths) => thousandths / 1000);
const anyDays = fc.integer({ min: 1, max: 75 });
const anyCustomer: fc.Arbitrary<Partial<Consumption>> = fc.record({
  kind: fc.constantFrom('residential', 'landlord', 'commercial'),
  insideDistrict: fc.boolean(),
  prorated: fc.boolean(),
  assisted: fc.boolean(),
  warnedBefore: fc.boolean(),
});
const sumOf = (lines: { amount: number }[]) => lines.reduce((sum, { amount }) => sum + amount, 0);

describe('every bill', () => {
  it('adds up, in whole cents, each line rounded from its own quantity and rate', () => {
    fc.assert(
      fc.property(anyPolicy, anyUnits, anyDays, anyCustomer, (policy, units, days, customer) => {
        const { lines, total } = billOf(policy, units, days, customer);
        expect(sumOf(lines)).toBe(total);
        expect(total).toBeGreaterThanOrEqual(0);
        for (const line of lines) {
          expect(Number.isSafeInteger(line.amount)).toBe(true);
          const [top = '0', over = '1'] = (line.exact ?? String(line.quantity)).split('/');
          const cents = (Number(top) / Number(over)) * Number(line.rate) * 100;
          expect(Math.abs(cents - line.amount)).toBeLessThan(0.5 + 1e-6);
        }
      }),
    );
  });

  it('never falls when more water is used', () => {
    const more = fc.integer({ min: 0, max: 100_000 }).map((thousandths) => thousandths / 1000);
    fc.assert(
      fc.property(anyPolicy, anyUnits, more, anyDays, anyCustomer, (policy, units, extra, days, customer) => {
        const dearer = billOf(policy, Math.round((units + extra) * 1000) / 1000, days, customer);
        expect(dearer.total).toBeGreaterThanOrEqual(billOf(policy, units, days, customer).total);
      }),
    );
  });

  it('has the water of its tiers, neither more nor less', () => {
    fc.assert(
      fc.property(anyUnits, anyDays, (units, days) => {
        const used = billOf(policyWith({ rates: [tiered()] }), units, days).lines.slice(1);
        expect(used.reduce((sum, { quantity }) => sum + quantity, 0)).toBeCloseTo(units, 5);
      }),
    );
  });

  // Each line is at most half a cent from its exact amount, and the exact amounts of both ways are the same.
  it('changes by no more than half a cent a line when its period is split, water in proportion to days', () => {
    const splits = fc.record({
      days: fc.integer({ min: 2, max: 60 }),
      at: fc.nat(),
      each: fc.integer({ min: 0, max: 9000 }),
    });
    fc.assert(
      fc.property(anyPolicy, splits, anyCustomer, (policy, { days, at, each }, customer) => {
        const first = 1 + (at % (days - 1));
        const steady = policyOfOneRate(policy);
        const split = { ...customer, prorated: true, assisted: false, warnedBefore: true };
        const units = (of: number) => (each * of) / 1000;
        const whole = billOf(steady, units(days), days, split);
        const parts = [
          billOf(steady, units(first), first, split),
          billOf(steady, units(days - first), days - first, { ...split, start: addDays(start, first) }),
        ];
        const lines = parts.flatMap((part) => part.lines);
        expect(Math.abs(sumOf(lines) - whole.total)).toBeLessThanOrEqual(
          0.5 * (lines.length + whole.lines.length),
        );
      }),
    );
  });

  it('changes by no more than half a cent a line when a rate begins anew at the same figures', () => {
    fc.assert(
      fc.property(
        anyUnits,
        fc.integer({ min: 2, max: 75 }),
        fc.nat(),
        anyCustomer,
        (units, days, at, customer) => {
          for (const rate of [uniform(4.596), tiered()]) {
            const again = { ...rate, effectiveOn: addDays(start, 1 + (at % (days - 1))) };
            const plain = { ...customer, assisted: false };
            const whole = billOf(policyWith({ rates: [rate] }), units, days, plain);
            const halves = billOf(policyWith({ rates: [rate, again] }), units, days, plain);
            expect(Math.abs(halves.total - whole.total)).toBeLessThanOrEqual(
              0.5 * (halves.lines.length + whole.lines.length),
            );
          }
        },
      ),
    );
  });
});

/** Where figures change within a period, its parts are no proportion of each other: the last of each holds. */
const policyOfOneRate = (policy: RatingPolicy): RatingPolicy => ({
  ...policy,
  rates: policy.rates.slice(0, 1),
  drought: policy.drought.slice(0, 1),
});

describe('exact numbers', () => {
  it.each([
    [exact('4.596'), '4.596'],
    [exact(-0.05), '-0.05'],
    [share(23, 60), '23/60'],
    [share(30, 60), '0.5'],
    [exact(16), '16'],
  ])('are written out in full', (value, text) => {
    expect(inDigits(value)).toBe(text);
  });

  it('are rounded half up, away from zero', () => {
    expect([rounded(exact('0.5'), 0), rounded(exact('-0.5'), 0), rounded(share(1, 3), 3)]).toEqual([
      1, -1, 0.333,
    ]);
  });
});
