import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isAccountNumber } from './accountNumber.ts';
import { ConfigurationError } from './errors.ts';
import { meterSizes } from './policy/fields.ts';

const premise = {
  serviceAddress: z.string().min(1),
  zip: z.string().regex(/^\d{5}$/),
  meterSize: z.enum(meterSizes),
};

const accountSchema = z.object({
  ...premise,
  accountNumber: z.string().refine(isAccountNumber, { error: 'must be eight digits with their check digit' }),
  state: z.enum(['active', 'closed']),
  kind: z.enum(['residential', 'landlord', 'commercial']),
  occupancy: z.enum(['owner', 'tenant']),
  customerName: z.string().min(1),
  language: z.string().min(2),
  phone: z.e164().nullable(),
  email: z.email().nullable(),
  pin: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
  /** Days count from the first start, a minus is the past; `amount` is what the policy's rates must give. */
  bill: z
    .object({
      issuedDays: z.int(),
      dueDays: z.int(),
      periodDays: z.int().positive(),
      units: z.number().nonnegative(),
      amount: z.int(),
    })
    .optional(),
  samePeriodLastYearUnits: z.number().nonnegative().optional(),
  closedDays: z.int().optional(),
  balance: z.int(),
  autopay: z.boolean().default(false),
  paperless: z.boolean().default(false),
  otherPremises: z.array(z.string().min(1)).default([]),
  returnedPaymentsLast12Months: z.int().nonnegative().default(0),
});

const sampleSchema = z.object({
  accounts: z.array(accountSchema).min(1),
  vacantPremises: z.array(z.object(premise)),
  csrs: z.array(
    z.object({
      email: z.email(),
      name: z.string().min(1),
      role: z.enum(['csr1', 'csr2', 'lead', 'supervisor', 'administrator']),
      skills: z.array(z.string()),
      languages: z.array(z.string()),
    }),
  ),
});

export type SampleData = z.infer<typeof sampleSchema>;
export type SampleAccount = z.infer<typeof accountSchema>;

/**
 * The sample District's accounts, vacant premises and CSRs, from `sample-accounts.json` in its folder.
 * @throws ConfigurationError `sampleDistrict.invalid`, with every problem.
 */
export async function loadSampleData(districtDir: string): Promise<SampleData> {
  const file = path.join(districtDir, 'sample-accounts.json');
  try {
    const parsed = sampleSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (parsed.success) return parsed.data;
    throw invalid(parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')}: ${issue.message}`));
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause;
    throw invalid([`${file}: cannot be read as JSON`], cause);
  }
}

const invalid = (problems: string[], cause?: unknown) =>
  new ConfigurationError('sampleDistrict.invalid', 'The sample District cannot be used', problems, { cause });
