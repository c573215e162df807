import { z } from 'zod';
import { block, count, dollars } from './fields.ts';

/** What customers may pay by a link, and what more time a bot and a CSR may give. */
export const paymentsPolicy = {
  payments: block({
    /** How long a payment link opens, in minutes of District time. */
    linkMinutes: count,
    least: dollars,
    /** Above what is owed, so much may be paid at once. */
    mostAboveBalance: dollars,
    most: dollars,
    /** A bank transfer that has not come back in so many days has settled. */
    bankSettlesInDays: count,
    otherWays: z.array(z.enum(['mail', 'dropBox', 'counter', 'phone', 'bankBillPay'])).min(1),
  }),
  plans: block({
    extension: z.strictObject({ days: count, perYear: count }),
    bot: z.strictObject({ mostMonths: count, mostBalance: dollars }),
    csr: z.strictObject({ mostMonths: count }),
    leastBalance: dollars,
    /** An instalment or a current bill unpaid for so long ends the plan. */
    defaultAfterDays: count,
  }),
} as const;
