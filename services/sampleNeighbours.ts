import { checkDigit } from './accountNumber.ts';
import type { MeterSize, Policy } from './policy.ts';
import { areaCodeOf, type SampleAccount, type SampleData } from './sampleData.ts';

const givenNames =
  'Ada Ben Carla Dev Elena Farid Gita Hugo Ines Jamal Kira Luis Mina Noor Omar Paula Quinn Rosa Sven Tala Uma Viktor Wen Ximena Yusuf Zoe'.split(
    ' ',
  );
const familyNames =
  'Alvarez Bauer Chen Dhillon Eriksen Flores Gupta Hansen Ibarra Johnson Khan Lopez Moreau Nakamura Ortiz Patel Quintero Rossi Silva Tran Ueda Vargas Wong Xu Young Zamora'.split(
    ' ',
  );
const sizes: MeterSize[] = ['5/8', '5/8', '5/8', '5/8', '3/4', '3/4', '1'];

/** Where the neighbours live: the District's ZIP codes, the streets of its sample, an area code, its bills. */
export type Neighbourhood = {
  zips: readonly string[];
  streets: readonly string[];
  areaCode: string;
  /** Meter sizes that have a price. */
  sizes: readonly MeterSize[];
  cycleDays: number;
  dueDays: number;
};

/** The neighbourhood that a District and its sample describe. */
export function neighbourhoodOf(
  { district, units, billing, rates }: Pick<Policy, 'district' | 'units' | 'billing' | 'rates'>,
  { accounts, vacantPremises, neighbourStreets }: SampleData,
): Neighbourhood {
  const addresses = [...accounts, ...vacantPremises].map(({ serviceAddress }) => serviceAddress);
  const streets =
    neighbourStreets ?? addresses.map((address) => address.replace(/^\d+\s+/, '').replace(unit, ''));
  const priced = sizes.filter((size) => rates.every(({ serviceCharge }) => size in serviceCharge));
  return {
    zips: district.zips,
    streets: [...new Set(streets)],
    areaCode: areaCodeOf(district.phone),
    sizes: priced.length > 0 ? priced : [accounts[0]?.meterSize ?? '5/8'],
    cycleDays: units.cycleDays,
    dueDays: billing.dueDays,
  };
}

const unit = /\s+(Apt|Unit|Ste|#).*$/i;

/**
 * Neighbours of the sample accounts, the same at every call, so that a look-up has something to look through.
 * They have no PIN; their phones are of the range that no telephone company gives out, and so shared.
 */
export const sampleNeighbours = (count: number, where: Neighbourhood): SampleAccount[] =>
  Array.from({ length: count }, (_, place) => neighbour(place, where));

function neighbour(place: number, where: Neighbourhood): SampleAccount {
  const { zips, streets, areaCode, cycleDays, dueDays } = where;
  const pick = picker(place);
  const [given, family] = [pick(givenNames), pick(familyNames)];
  const sevenDigits = String(2_000_000 + place * 3167);
  const issuedDays = -1 - ((place * 7) % (cycleDays - 2));
  const units = 5 + (place % 24);
  const unpaid = issuedDays > -dueDays && place % 3 !== 0;
  return {
    accountNumber: `${sevenDigits}${checkDigit(sevenDigits)}`,
    state: 'active',
    kind: 'residential',
    occupancy: place % 3 === 0 ? 'tenant' : 'owner',
    customerName: `${given} ${family}`,
    language: place % 6 === 0 ? 'es' : 'en',
    phone: `+1${areaCode}55501${String(11 + (place % 80)).padStart(2, '0')}`,
    email: `${given}.${family}.${place}@example.com`.toLowerCase(),
    serviceAddress: `${1000 + place} ${pick(streets)}`,
    zip: zips[place % zips.length] ?? '',
    meterSize: pick(where.sizes),
    // The rates decide the amount; 1 stands for "all of it", 0 for "paid".
    bill: { issuedDays, dueDays: issuedDays + dueDays, periodDays: cycleDays, units, amount: 1 },
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
