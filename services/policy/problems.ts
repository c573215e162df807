import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type Where = (path: readonly PropertyKey[]) => string;

/** What a schema finds wrong, in words of somebody who writes no programs; the schema's own words come first. */
export const plainWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type') return wanted(issue.expected, issue.input);
  if (issue.code === 'too_small') {
    if (issue.origin === 'array') return 'must have at least one item';
    if (issue.origin === 'string') return 'must not be empty';
    return issue.inclusive
      ? `must be ${issue.minimum} or more, not ${issue.input}`
      : `must be more than ${issue.minimum}, not ${issue.input}`;
  }
  if (issue.code === 'too_big')
    return issue.origin === 'string'
      ? `must have at most ${issue.maximum} letters`
      : `must be at most ${issue.maximum}, not ${issue.input}`;
  if (issue.code === 'invalid_value')
    return issue.input === undefined ? 'is missing' : `must be one of: ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_format' && issue.format === 'e164')
    return 'must be + and country code and number without spaces';
  if (issue.code === 'invalid_format' && issue.format === 'email') return 'must be an e-mail address';
  if (issue.code === 'invalid_format' && issue.format === 'url') return 'must be an address, https://…';
  return undefined;
};

function wanted(expected: string, input: unknown): string {
  if (input === undefined) return 'is missing';
  if (input === null) return 'has nothing behind it';
  const given = typeof input === 'object' ? '' : `, not ${JSON.stringify(input)}`;
  if (expected === 'number') return `must be a number without quotes or signs, such as 12.50${given}`;
  if (expected === 'int') return `must be a whole number${given}`;
  if (expected === 'string')
    return typeof input === 'object' ? 'must be text' : 'must be text: put quotes around it';
  if (expected === 'boolean') return `must be true or false${given}`;
  if (expected === 'array') return `must be a list${given}`;
  return `must be a group of keys${given}`;
}

/** `billing.dueDays`, `rates (item 2).kind`: items are counted as people count. */
export const keyOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (key, step) =>
      typeof step === 'number'
        ? `${key} (item ${step + 1})`
        : key === ''
          ? String(step)
          : `${key}.${String(step)}`,
    '',
  ) || 'the file';

/** Every mistake that a schema found: where it is, the key, what is wrong. */
export function problemsOf(issues: readonly Issue[], where: Where, title = keyOf): string[] {
  const told = (path: readonly PropertyKey[], what: string) => `${where(path)}: ${title(path)}: ${what}`;
  const missing = issues.filter(({ message }) => message === 'is missing').map(({ path }) => path);
  const problems = issues.flatMap((issue): string[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => told([...issue.path, key], unknownKey(key, issue.path, missing)));
    if (issue.code === 'invalid_union') {
      // Of several shapes the one that the keys belong to tells what is wrong.
      const meant = issue.errors.filter((one) => !one.some(({ code }) => code === 'unrecognized_keys'));
      if (meant.length === 1 && meant[0])
        return problemsOf(
          meant[0].map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
          where,
          title,
        );
    }
    return [told(issue.path, issue.message)];
  });
  return inLineOrder(problems);
}

/** In the order of the file: line 9 before line 10. */
export const inLineOrder = (problems: readonly string[]): string[] => [...problems].sort(byLine.compare);

const byLine = new Intl.Collator('en', { numeric: true });

function unknownKey(key: string, parent: readonly PropertyKey[], missing: readonly PropertyKey[][]): string {
  const names = missing
    .filter((path) => path.length === parent.length + 1 && parent.every((step, at) => step === path[at]))
    .map((path) => String(path.at(-1)));
  const meant = nearest(key, names);
  return `is not a known key${meant ? `; did you mean ${meant}?` : ''}`;
}

/** The name that was meant by one that is misspelt, or undefined. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const near = names
    .map((one) => ({ one, far: distance(name.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)[0];
  return near && near.far <= Math.max(2, Math.floor(name.length / 4)) ? near.one : undefined;
}
