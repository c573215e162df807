import { sentence } from '../say.ts';
import { en } from './messages.en.ts';
import { es } from './messages.es.ts';

/** The words for a change that was pending and has its answer; `kind` is the records' name for it. */
export const answeredText = (
  language: string,
  kind: string,
  { status }: { status: 'confirmed' | 'refused' },
): string => sentence({ en, es }, language, status, { kind });
