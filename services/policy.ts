import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Day } from './calendar.ts';
import { ConfigurationError, InvariantError } from './errors.ts';
import type { Rate } from './policy/rates.ts';
import { type Policy, policySchema } from './policy/schema.ts';

export type { MeterSize } from './policy/fields.ts';
export type { Policy } from './policy/schema.ts';

/**
 * The District's rates, fees, hours, holidays, timelines and limits, from `policy.yaml` in its folder.
 * @throws ConfigurationError `policy.invalid`, which lists every problem: file, key, what is wrong.
 */
export async function loadPolicy(districtDir: string): Promise<Policy> {
  const file = path.join(districtDir, 'policy.yaml');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(
      'policy.invalid',
      'The District has no readable policy',
      [`${file}: cannot be read`],
      {
        cause,
      },
    );
  }
  return parsePolicy(text, file);
}

/** The same from text; `file` is what the problems name. */
export function parsePolicy(text: string, file = 'policy.yaml'): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = document.errors.map(
    ({ pos, message }) => `${file}:${lines.linePos(pos[0]).line}: ${message}`,
  );
  if (faults.length > 0) throw invalid(faults);
  const parsed = policySchema.safeParse(document.toJS());
  if (!parsed.success) throw invalid(parsed.error.issues.flatMap((issue) => problemsOf(issue, file)));
  const muddled = datesInDoubt(parsed.data);
  if (muddled.length > 0) throw invalid(muddled.map((problem) => `${file}: ${problem}`));
  return parsed.data;
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

const invalid = (problems: string[]) =>
  new ConfigurationError('policy.invalid', 'The District’s policy cannot be used', problems);

function problemsOf(issue: z.core.$ZodIssue, file: string): string[] {
  const at = (keys: PropertyKey[]) => [...issue.path, ...keys].map(String).join('.') || 'the file';
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${file}: ${at([key])}: is not a known key`);
  return [`${file}: ${at([])}: ${issue.message}`];
}

/** Two items of a list that begin on one day leave open which one holds. */
function datesInDoubt({ rates, drought }: Policy): string[] {
  return Object.entries({ rates, drought }).flatMap(([key, items]) => {
    const seen = new Set<string>();
    return items.flatMap(({ effectiveOn }, place) => {
      if (seen.has(effectiveOn))
        return [`${key}.${place}.effectiveOn: another item begins on ${effectiveOn} too`];
      seen.add(effectiveOn);
      return [];
    });
  });
}
