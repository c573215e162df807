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

/** A code of so many digits as people write it down: 123 456, 1234 5678. */
export function codeGroups(digits: number, code: string): string[] {
  const size = digits === 9 ? 3 : Math.floor(digits / 2);
  const starts = digits === 9 ? [0, 3, 6] : [0, size];
  return starts.map((start, at) => code.slice(start, starts[at + 1] ?? digits));
}

/** A code of so many digits alone or in a short sentence, its groups apart or not. */
export function asCode(text: string, digits: number): string | null {
  const groups = codeGroups(digits, '0'.repeat(digits)).map((group) => `\\d{${group.length}}`);
  const found = new RegExp(`(?<!\\d)${groups.join('[ -]?')}(?!\\d)`).exec(text)?.[0];
  return found?.replace(/\D/g, '') ?? null;
}

/** A mailing address in one line: it names a number or a box, and a street or a town. */
export function asMailingAddress(text: string): string | null {
  const address = text.replace(/\s+/g, ' ').trim();
  return /\d/.test(address) && /\p{L}{2,}/u.test(address) && address.length >= 8 && address.length <= 200
    ? address
    : null;
}
