const words =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen';
const palabras =
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve';
const tens = '- - twenty thirty forty fifty sixty seventy eighty ninety';
const decenas = '- - - treinta cuarenta cincuenta sesenta setenta ochenta noventa';

const listed = (text: string, times: number): [string, number][] =>
  text
    .split(' ')
    .map((word, at): [string, number] => [word, at * times])
    .filter(([word]) => word !== '-');
const values = new Map<string, number>([
  ...listed(words, 1),
  ...listed(palabras, 1),
  ...listed(tens, 10),
  ...listed(decenas, 10),
  ['oh', 0],
  ['fourty', 40],
  ['un', 1],
]);
const hundreds = new Map([
  ['hundred', 0],
  ['cien', 100],
  ['ciento', 100],
  ...'doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos'
    .split(' ')
    .map((word, at): [string, number] => [word, (at + 2) * 100]),
]);

const ordinals = new Map(
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'
    .split(' ')
    .map((word, at): [string, string] => [word, ordinal(at + 1)]),
);

function ordinal(count: number): string {
  const ending =
    count % 100 >= 11 && count % 100 <= 13 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[count % 10] ?? 'th');
  return `${count}${ending}`;
}

/** `fifth` as streets are listed: `5th`; any other word as it is. */
export const withOrdinal = (word: string): string => ordinals.get(word) ?? word;

/**
 * The house number that words begin with, as it is said: "twelve", "four hundred", "twelve ninety", "one two nine
 * zero", "mil doscientos noventa". Answers how many words it took, or null where they begin with none.
 */
export function spokenHouseNumber(said: readonly string[]): { digits: string; words: number } | null {
  const groups: number[] = [];
  let at = 0;
  for (; at < said.length; at++) {
    const word = said[at] as string;
    const last = groups.at(-1);
    if (
      (word === 'and' || word === 'y') &&
      last !== undefined &&
      at + 1 < said.length &&
      isNumber(said[at + 1])
    )
      continue;
    if (word === 'thousand' || word === 'mil') groups.splice(-1, 1, (last ?? 1) * 1000);
    else if (word === 'hundred' && last !== undefined) groups.splice(-1, 1, last * 100);
    else if (hundreds.has(word)) add(groups, hundreds.get(word) as number);
    else if (values.has(word)) add(groups, values.get(word) as number);
    else break;
  }
  const digits = groups.join('');
  return /^[1-9]\d{0,5}$/.test(digits) ? { digits, words: at } : null;
}

const isNumber = (word: string | undefined) => word !== undefined && (values.has(word) || hundreds.has(word));

/** A number that fits into the zeros of the one before it belongs to it; otherwise it stands beside it. */
function add(groups: number[], value: number): void {
  const last = groups.at(-1) ?? 0;
  const room =
    last === 0
      ? 0
      : last % 1000 === 0
        ? 1000
        : last % 100 === 0
          ? 100
          : last % 10 === 0 && last >= 20
            ? 10
            : 0;
  if (groups.length > 0 && value > 0 && value < room) groups.splice(-1, 1, last + value);
  else groups.push(value);
}
