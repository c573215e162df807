import { z } from 'zod';
import { block, count, dollars, meterSize, percent, time } from './fields.ts';

export const accountKinds = ['residential', 'landlord', 'commercial'] as const;
export type AccountKind = (typeof accountKinds)[number];

const common = {
  /** Dollars for each meter size in inches: a billing period's, or one day's where `serviceChargePer` is `day`. */
  serviceCharge: z
    .partialRecord(meterSize, dollars)
    .refine((charges) => Object.keys(charges).length > 0, { error: 'must have at least one meter size' }),
  serviceChargePer: z.enum(['period', 'day']).default('period'),
};

/** One price for every unit of water. */
const uniformRate = block({
  ...common,
  kind: z.literal('uniform'),
  /** Dollars a unit of water, inside the District and outside of it. */
  perUnit: z.strictObject({ inside: dollars, outside: dollars }),
});

const tier = z.strictObject({ upToGallonsPerDay: z.number().positive().optional(), perUnit: dollars });

/** Homes pay more for a unit the more gallons a day they use; the tiers grow with the days of the period. */
const tieredRate = block({
  ...common,
  kind: z.literal('tiered'),
  tiers: z.array(tier).min(1).refine(areAscending, {
    error:
      'must rise: each tier ends at more gallons a day than the one before, and only the last has no upToGallonsPerDay',
  }),
  /** Which accounts pay by tiers. */
  tieredKinds: z.array(z.enum(accountKinds)).min(1).default(['residential']),
  /** Dollars a unit for everybody else. */
  otherPerUnit: dollars,
  /** What water outside of the District costs times as much. */
  outsideTimes: z.number().min(1).default(1),
});

function areAscending(tiers: z.infer<typeof tier>[]): boolean {
  const ends = tiers.map(({ upToGallonsPerDay }) => upToGallonsPerDay ?? Number.POSITIVE_INFINITY);
  return (
    ends.at(-1) === Number.POSITIVE_INFINITY && ends.every((end, at) => at === 0 || end > (ends[at - 1] ?? 0))
  );
}

/** Another way to charge is another `kind` here and another function in services/rating/. */
export const rate = z.discriminatedUnion('kind', [uniformRate, tieredRate], {
  error: ({ code }) => (code === 'invalid_union' ? 'must be uniform or tiered' : undefined),
});
export type Rate = z.infer<typeof rate>;

/** A drought stage from a day on; stage 0 ends the drought. */
const droughtStage = block({
  stage: z.int().min(0).max(6),
  /** On top of the charge for water used. */
  surchargePct: percent,
  /** Units a month above which each costs more; absent where the stage has no limit. */
  excess: z
    .strictObject({
      aboveUnitsPerMonth: count,
      perUnit: dollars,
      /** The first time, the customer is warned and not charged. */
      firstIsWarning: z.boolean(),
      /** How many days the month of the limit has: a period's limit grows with its days. */
      monthDays: count.default(30),
    })
    .optional(),
});

export const ratesPolicy = {
  units: block({ unit: z.string().min(1), gallonsPerUnit: z.number().positive(), cycleDays: count }),
  rates: z.array(rate).min(1),
  drought: z.array(droughtStage).default([]),
  billing: block({
    dueDays: count,
    autopayDaysAfterBill: count,
    /** A use so many times last year's, and so many units above it, is explained without being asked for. */
    highUse: z.strictObject({ timesLastYear: z.number().min(1), minExcessUnits: z.number().nonnegative() }),
    lateFee: z.strictObject({
      amount: dollars,
      graceDays: z.int().nonnegative(),
      waivedOncePerMonths: count,
    }),
    returnedPayment: z.strictObject({
      first: dollars,
      later: dollars,
      /** After so many within so many months, only cash or a card is taken. */
      cashOnlyAfter: count,
      withinMonths: count,
      /** How often the same bank debit may be presented again. */
      mostPresented: z.int().nonnegative(),
    }),
    leakAdjustment: z.strictObject({
      perMonths: count,
      /**
       * `percent`: a share of what the water above the usual use cost. `firstTier`: that water costs what the
       * first of a household's water costs (worth something only where rates are tiered).
       */
      method: z.enum(['percent', 'firstTier']).default('percent'),
      creditPct: percent,
      irrigationPct: percent,
      minExcessUnits: z.number().nonnegative(),
      fixedWithinDays: count,
      claimedWithinDays: count,
      /** Whether the repair has to be shown before a credit is booked. */
      proof: z.enum(['required', 'none']).default('required'),
    }),
    assistance: z.strictObject({
      creditPerBill: dollars,
      povertyLevelPct: count,
      recertifyMonths: count,
      proofs: z.array(z.string().min(1)).min(1),
    }),
    /** Meters that cannot be read are estimated; after so many estimates in a row somebody goes there. */
    mostEstimates: count,
    /** A meter is read so many days about the end of its cycle; after that the reading is estimated. */
    readWithinDays: count.default(5),
    /** What becomes of bills by itself. */
    schedule: z.strictObject({
      /** When it is looked for, each day. */
      at: time,
      /** An unpaid bill is spoken of so many days after it was issued. */
      pastDueNoticeDays: z.array(count).max(10),
      /** The category of the case for a meter that nobody could read, or could read right. */
      meterCase: z.string().min(1),
    }),
  }),
} as const;
