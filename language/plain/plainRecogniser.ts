import type { Recognised, Recogniser } from '../recogniser.ts';
import { dangers, patterns } from './patterns.ts';

/** Texts are read to this length; a longer one says what it wants early. */
const readLength = 2_000;

const plain = (text: string): string =>
  text
    .slice(0, readLength)
    .toWellFormed()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[’‘]/g, "'")
    .toLowerCase();

const spanish =
  /\b(hola|gracias|por favor|quiero|necesito|cuanto|factura|recibo|agua|cuenta|servicio|ayuda|buenos|buenas|hablar|espanol|tengo|debo|mi|el|los|las|una|para|con|esta|usted|no hay|donde|cuando|persona)\b/g;
const english =
  /\b(the|my|is|what|how|water|bill|please|need|want|you|hello|help|account|service|english|and|for|can|much|owe|person)\b/g;

/** The language of a text of more than two words or with a telling one; else the conversation's. */
function languageOf(text: string, soFar: string): string {
  const es = (text.match(spanish) ?? []).length;
  const en = (text.match(english) ?? []).length;
  if (es > en && es > 0) return 'es';
  return en > es && en > 1 ? 'en' : soFar;
}

/** The first recogniser: tell-tale words, no learning. It answers at once and knows little, and says so. */
export const createPlainRecogniser = (): Recogniser => ({
  async recognise(text, soFar): Promise<Recognised> {
    const read = plain(text);
    const language = languageOf(read, soFar);
    const safety = dangers.find(([, words]) => words.test(read))?.[0] ?? null;
    const ranked = patterns
      .filter(([, words]) => words.test(read))
      .slice(0, 3)
      .map(([intent], index) => ({ intent, score: 0.9 - index * 0.2 }));
    const best = ranked[0];
    if (!best) return { intent: 'None', score: 0, ranked: [], action: 'reject', safety, language };
    return { intent: best.intent, score: best.score, ranked, action: 'act', safety, language };
  },
});
