import type { ServiceLocation } from '../models/serviceLocation.ts';
import type { ServiceStreet } from '../models/serviceStreet.ts';
import { type ReadAddress, readAddress, type Street } from './addressSearch/address.ts';
import { nearSpellings } from './addressSearch/nearSpellings.ts';
import { leastScore, type Scored, scoreStreet } from './addressSearch/rank.ts';

/** A premise as anybody may be told of it: where it is, never whose. */
export type FoundPremise = { serviceLocationId: string; address: string; zip: string };

export type AddressMatch =
  /** Number, street, unit and ZIP are what was written, and no other premise is. */
  | { match: 'exact'; premise: FoundPremise }
  /** The likeliest first, at most five: the customer says which. */
  | { match: 'candidates'; premises: FoundPremise[] }
  | { match: 'none'; missing: 'houseNumber' | null };

export type AddressStores = {
  streets: { spelt(spellings: string[], count: number): PromiseLike<Omit<ServiceStreet, 'spellings'>[]> };
  locations: {
    atNumber(
      streets: string[],
      numbers: string[],
      unit: string | null,
      count: number,
    ): PromiseLike<ServiceLocation[]>;
  };
};

const mostCandidates = 5;
const mostStreets = 10;
const mostSpelt = 400;
const mostSpellings = 600;
const longestSpan = 4;
const mostPremises = 40;
const otherUnit = 0.1;
const otherZip = 0.15;
const otherNumber = 0.25;

type Ranked = ServiceLocation & Scored;

/**
 * Finds premises from what people write. The few thousand streets of a District are found by near spellings, the
 * premises by street and house number, both by an index of the store, so a search costs the same however many
 * premises there are and sees at once what any process adds. Edit distance comes from `fastest-levenshtein`
 * (docs/adr/0008).
 */
export function createAddressSearch({ streets, locations }: AddressStores) {
  return async function search(text: string): Promise<AddressMatch> {
    const read = readAddress(text);
    if (read.number === null) return { match: 'none', missing: 'houseNumber' };
    const spans = spansOf(read.words);
    // Words together before each alone: in a large District hundreds of streets may have one of them.
    const together = spansOf(read.words, 2);
    // As it was written first: only that can be exact, and most people can spell their street.
    for (const asWritten of [together, spans]) {
      const found = await find(asWritten, read);
      if (found.match === 'exact') return found;
    }
    const near = (from: string[], slips: number) => from.flatMap((span) => nearSpellings(span, slips));
    for (const spellings of [near(together, 1), near(spans, 1), near(spans, 2)]) {
      const found = await find(spellings, read);
      if (found.match !== 'none') return found;
    }
    return { match: 'none', missing: null };
  };

  async function find(spellings: string[], read: ReadAddress): Promise<AddressMatch> {
    return answer(await premisesOn(await streetsSpelt(spellings, read), read));
  }

  async function streetsSpelt(spellings: string[], read: ReadAddress): Promise<Map<string, Scored>> {
    const found = await streets.spelt([...new Set(spellings)].slice(0, mostSpellings), mostSpelt);
    const likely = found
      .map((street) => ({ id: street._id, ...scoreStreet(read, toStreet(street)) }))
      .filter(({ score }) => score >= leastScore)
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
      .slice(0, mostStreets);
    return new Map(likely.map(({ id, ...scored }) => [id, scored]));
  }

  async function premisesOn(scored: Map<string, Scored>, read: ReadAddress): Promise<Ranked[]> {
    const ids = [...scored.keys()];
    if (ids.length === 0) return [];
    const number = read.number as string;
    const found = (
      read.unit === null ? [] : await locations.atNumber(ids, [number], read.unit, mostPremises)
    ).concat(await locations.atNumber(ids, [number], null, mostPremises));
    const near = found.length > 0 ? found : await locations.atNumber(ids, turned(number), null, mostPremises);
    return [...new Map(near.map((one) => [one._id, one])).values()]
      .map((one) => rankOf(one, scored.get(one.street as string) as Scored, read))
      .sort((a, b) => b.score - a.score || byUnit(a, b));
  }

  function rankOf(one: ServiceLocation, { score, isExact }: Scored, read: ReadAddress): Ranked {
    const sameUnit = (one.unit ?? null) === read.unit;
    const sameZip = read.zip === null || read.zip === one.zip;
    const sameNumber = one.number === read.number;
    return {
      ...one,
      score: score - (sameUnit ? 0 : otherUnit) - (sameZip ? 0 : otherZip) - (sameNumber ? 0 : otherNumber),
      isExact: isExact && sameUnit && sameZip && sameNumber,
    };
  }

  function answer(ranked: Ranked[]): AddressMatch {
    const exact = ranked.filter(({ isExact }) => isExact);
    const [only] = exact;
    if (only !== undefined && exact.length === 1) return { match: 'exact', premise: toFound(only) };
    const premises = ranked.slice(0, mostCandidates).map(toFound);
    return premises.length > 0 ? { match: 'candidates', premises } : { match: 'none', missing: null };
  }
}

/** Neighbouring words as one, the longest first: "mission oak" for "Missionoak", and the whole name at once. */
function spansOf(words: string[], fewest = 1): string[] {
  const spans: string[] = [];
  for (let size = Math.min(longestSpan, words.length); size >= fewest; size--)
    for (let from = 0; from + size <= words.length; from++)
      spans.push(words.slice(from, from + size).join(''));
  return spans;
}

/** House numbers with two neighbouring digits turned round, a slip that only a person can settle. */
const turned = (number: string): string[] =>
  [
    ...new Set(
      Array.from(
        { length: Math.max(0, number.length - 1) },
        (_, at) => number.slice(0, at) + number.charAt(at + 1) + number.charAt(at) + number.slice(at + 2),
      ),
    ),
  ].filter((other) => other !== number && !other.startsWith('0'));

const byUnit = (a: ServiceLocation, b: ServiceLocation) =>
  (a.unit ?? '').localeCompare(b.unit ?? '', 'en', { numeric: true }) || (a._id < b._id ? -1 : 1);

const toStreet = ({ _id, name, kind, directions }: Omit<ServiceStreet, 'spellings'>): Street => ({
  id: _id,
  name,
  kind: kind ?? null,
  directions,
});

const toFound = ({ _id, address, zip }: ServiceLocation): FoundPremise => ({
  serviceLocationId: _id,
  address,
  zip,
});
