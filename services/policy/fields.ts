import { z } from 'zod';

export const day = z.iso.date({
  error: ({ code, input }) =>
    code === 'invalid_format' ? `must be a day that exists, YYYY-MM-DD, not ${input}` : undefined,
});
export const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, "HH:MM" in quotes');
export const weekday = z.enum(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
export const count = z.int().positive().max(10_000);
export const dollars = z.number().nonnegative().max(1_000_000);
export const percent = z.number().min(0).max(100);
export const zip = z.string().regex(/^\d{5}$/, 'must be five digits in quotes');
export const phone = z
  .string()
  .regex(
    /^\+[1-9]\d{7,14}$/,
    'must be + and country code and number without spaces, in quotes: "+15105550100"',
  );

/** Every block says since when it holds and who decided it; customers are told both when they ask. */
export const block = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ effectiveOn: day, source: z.string().min(1), ...shape });

export const meterSizes = ['5/8', '3/4', '1', '1.5', '2', '3', '4', '6', '8', '10'] as const;
export type MeterSize = (typeof meterSizes)[number];
export const meterSize = z.enum(meterSizes);

/** Hours of some days of the week, `HH:MM` of the District's local time. */
export const hours = z
  .strictObject({ days: z.array(weekday).min(1), open: time, close: time })
  .refine(({ open, close }) => open < close, { error: 'must open before it closes' });
