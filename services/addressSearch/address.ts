import { spokenHouseNumber, withOrdinal } from './numberWords.ts';
import { directionWords, emptyWords, nameWords, streetKinds, unitWords } from './words.ts';

/** A street in one spelling: `alder creek`, `road`, no directions. `id` is all of it: `alder creek road`. */
export type Street = { id: string; name: string[]; kind: string | null; directions: string[] };
/** What was read in a text. `words` name the street, in one spelling; `kind` and directions are among them. */
export type ReadAddress = {
  number: string | null;
  unit: string | null;
  zip: string | null;
  words: string[];
};

/** Nobody's address is longer, and work must not grow with what is typed. */
const longest = 300;
const mostWords = 8;

/** Reads an address in whatever a customer wrote. Nothing is looked up. */
export function readAddress(text: string): ReadAddress {
  const unitOf = /(?:#|№|\bno\.?\s*#)\s*([a-z]?\d{0,5}[a-z]?)\b/;
  let rest = plain(text.slice(0, longest));
  const taken = (pattern: RegExp): string | null => {
    const found = pattern.exec(rest);
    if (found) rest = `${rest.slice(0, found.index)} , ${rest.slice(found.index + found[0].length)}`;
    return found?.[1] ?? null;
  };
  let unit =
    taken(
      new RegExp(
        `\\b(?:${unitWords.replaceAll(' ', '|')})\\b\\.?\\s*(?:#|no\\.?|numero)?\\s*([a-z]?\\d{0,5}[a-z]?)(?![\\w])`,
      ),
    ) ||
    taken(/\b(?:apt|apto|unit|ste)(\d{1,5}[a-z]?)\b/) ||
    taken(unitOf);
  // A ZIP is never the first number of an address, but a house number may have five digits too.
  const zip =
    taken(/(?<=\d.*\D)\b(\d{5})(?:-\d{4})?\b(?!.*\d{5})/) ?? taken(/(?<=[a-z]\W+)(\d{5})(?:-\d{4})\b/);
  const all = rest
    .replace(/\b(\d+)\s+1\/2\b/, '$1half')
    .replace(/[^a-z0-9/-]+/g, ' ')
    .split(' ')
    .filter((word) => word !== '' && word !== '-' && word !== '/');
  const { number, words, hyphened } = splitNumber(all);
  unit ??= hyphened;
  // "77 mission oak 4": what is left at the end and is short is the apartment.
  if (!unit && number !== null && words.length > 1 && /^(\d{1,4}[a-z]?|[a-d])$/.test(words.at(-1) as string))
    unit = words.pop() as string;
  return {
    number,
    unit: unit || null,
    zip,
    words: words.slice(0, mostWords).map(oneSpelling).map(saintFirst),
  };
}

/** How a premise is found again, from the address that the District has of it. */
export function indexAddress(
  address: string,
): { number: string; unit: string | null; street: Street } | null {
  const { number, unit, words } = readAddress(address);
  if (number === null || words.length === 0) return null;
  return { number, unit, street: toStreet(words) };
}

/** The last word that is a kind of street ends the name; what stands alone is the name, whatever it means. */
function toStreet(words: string[]): Street {
  const directions = words.length > 1 ? words.filter((word) => directionWords.get(word) === word) : [];
  const named = words.filter((word) => !directions.includes(word));
  const kind = named.length > 1 && streetKinds.get(named.at(-1) as string) ? (named.at(-1) as string) : null;
  // A street whose name is first: "Avenida Madero", "Calle Luna".
  const leading =
    kind === null && named.length > 1 && streetKinds.get(named[0] as string) === named[0] ? named[0] : null;
  const name = kind ? named.slice(0, -1) : leading ? named.slice(1) : named;
  const ends = [kind ?? leading ?? [], directions].flat();
  return { id: [...name, '|', ...ends].join(' '), name, kind: kind ?? leading ?? null, directions };
}

function splitNumber(all: string[]): { number: string | null; words: string[]; hyphened: string | null } {
  const isHouse = (word: string) => /^\d{1,6}(half|[a-z])?(-\w{1,4})?$/.test(word);
  const place = all.findIndex(isHouse);
  const spoken = all.findIndex(
    (_, at) => (place < 0 || at < place) && spokenHouseNumber(all.slice(at)) !== null,
  );
  const meant = (words: string[]) => words.filter((word) => !emptyWords.has(word));
  if (place >= 0 && (spoken < 0 || meant(all.slice(0, place)).length === 0 || place < all.length - 1)) {
    const [number = null, hyphened = null] = (all[place] as string).split('-');
    const after = meant(all.slice(place + 1));
    // In Spanish the number comes after the street: "calle Alder Creek 12".
    const words = after.some((word) => /[a-z]{2}/.test(word))
      ? after
      : [...meant(all.slice(0, place)), ...after];
    return { number, words, hyphened };
  }
  if (spoken >= 0) {
    const said = spokenHouseNumber(all.slice(spoken)) as { digits: string; words: number };
    return { number: said.digits, words: meant(all.slice(spoken + said.words)), hyphened: null };
  }
  return { number: null, words: meant(all), hyphened: null };
}

const oneSpelling = (word: string): string =>
  streetKinds.get(word) ?? nameWords.get(word) ?? directionWords.get(word) ?? withOrdinal(word);

// "St Andrews Ct" begins with a saint, "Canal St" ends with a street.
const saintFirst = (word: string, at: number, { length }: string[]) =>
  word === 'street' && at === 0 && length > 1 ? 'saint' : word;

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[’'`´.]/g, '')
    .replace(/[‐-―]/g, '-');
