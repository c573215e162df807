/** Texts are read to this length; a longer one says what it wants early. */
const readLength = 2_000;

/** A text as the patterns read it: without accents, in lower case. */
export const plain = (text: string): string =>
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
export function languageOf(text: string, soFar: string): string {
  const es = (text.match(spanish) ?? []).length;
  const en = (text.match(english) ?? []).length;
  if (es > en && es > 0) return 'es';
  return en > es && en > 1 ? 'en' : soFar;
}
