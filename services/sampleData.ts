import path from 'node:path';
import { z } from 'zod';
import { isAccountNumber } from './accountNumber.ts';
import { type Read, readDistrictFile } from './districtFile.ts';
import { ConfigurationError } from './errors.ts';
import { meterSizes, zip } from './policy/fields.ts';
import { plainWords, problemsOf } from './policy/problems.ts';

const premise = {
  serviceAddress: z.string().min(1),
  zip,
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
  /** Where made-up neighbours live; else in the streets of the accounts. */
  neighbourStreets: z.array(z.string().min(1)).min(1).optional(),
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
  const read = await readSampleData(districtDir);
  if (read.ok) return read.value;
  throw new ConfigurationError('sampleDistrict.invalid', 'The sample District cannot be used', read.problems);
}

/** The same as a value: the sample, or every problem. */
export async function readSampleData(districtDir: string): Promise<Read<SampleData>> {
  const file = path.join(districtDir, 'sample-accounts.json');
  const text = await readDistrictFile(file);
  if (!text.ok) return text;
  const json = asJson(text.value);
  if (!json.ok) return { ok: false, problems: [`${file}: is not JSON: ${json.problem}`] };
  const parsed = sampleSchema.safeParse(json.value, { error: plainWords, reportInput: true });
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, problems: problemsOf(parsed.error.issues, () => file) };
}

/** What the sandbox sends from: a number that nobody has, in the District's area, and an address beside its CSRs'. */
export function sampleSenders(
  districtPhone: string,
  sample: SampleData | null,
): { phone: string; mail: string } {
  const domain = sample?.csrs[0]?.email.split('@')[1] ?? 'example.com';
  return { phone: `+1${areaCodeOf(districtPhone)}5550100`, mail: `help@${domain}` };
}

/** The area code of a number of the United States; Washington's where it has none. */
export const areaCodeOf = (phone: string): string => /^\+1(\d{3})/.exec(phone)?.[1] ?? '202';

function asJson(text: string): { ok: true; value: unknown } | { ok: false; problem: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, problem: (error as Error).message };
  }
}
