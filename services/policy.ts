import path from 'node:path';
import type { z } from 'zod';
import { type Day, localTime } from './calendar.ts';
import { type Read, readDistrictFile, readYaml } from './districtFile.ts';
import { ConfigurationError, InvariantError } from './errors.ts';
import { contradictions } from './policy/contradictions.ts';
import { inLineOrder, keyOf, plainWords, problemsOf } from './policy/problems.ts';
import type { Rate } from './policy/rates.ts';
import { type Policy, policySchema } from './policy/schema.ts';

export type { MeterSize } from './policy/fields.ts';
export type { Policy } from './policy/schema.ts';

/**
 * The District's rates, fees, hours, holidays, timelines and limits, from `policy.yaml` in its folder.
 * @throws ConfigurationError `policy.invalid`, which lists every problem: file, line, key, what is wrong.
 */
export async function loadPolicy(districtDir: string): Promise<Policy> {
  const file = path.join(districtDir, 'policy.yaml');
  return orThrow(await readPolicy(file));
}

/** The same from text; `file` is what the problems name. */
export const parsePolicy = (text: string, file = 'policy.yaml'): Policy => orThrow(policyOf(text, file));

/** The same as a value: the policy, or every problem; with `now` also what does not hold yet on that day. */
export async function readPolicy(file: string, now?: Date): Promise<Read<Policy>> {
  const text = await readDistrictFile(file);
  return text.ok ? policyOf(text.value, file, now) : text;
}

function policyOf(text: string, file: string, now?: Date): Read<Policy> {
  const yaml = readYaml(text, file);
  if (!yaml.ok) return yaml;
  const { value, where } = yaml.value;
  const parsed = policySchema.safeParse(value, { error: plainWords, reportInput: true });
  const issues = parsed.error?.issues ?? [];
  const sound = parsed.success ? parsed.data : soundBlocks(value, issues);
  const timeZone = sound.district?.timeZone;
  const today = now && timeZone && localTime(now, timeZone).day;
  const problems = [
    ...problemsOf(issues, where),
    ...contradictions(sound, today).map(({ at, what }) => `${where(at)}: ${keyOf(at)}: ${what}`),
  ];
  return parsed.success && problems.length === 0
    ? { ok: true, value: parsed.data }
    : { ok: false, problems: inLineOrder(problems) };
}

/** The blocks with nothing wrong in them, so that what contradicts itself is told in the same message. */
function soundBlocks(value: unknown, issues: readonly z.core.$ZodIssue[]): Partial<Policy> {
  if (typeof value !== 'object' || value === null) return {};
  const faulty = new Set(issues.map(({ path }) => path[0]));
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => key in policySchema.shape && !faulty.has(key)),
  );
}

function orThrow(read: Read<Policy>): Policy {
  if (read.ok) return read.value;
  throw new ConfigurationError('policy.invalid', 'The District’s policy cannot be used', read.problems);
}

/**
 * The rate in force on a day.
 * @throws InvariantError `policy.noRate` where the policy begins later.
 */
export function rateOn({ rates }: Pick<Policy, 'rates'>, day: Day): Rate {
  const rate = inForce(rates, day);
  if (rate === null) throw new InvariantError('policy.noRate', `No rate is in force on ${day}`);
  return rate;
}

/** Of dated items the one that holds on a day, or null where the first begins later. */
export function inForce<Item extends { effectiveOn: Day }>(items: readonly Item[], day: Day): Item | null {
  return items.reduce<Item | null>(
    (latest, item) =>
      item.effectiveOn <= day && (latest === null || item.effectiveOn > latest.effectiveOn) ? item : latest,
    null,
  );
}
