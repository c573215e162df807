import { z } from 'zod';
import { block, count, phone } from './fields.ts';

export const orderTypes = [
  'TURN_ON',
  'TURN_OFF',
  'READ_IN',
  'READ_OUT',
  'REREAD',
  'HIGH_READ_CHECK',
  'LEAK_CHECK',
  'PRESSURE_TEST',
  'WQ_SAMPLE',
  'METER_TEST',
  'METER_CHANGE',
  'STOPPED_METER',
  'BOX_LID_REPAIR',
  'TAMPER_CHECK',
  'MAIN_BREAK',
] as const;
export type OrderType = (typeof orderTypes)[number];

/** What the safety net hears in a customer's words, as `language/recogniser.ts` names it. */
export const dangers = [
  'gas',
  'flood',
  'no_water',
  'contamination',
  'illness',
  'electric',
  'threat',
  'self_harm',
] as const;
export type DangerCode = (typeof dangers)[number];

const code = z.string().regex(/^[a-z][a-z_]*$/, 'must be lower case, words joined by _');

/** What customers report, in Open311's terms: a service with a code, and how soon somebody looks. */
const category = z.strictObject({
  code,
  group: z.enum([
    'waterQuality',
    'pressure',
    'leak',
    'outage',
    'billing',
    'meter',
    'service',
    'conduct',
    'waste',
    'other',
  ]),
  priority: z.enum(['emergency', 'high', 'normal', 'low']),
  /** Hours of the business calendar; an emergency's are of the clock. */
  acknowledgeHours: z.number().positive().max(2_000),
  dueHours: z.number().positive().max(2_000),
  /** The field order that it causes at once. */
  order: z.enum(orderTypes).optional(),
  /** May be reported without saying who one is. */
  anonymous: z.boolean().default(false),
});

const onCallPerson = z
  .strictObject({
    name: z.string().min(1),
    sms: phone.optional(),
    email: z.email().optional(),
    webhook: z.url({ protocol: /^https?$/ }).optional(),
  })
  .refine(({ sms, email, webhook }) => sms ?? email ?? webhook, {
    error: 'must have at least one of sms, email, webhook',
  });

/** Complaints, emergencies, who is called at night, and when many reports are one event. */
export const casesPolicy = {
  cases: block({
    categories: z
      .array(category)
      .min(1)
      .refine((all) => new Set(all.map(({ code }) => code)).size === all.length, {
        error: 'must have each code once',
      }),
    /** A closed case can be opened again for so long. */
    reopenDays: count,
    /** How often a customer is called back before a follow-up may be given up. */
    contactTries: count,
    /** So long after a case was closed its customer is asked whether it is fixed. */
    askFixedAfterHours: count,
    /** The category of the emergency case that each danger opens. */
    dangers: z.record(z.enum(dangers), code),
  }).superRefine(({ categories, dangers }, context) => {
    for (const [danger, of] of Object.entries(dangers))
      if (categories.find((one) => one.code === of)?.priority !== 'emergency')
        context.addIssue({
          code: 'custom',
          path: ['dangers', danger],
          message: 'must be the code of an emergency category',
        });
  }),
  onCall: block({
    people: z.array(onCallPerson).min(1),
    /** How long one has to acknowledge before the next is paged, in minutes. */
    acknowledgeMinutes: count,
    /** How often the list is gone through before a supervisor's queue has it alone. */
    rounds: count,
    /** How long the link in a page opens, in minutes of machine time. */
    linkMinutes: count,
  }),
  cluster: block({
    waterQualityReports: count,
    withinHours: count,
    outageReports: count,
    outageWithinHours: count,
    /** The categories that are reports of an outage. */
    outageCategories: z.array(code).min(1),
  }),
} as const;
