import { z } from 'zod';
import { isDay } from '../calendar.ts';
import { casesPolicy } from './cases.ts';
import { contactPolicy } from './contact.ts';
import { block, day, hours, phone, weekday, zip } from './fields.ts';
import { paymentsPolicy } from './payments.ts';
import { ratesPolicy } from './rates.ts';
import { servicePolicy } from './service.ts';

const dated = z.strictObject({ name: z.string().min(1), date: day });
const yearly = z.strictObject({
  name: z.string().min(1),
  on: z.string().refine((on) => /^\d\d-\d\d$/.test(on) && isDay(`2024-${on}`), {
    error: 'must be a day of every year, "MM-DD" in quotes',
  }),
});
const floating = z.strictObject({
  name: z.string().min(1),
  nth: z.union([z.int().min(1).max(4), z.literal(-1)]),
  weekday,
  month: z.int().min(1).max(12),
  daysAfter: z.int().min(0).max(6).optional(),
});

/** The shape of policy.yaml: one block for each thing that the District decides, each in a file of its own here. */
export const policySchema = z.strictObject({
  district: z.strictObject({
    name: z.string().min(1),
    timeZone: z.string().refine(isTimeZone, { error: 'must be a time zone, such as America/Los_Angeles' }),
    zips: z.array(zip).min(1),
    phone,
    emergencyPhone: phone,
    languages: z
      .array(z.string().regex(/^[a-z]{2,3}$/, 'must be a language code of two or three letters, such as es'))
      .min(1)
      .refine((all) => all.includes('en'), { error: 'must have en' }),
  }),
  ...ratesPolicy,
  ...paymentsPolicy,
  ...servicePolicy,
  ...casesPolicy,
  ...contactPolicy,
  hours: block({ office: hours, lobby: hours }),
  holidays: block({
    days: z.array(
      z.union(
        [dated, yearly, floating],
        'must have a name and either on: "MM-DD", or date: YYYY-MM-DD, or nth, weekday and month',
      ),
    ),
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
