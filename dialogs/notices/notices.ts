import { sentence } from '../say.ts';
import { en } from './messages.en.ts';
import { es } from './messages.es.ts';

/** The words of a notice for a carrier, and the subject where it has one. */
export function noticeText(
  template: string,
  language: string,
  values: Record<string, string>,
): { text: string; subject: string } {
  const words = { en, es };
  return {
    text: sentence(words, language, template, values),
    subject: sentence(words, language, `${template}Subject`, values),
  };
}
