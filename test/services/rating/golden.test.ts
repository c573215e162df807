import { billOf, excess, policyWith, stage, tiered, told, uniform } from './policies.ts';

const alder = policyWith({});
const ebmud = policyWith({ rates: [tiered()] });

describe('bills that utilities have published', () => {
  it('16 units at ACWD are $130.15', () => {
    expect(billOf(alder, 16, 60).total).toBe(13015);
  });

  it('63 days at $1.42 and 47 units at $0.92 are $132.70', () => {
    const daily = policyWith({
      rates: [uniform(0.92, { serviceCharge: { '5/8': 1.42 }, serviceChargePer: 'day' })],
    });
    const bill = billOf(daily, 47, 63);
    expect(told(bill)).toEqual([
      ['serviceCharge', 63, '1.42', 8946],
      ['waterUsed', 47, '0.92', 4324],
    ]);
    expect(bill.total).toBe(13270);
  });

  it('16 units in 61 days at EBMUD are $70.96 + $75.88 + $14.68 = $161.52', () => {
    const bill = billOf(ebmud, 16, 61);
    expect(bill.lines.map(({ amount }) => amount)).toEqual([7096, 7588, 1468]);
    expect(bill.total).toBe(16152);
    expect(bill.lines[1]).toMatchObject({
      label: 'waterTier',
      tier: 1,
      quantity: 14.026738,
      exact: '2623/187',
      rate: '5.41',
    });
  });
});

describe('tiers', () => {
  it('grow with the days of the period', () => {
    const [, first30] = billOf(ebmud, 100, 30).lines;
    const [, first60] = billOf(ebmud, 100, 60).lines;
    expect(first60?.quantity).toBeCloseTo(2 * (first30?.quantity ?? 0), 5);
    expect(billOf(ebmud, 100, 60).lines.map(({ tier }) => tier)).toEqual([undefined, 1, 2, 3]);
  });

  it('are for homes; others pay one price', () => {
    expect(told(billOf(ebmud, 40, 60, { kind: 'commercial' }))[1]).toEqual(['waterUsed', 40, '7.62', 30480]);
    const both = policyWith({ rates: [tiered({ tieredKinds: ['residential', 'landlord'] })] });
    expect(billOf(both, 40, 60, { kind: 'landlord' }).lines[1]?.label).toBe('waterTier');
  });

  it('cost so many times as much outside of the District', () => {
    const outside = policyWith({ rates: [tiered({ outsideTimes: 1.2 })] });
    expect(billOf(outside, 5, 60, { insideDistrict: false }).lines[1]).toMatchObject({
      rate: '6.492',
      amount: 3246,
    });
    expect(billOf(outside, 5, 60).lines[1]).toMatchObject({ rate: '5.41', amount: 2705 });
  });

  it('of a period without water show the first alone', () => {
    expect(told(billOf(ebmud, 0, 60))).toEqual([
      ['serviceCharge', 1, '70.96', 7096],
      ['waterTier', 0, '5.41', 0],
    ]);
  });
});

describe('an opening or a closing bill', () => {
  it('has the service charge for its days only', () => {
    const bill = billOf(alder, 4, 23, { prorated: true });
    expect(bill.lines[0]).toMatchObject({ quantity: 0.383333, exact: '23/60', amount: 2170 });
    expect(bill.total).toBe(2170 + 1838);
  });

  it('is not prorated twice where the charge is by the day', () => {
    const daily = policyWith({ rates: [uniform(1, { serviceChargePer: 'day' })] });
    expect(billOf(daily, 0, 23, { prorated: true }).total).toBe(billOf(daily, 0, 23).total);
  });
});

describe('a bill across a rate change', () => {
  const dearer = policyWith({
    rates: [uniform(5, { effectiveOn: '2026-09-01', serviceCharge: { '5/8': 60 } }), uniform(4.596)],
  });

  it('splits days and units in proportion, with the source and the day of each rate', () => {
    const bill = billOf(dearer, 16, 60); // August 1 to September 30: 31 days and 29
    expect(bill.lines).toMatchObject([
      {
        label: 'serviceCharge',
        exact: '31/60',
        rate: '56.61',
        amount: 2925,
        effectiveOn: '2019-03-01',
        partDays: 31,
      },
      {
        label: 'serviceCharge',
        exact: '29/60',
        rate: '60',
        amount: 2900,
        effectiveOn: '2026-09-01',
        partDays: 29,
      },
      { label: 'waterUsed', exact: '124/15', rate: '4.596', amount: 3799, source: 'Resolution on 4.596' },
      { label: 'waterUsed', exact: '116/15', rate: '5', amount: 3867, source: 'Resolution on 5' },
    ]);
    expect(bill.total).toBe(2925 + 2900 + 3799 + 3867);
  });

  it('is at the old rate alone where the new one begins on the day of its last reading', () => {
    expect(billOf(dearer, 10, 31).lines.map(({ rate }) => rate)).toEqual(['56.61', '4.596']);
    expect(billOf(dearer, 10, 32).lines).toHaveLength(4);
    expect(billOf(dearer, 10, 30, { start: '2026-09-01' }).lines.map(({ rate }) => rate)).toEqual([
      '60',
      '5',
    ]);
  });

  it('is refused where no rate was in force on its first days', () => {
    expect(() => billOf(dearer, 10, 60, { start: '2019-02-01' })).toThrow(
      expect.objectContaining({ code: 'policy.noRate' }),
    );
  });
});

