const plain = (text: string) =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[’']/g, '').trim();

const yes =
  /^(y|yes|yep|yeah|yup|sure|ok|okay|correct|right|please( do)?|thats? (right|it|correct)|go ahead|do it|confirm(ed)?|si|claro|correcto|de acuerdo|por favor|adelante|dale|asi es)\b/;
const no =
  /^(n|no|nope|nah|not (really|yet|now|right)|wrong|incorrect|dont|do not|incorrecto|todavia no|mejor no)\b/;

/** Reads a yes or a no, or null where it is neither. */
export function asYesNo(text: string): 'yes' | 'no' | null {
  const read = plain(text);
  if (no.test(read)) return 'no';
  return yes.test(read) ? 'yes' : null;
}

/** Reads one of the choices by its title or a telling part of it. */
export function asChoice(text: string, options: Record<string, RegExp>): string | null {
  const read = plain(text);
  return Object.entries(options).find(([, words]) => words.test(read))?.[0] ?? null;
}

/** A ZIP code alone or in a short sentence; the four digits after it are let go. */
export function asZip(text: string): string | null {
  return /(?<!\d)(\d{5})(?:-\d{4})?(?!\d)/.exec(text)?.[1] ?? null;
}

/** A mailing address in one line: it names a number or a box, and a street or a town. */
export function asMailingAddress(text: string): string | null {
  const address = text.replace(/\s+/g, ' ').trim();
  return /\d/.test(address) && /\p{L}{2,}/u.test(address) && address.length >= 8 && address.length <= 200
    ? address
    : null;
}
