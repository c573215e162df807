import { HttpError } from './http.ts';

const bad = (message: string) => new HttpError(400, 'BadArgument', message);

/** How deeply a value nests; stops counting above `limit`, so that a hostile value costs no stack. */
export function isWithinDepth(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return limit > 0 && Object.values(value).every((part) => isWithinDepth(part, limit - 1));
}

/** Drops keys that a store or an object prototype would take for something else than data. */
export function withoutOddKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutOddKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !/^\$|[.\0]|^__proto__$/.test(key))
      .map(([key, part]) => [key, withoutOddKeys(part)]),
  );
}

/** Control characters have no place in what people type; line breaks and tabs do. */
export const plainText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  text.toWellFormed().replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '');

/** A file's name for display: no path, no characters that could make it look like another. */
export function fileName(name: unknown, fallback = 'file'): string {
  const last = typeof name === 'string' ? (name.split(/[/\\]/).pop() ?? '') : '';
  const clean = last.toWellFormed().replace(/[\p{Cc}\p{Bidi_Control}"<>|:*?]/gu, '');
  const short = clean.slice(-120).replace(/^\p{Surrogate}/u, ''); // a cut goes through no character
  return short.trim() || fallback;
}

/** An optional text of limited length; anything else is the caller's mistake. */
export function shortText(value: unknown, what: string, limit: number): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || value.length > limit)
    throw bad(`${what} must be at most ${limit} characters.`);
  return value;
}

/** A locale as browsers write it, or undefined; it only helps to choose words. */
export const asLocale = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$/.test(value) ? value : undefined;

/** The language of a locale: `es-MX` is `es`. */
export const languageOf = (locale: string | undefined): string =>
  locale?.split('-')[0]?.toLowerCase() ?? 'en';

/** What a message says, as plain text. */
export function messageText({ text, value }: Record<string, unknown>): string {
  if (typeof text === 'string') return plainText(text);
  if (text !== undefined && text !== null) throw bad('The text must be a string.');
  // A postBack button may carry its text as the value alone.
  return typeof value === 'string' ? plainText(value) : '';
}

/** The name of an event from outside. */
export function eventName(name: unknown): string {
  if (typeof name !== 'string' || !/^[\w./:-]{1,64}$/.test(name))
    throw bad('An event needs a name of at most 64 plain characters.');
  // Our own events are `area.pastTense`: one from outside could pass for a CSR's deed or a booked order.
  if (name.includes('.')) throw bad('Events of this name are not accepted.');
  return name;
}
