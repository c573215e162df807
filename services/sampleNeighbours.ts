import { checkDigit } from './accountNumber.ts';
import type { MeterSize } from './policy.ts';
import type { SampleAccount } from './sampleData.ts';

const givenNames =
  'Ada Ben Carla Dev Elena Farid Gita Hugo Ines Jamal Kira Luis Mina Noor Omar Paula Quinn Rosa Sven Tala Uma Viktor Wen Ximena Yusuf Zoe'.split(
    ' ',
  );
const familyNames =
  'Alvarez Bauer Chen Dhillon Eriksen Flores Gupta Hansen Ibarra Johnson Khan Lopez Moreau Nakamura Ortiz Patel Quintero Rossi Silva Tran Ueda Vargas Wong Xu Young Zamora'.split(
    ' ',
  );
const streets = [
  'Alder Creek Rd',
  'Willow Pond Dr',
  'Mission Oak Ln',
  'Niles Blvd',
  'Paseo Padre Ct',
  'Peralta Blvd',
  'Vallejo Mill Way',
  'Decoto Rd',
  'Dry Creek Ln',
  'Stevenson Pl',
  'Sycamore St',
  'Canyon Heights Dr',
];
const zips = ['94538', '94539', '94555'] as const;
const sizes: MeterSize[] = ['5/8', '5/8', '5/8', '5/8', '3/4', '3/4', '1'];

/**
 * Neighbours of the sample accounts, the same at every call, so that a look-up has something to look through.
 * They have no PIN; their phones are of the range that no telephone company gives out, and so shared.
 */
export function sampleNeighbours(count: number): SampleAccount[] {
  return Array.from({ length: count }, (_, place) => neighbour(place));
}

function neighbour(place: number): SampleAccount {
  const pick = picker(place);
  const [given, family] = [pick(givenNames), pick(familyNames)];
  const sevenDigits = String(2_000_000 + place * 3167);
  const issuedDays = -1 - ((place * 7) % 58);
  const units = 5 + (place % 24);
  const unpaid = issuedDays > -21 && place % 3 !== 0;
  return {
    accountNumber: `${sevenDigits}${checkDigit(sevenDigits)}`,
    state: 'active',
    kind: 'residential',
    occupancy: place % 3 === 0 ? 'tenant' : 'owner',
    customerName: `${given} ${family}`,
    language: place % 6 === 0 ? 'es' : 'en',
    phone: `+151055501${String(11 + (place % 80)).padStart(2, '0')}`,
    email: `${given}.${family}.${place}@example.com`.toLowerCase(),
    serviceAddress: `${1000 + place} ${pick(streets)}`,
    zip: zips[place % zips.length] ?? zips[0],
    meterSize: pick(sizes),
    // The rates decide the amount; 1 stands for "all of it", 0 for "paid".
    bill: { issuedDays, dueDays: issuedDays + 21, periodDays: 60, units, amount: 1 },
    samePeriodLastYearUnits: units - 2 + (place % 5),
    balance: unpaid ? 1 : 0,
    autopay: place % 4 === 0 && !unpaid && issuedDays <= -20,
    paperless: place % 2 === 0,
    otherPremises: [],
    returnedPaymentsLast12Months: 0,
  };
}

/** Picks from lists by a small generator that begins anew for each neighbour (xorshift). */
function picker(place: number) {
  let state = (place + 1) * 2_654_435_761;
  return <Item>(items: readonly Item[]): Item => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return items[(state >>> 0) % items.length] as Item;
  };
}
