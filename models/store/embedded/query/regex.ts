import type { BSONRegExp } from 'bson';
import { typeOf, type Value } from '../bson/values.ts';
import { badValue, notImplemented } from '../errors.ts';

/**
 * A regular expression as a test of texts. JavaScript's engine stands in for PCRE in its strict (`u`) mode,
 * so that what only PCRE knows (\A, \Q, (?i)) is refused and not taken for a plain letter.
 */
export function asRegExp(operand: Value, options: Value): { test: (value: Value) => boolean } {
  const own = typeOf(operand) === 'regex' ? (operand as BSONRegExp) : null;
  if (own === null && typeof operand !== 'string') throw badValue('$regex has to be a string');
  if (options !== undefined && typeof options !== 'string') throw badValue('$options has to be a string');
  const source = own === null ? (operand as string) : own.pattern;
  const flags = options || own?.options || '';
  if (/[^imsu]/.test(flags)) throw notImplemented(`the regular expression option in "${flags}"`);
  const expression = compiled(source, flags.replaceAll('u', ''));
  return {
    test: (value) =>
      (typeof value === 'string' && expression.test(value)) ||
      (own !== null && typeOf(value) === 'regex' && String(value) === String(own)),
  };
}

const compiled = (source: string, flags: string): RegExp => {
  // A harmless escape of a mark that needs none is allowed in PCRE and not in the strict mode.
  const strict = source.replace(/\\(.)/gsu, (whole, mark: string) => {
    if (mark === '-') return '\\x2d';
    return /[\w^$\\.*+?()[\]{}|/]/.test(mark) ? whole : mark;
  });
  try {
    return new RegExp(strict, `${flags}u`);
  } catch (cause) {
    throw notImplemented(`the regular expression /${source}/ (${(cause as Error).message})`);
  }
};
