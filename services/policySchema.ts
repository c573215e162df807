import { z } from 'zod';

const day = z.iso.date('must be a day, YYYY-MM-DD');
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, "HH:MM" in quotes');
const weekday = z.enum(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
const count = z.int().positive().max(10_000);
const dollars = z.number().nonnegative().max(1_000_000);
const zip = z.string().regex(/^\d{5}$/, 'must be five digits in quotes');
const phone = z.string().regex(/^\+[1-9]\d{7,14}$/, 'must be E.164, "+1..." in quotes');

/** Every block says since when it holds and who decided it; customers are told both when they ask. */
const block = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ effectiveOn: day, source: z.string().min(1), ...shape });

export const meterSizes = ['5/8', '3/4', '1', '1.5', '2', '3', '4', '6', '8', '10'] as const;
export type MeterSize = (typeof meterSizes)[number];
const meterSize = z.enum(meterSizes);

const uniformRate = block({
  kind: z.literal('uniform'),
  /** Dollars a billing period, by meter size in inches. */
  serviceCharge: z.partialRecord(meterSize, dollars).refine((charges) => Object.keys(charges).length > 0, {
    error: 'must have at least one meter size',
  }),
  /** Dollars a unit of water, inside the District and outside of it. */
  perUnit: z.strictObject({ inside: dollars, outside: dollars }),
});

/** Another way to charge is another `kind` here and another function in rating.ts. */
const rate = z.discriminatedUnion('kind', [uniformRate]);

const dated = z.strictObject({ name: z.string().min(1), date: day });
const yearly = z.strictObject({
  name: z.string().min(1),
  on: z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be "MM-DD" in quotes'),
});
const floating = z.strictObject({
  name: z.string().min(1),
  nth: z.union([z.int().min(1).max(4), z.literal(-1)]),
  weekday,
  month: z.int().min(1).max(12),
  daysAfter: z.int().min(0).max(6).optional(),
});

const hours = z
  .strictObject({ days: z.array(weekday).min(1), open: time, close: time })
  .refine(({ open, close }) => open < close, { error: 'must open before it closes' });

export const policySchema = z.strictObject({
  district: z.strictObject({
    name: z.string().min(1),
    timeZone: z.string().refine(isTimeZone, { error: 'must be a time zone, such as America/Los_Angeles' }),
    zips: z.array(zip).min(1),
    phone,
    emergencyPhone: phone,
    languages: z.array(z.string().regex(/^[a-z]{2,3}$/, 'must be a language code')).min(1),
  }),
  units: block({
    unit: z.string().min(1),
    gallonsPerUnit: z.number().positive(),
    cycleDays: count,
  }),
  rates: z.array(rate).min(1),
  billing: block({ dueDays: count, autopayDaysAfterBill: count }),
  stop: block({
    noticeBusinessDays: z.int().nonnegative(),
    cutoff: time,
    furthestDays: count,
    finalBillDays: count,
  }),
  hours: block({ office: hours, lobby: hours }),
  holidays: block({
    days: z.array(z.union([dated, yearly, floating], 'must be a date, a yearly "on", or an nth weekday')),
  }),
  verify: block({
    codeDigits: z.int().min(6).max(9),
    codeMinutes: count,
    maxTries: z.int().min(1).max(10),
    lockMinutes: count,
    maxCodes: z.int().min(1).max(20),
    codeWindowMinutes: count,
    keepMinutes: count,
  }),
});

export type Policy = z.infer<typeof policySchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
