import { dangers } from './plain/patterns.ts';
import { languageOf, plain } from './plain/reading.ts';
import type { Danger } from './recogniser.ts';

/** The danger that a text tells of, by its words alone. It runs on every message, whatever else is down. */
export function dangerIn(text: string): Danger | null {
  const read = plain(text);
  return dangers.find(([, words]) => words.test(read))?.[0] ?? null;
}

/** The language of a text by its words alone, or the conversation's so far where it does not tell. */
export const plainLanguageOf = (text: string, soFar: string): string => languageOf(plain(text), soFar);
