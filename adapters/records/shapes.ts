import { z } from 'zod';
import { meterSizes } from '../../services/policy/fields.ts';

/** The answers of docs/records.md. What is not named there is dropped; what is wrong there is refused. */
const id = z.string().min(1).max(200);
const day = z.iso.date();
const cents = z.int();
const text = z.string().max(2_000);
const word = z.string().regex(/^[a-z]\w{0,59}$/i);

const asOf = { asOf: z.iso.datetime({ offset: true }).optional() };
const account = z.object({
  accountId: id,
  accountNumber: z.string().regex(/^\d{8}$/),
  state: z.enum(['active', 'closed']),
  kind: z.enum(['residential', 'landlord', 'commercial']),
  serviceLocationId: id,
  autopay: z.boolean(),
  paperless: z.boolean(),
  closedOn: day.nullable(),
});
const contacts = z.object({
  customerName: text.min(1),
  language: z.string().regex(/^[a-z]{2,3}$/),
  phone: z
    .string()
    .regex(/^\+[1-9]\d{7,14}$/)
    .nullable(),
  email: z.email().nullable(),
  mailingAddress: text.nullable().default(null),
  revision: z.int().nonnegative().optional(),
});
const bill = z.object({
  billId: id,
  accountId: id,
  issuedOn: day,
  dueOn: day,
  periodStart: day,
  periodEnd: day,
  days: z.int().positive(),
  units: z.number(),
  meterSize: z.enum(meterSizes),
  estimated: z.boolean(),
  /** What a line is about is the District's to name; words are found by its label. */
  lines: z
    .array(
      z.object({
        kind: word,
        label: word,
        quantity: z.number(),
        unit: text.min(1),
        rate: z.string().regex(/^-?\d+(\.\d+)?$/),
        amount: cents,
        source: text,
        effectiveOn: day,
        exact: z.string().nullish(),
        tier: z.int().positive().nullish(),
        partDays: z.int().positive().nullish(),
      }),
    )
    .max(200),
  total: cents,
});

const serviceLocation = z.object({
  serviceLocationId: id,
  address: text.min(1),
  zip: z.string().regex(/^\d{5}$/),
  insideDistrict: z.boolean(),
});

export const answers = {
  account: z.object({ ...asOf, account: account.nullable() }),
  contacts: z.object({ contacts: contacts.nullable() }),
  serviceLocation: z.object({ serviceLocation: serviceLocation.nullable() }),
  serviceLocations: z.object({ serviceLocations: z.array(serviceLocation).max(100) }),
  bill: z.object({ bill: bill.nullable() }),
  bills: z.object({ bills: z.array(bill).max(100) }),
  balance: z.object({ balance: cents }),
  customers: z.object({
    matches: z
      .array(
        account
          .pick({ accountId: true, accountNumber: true, state: true, serviceLocationId: true })
          .extend(contacts.shape),
      )
      .max(1_000),
    cursor: z.string().max(1_000).nullable(),
  }),
  change: z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), reference: id }),
    z.object({ ok: z.literal(false), reason: z.string().regex(/^[a-z]\w{0,59}$/) }),
  ]),
};
