import { distance } from 'fastest-levenshtein';
import type { ReadAddress, Street } from './address.ts';
import { directionWords, streetKinds } from './words.ts';

/** What it costs a street that something else was written than its name; the highest score is 1. */
const costs = { joined: 0.02, otherKind: 0.15, noKind: 0.01, otherDirection: 0.12, strayWord: 0.04 };
const mostStrayWords = 3;
/** A street that is less alike is not meant. */
export const leastScore = 0.7;

export type Scored = { score: number; isExact: boolean };

/** How well the words name a street, from 0 to 1; exact where nothing was misspelt and nothing contradicts. */
export function scoreStreet({ words }: Pick<ReadAddress, 'words'>, street: Street): Scored {
  const left = [...words];
  let alike = 0;
  let exact = true;
  for (const part of street.name) {
    const best = nearest(part, left);
    alike += best.alike;
    exact &&= best.alike === 1;
    if (best.alike >= 0.5) left.splice(best.at, 1);
  }
  const apart = alike / street.name.length;
  const joined = joinedScore(words, street);
  const score = Math.max(apart, joined - costs.joined);
  const rest =
    joined - costs.joined > apart ? words.filter((word) => isKind(word) || isDirection(word)) : left;
  const { cost, contradicts } = costOf(rest, street);
  return { score: score - cost, isExact: exact && !contradicts };
}

function nearest(part: string, words: string[]): { at: number; alike: number } {
  return words.reduce(
    (best, word, at) => {
      const likeness = likenessOf(part, word);
      return likeness > best.alike ? { at, alike: likeness } : best;
    },
    { at: -1, alike: 0 },
  );
}

/** "missionoak" and "quarry lakes" for "Quarrylakes": the name without its gaps. */
function joinedScore(words: string[], { name }: Street): number {
  const whole = name.join('');
  let best = 0;
  for (let from = 0; from < words.length; from++)
    for (let to = from + 1; to <= Math.min(words.length, from + name.length + 1); to++)
      best = Math.max(best, likenessOf(whole, words.slice(from, to).join('')));
  return best;
}

/** 1 for the same word, less for each slip of the longer one's letters; two letters turned round are one slip. */
function likenessOf(left: string, right: string): number {
  if (left === right) return 1;
  if (/\d/.test(left) || /\d/.test(right)) return 0;
  const slips = isTurned(left, right) ? 1 : distance(left, right);
  const likeness = 1 - slips / Math.max(left.length, right.length);
  return likeness < 0.5 ? 0 : likeness;
}

function isTurned(left: string, right: string): boolean {
  const at = [...left].findIndex((letter, place) => letter !== right[place]);
  const turned = left.slice(0, at) + (left[at + 1] ?? '') + (left[at] ?? '') + left.slice(at + 2);
  return left.length === right.length && turned === right;
}

function costOf(rest: string[], street: Street): { cost: number; contradicts: boolean } {
  const kinds = rest.filter(isKind);
  const directions = rest.filter(isDirection);
  const stray = rest.length - kinds.length - directions.length;
  const otherKind = kinds.length > 0 && street.kind !== null && !kinds.includes(street.kind);
  const noKind = kinds.length === 0 && street.kind !== null;
  const otherDirection =
    directions.some((direction) => !street.directions.includes(direction)) ||
    street.directions.some((direction) => !directions.includes(direction));
  return {
    cost:
      (otherKind ? costs.otherKind : 0) +
      (noKind ? costs.noKind : 0) +
      (otherDirection ? costs.otherDirection : 0) +
      Math.min(stray, mostStrayWords) * costs.strayWord,
    contradicts: otherKind || otherDirection,
  };
}

const isKind = (word: string) => streetKinds.get(word) === word;
const isDirection = (word: string) => directionWords.get(word) === word;