describe('a drought', () => {
  it('adds its percentage to the water, for the days of the stage', () => {
    const whole = policyWith({ drought: [stage('2026-01-01')] });
    expect(billOf(whole, 16, 60).lines[2]).toMatchObject({
      label: 'droughtSurcharge',
      quantity: 73.536,
      rate: '0.08',
      amount: 588,
    });
    const half = policyWith({ drought: [stage('2026-08-31')] });
    expect(billOf(half, 16, 60).lines[2]).toMatchObject({ quantity: 36.768, amount: 294, partDays: 30 });
  });

  it('warns of excess use the first time and charges it the next', () => {
    const dry = policyWith({ drought: [stage('2026-01-01', { surchargePct: 0, excess: excess() })] });
    const first = billOf(dry, 140, 60); // 132 are allowed in 60 days
    expect(first.warnings).toEqual([
      { kind: 'excessUse', units: 8, source: 'Stage decided 2026-01-01', effectiveOn: '2026-01-01' },
    ]);
    expect(first.total).toBe(billOf(alder, 140, 60).total);
    const second = billOf(dry, 140, 60, { warnedBefore: true });
    expect(second.warnings).toEqual([]);
    expect(told(second)[2]).toEqual(['excessUse', 8, '2', 1600]);
    expect(billOf(dry, 132, 60).warnings).toEqual([]);
    // By an estimate nobody is warned, and nobody pays.
    for (const warnedBefore of [false, true]) {
      const guessed = billOf(dry, 140, 60, { warnedBefore, estimated: true });
      expect(guessed).toEqual(billOf({ ...dry, drought: alder.drought }, 140, 60));
    }
  });
});

describe('the assistance credit', () => {
  it('is a line of the bill', () => {
    const bill = billOf(alder, 16, 60, { assisted: true });
    expect(told(bill)[2]).toEqual(['assistance', 1, '-35', -3500]);
    expect(bill.total).toBe(13015 - 3500);
  });

  it('never makes a bill that is below zero', () => {
    const small = policyWith({ rates: [uniform(1, { serviceCharge: { '5/8': 10 } })] });
    const bill = billOf(small, 3, 60, { assisted: true });
    expect(told(bill)[2]).toEqual(['assistance', 1, '-13', -1300]);
    expect(bill.total).toBe(0);
  });

  it('of an opening bill is for its days', () => {
    expect(billOf(alder, 0, 30, { assisted: true, prorated: true }).lines.at(-1)?.amount).toBe(-1750);
  });
});

describe('a bill that sets estimates right', () => {
  const period = { start: '2026-06-02', end: '2026-08-01' };
  it('charges or gives back the difference in the estimate’s own tiers', () => {
    const bill = billOf(ebmud, 10, 60, { corrections: [{ period, billed: 20, actual: 12 }] });
    // 13.797 units are the first tier's: 12 of them were used, the estimate had all of them and 6.203 of the second.
    expect(bill.lines.slice(2)).toMatchObject([
      { label: 'estimateTrueUp', tier: 1, rate: '5.41', quantity: -1.796791, amount: -972 },
      { label: 'estimateTrueUp', tier: 2, rate: '7.44', quantity: -6.203209, amount: -4615 },
    ]);
    expect(billOf(ebmud, 10, 60, { corrections: [{ period, billed: 12, actual: 12 }] }).lines).toHaveLength(
      2,
    );
  });

  it('gives back the drought surcharge on it too', () => {
    const dry = policyWith({ drought: [stage('2026-01-01')] });
    const bill = billOf(dry, 10, 60, { corrections: [{ period, billed: 20, actual: 10 }] });
    expect(told(bill).slice(3)).toEqual([
      ['estimateTrueUp', -10, '4.596', -4596],
      ['droughtTrueUp', -45.96, '0.08', -368],
    ]);
  });
});

describe('a meter that was changed for another size', () => {
  it('has a service charge for each one’s days', () => {
    const meters = [
      { size: '5/8' as const, start: '2026-08-01', end: '2026-08-21' },
      { size: '1' as const, start: '2026-08-21', end: '2026-09-30' },
    ];
    expect(told(billOf(alder, 0, 60, { meters })).slice(0, 2)).toEqual([
      ['serviceCharge', 0.333333, '56.61', 1887],
      ['serviceCharge', 0.666667, '87.29', 5819],
    ]);
  });
});
