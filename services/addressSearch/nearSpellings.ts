/** Letters whose slips are looked for; shorter words and those with digits must be right. */
const leastLetters = 4;
/** From so many letters on, two slips are looked for. */
const longWord = 7;
const longestWord = 24;

/**
 * Keys that a word shares with its near spellings: the word, and it without one letter, or two where it is long.
 * Two words that differ by a slip (a letter wrong, too many, missing, or two turned round) share one, so a wrong
 * spelling is found by equality, which an index can answer. The idea is SymSpell's. A search takes one letter
 * away first: what is kept has up to two less already.
 */
export function nearSpellings(word: string, mostSlips = 2): string[] {
  const whole = word.slice(0, longestWord);
  if (whole.length < leastLetters || /\d/.test(whole)) return [whole];
  const once = without(whole);
  return [
    ...new Set([whole, ...once, ...(whole.length >= longWord && mostSlips > 1 ? once.flatMap(without) : [])]),
  ];
}

const without = (word: string): string[] =>
  Array.from({ length: word.length }, (_, at) => word.slice(0, at) + word.slice(at + 1));
