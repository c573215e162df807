import { z } from 'zod';
import { block, count, dollars, time, weekday } from './fields.ts';

const window = z
  .strictObject({ name: z.enum(['morning', 'afternoon']), from: time, to: time })
  .refine(({ from, to }) => from < to, { error: 'must begin before it ends' });

/** Beginning and ending service: notice, days, fees, deposit. */
export const servicePolicy = {
  start: block({
    noticeBusinessDays: z.int().nonnegative(),
    /** What comes later counts as the next business day's. */
    cutoff: time,
    /** Until then service can be begun the same day, for the same-day fee. */
    sameDayCutoff: time,
    furthestDays: count,
    days: z.array(weekday).min(1),
    setupFee: dollars,
    sameDayFee: dollars,
    windows: z.array(window).min(1),
    /** Somebody grown up is there, or all taps are off. */
    fixturesOff: z.boolean(),
    /** The proof must be there by the cut-off so many business days before service begins. */
    proofBusinessDaysBefore: z.int().nonnegative().default(1),
    proofs: z.strictObject({
      owner: z.array(z.string().min(1)).min(1),
      tenant: z.array(z.string().min(1)).min(1),
    }),
  }),
  deposit: block({
    amount: dollars,
    withoutCredit: dollars,
    /** Never more than so many average bills. */
    capAverageBills: z.number().positive(),
    refundAfterGoodMonths: count,
  }),
  stop: block({
    noticeBusinessDays: z.int().nonnegative(),
    cutoff: time,
    furthestDays: count,
    finalBillDays: count,
    /** A credit that is left goes out so many days after the end, and is there by `refundDays`. */
    refundAfterDays: count,
    refundDays: count,
    leastRefund: dollars,
  }),
  transfer: block({ mostOverlapDays: count }),
  /** Where field orders go: tries of the webhook before a person is told. */
  field: block({ webhookTries: count, adultOnSite: z.boolean() }),
} as const;
