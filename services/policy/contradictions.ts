import type { Day } from '../calendar.ts';
import type { Policy } from './schema.ts';

type Contradiction = { at: readonly PropertyKey[]; what: string };

/** What no single key shows: keys that are right each by itself, and wrong together. */
export function contradictions(policy: Partial<Policy>, today?: Day): Contradiction[] {
  const { rates = [], drought = [], payments } = policy;
  return [
    ...(today ? notYet(policy, today) : []),
    ...startTwice('rates', rates),
    ...startTwice('drought', drought),
    ...lostMeterSizes(rates),
    ...unknownCategories(policy),
    ...(payments && payments.least > payments.most
      ? [{ at: ['payments', 'least'], what: 'is more than payments.most' }]
      : []),
  ];
}

/** What has one value holds from now on: a day to come belongs only in a list, behind what holds until then. */
function notYet({ rates = [], drought: _, ...blocks }: Partial<Policy>, today: Day): Contradiction[] {
  const first = rates.map(({ effectiveOn }) => effectiveOn).sort()[0] ?? '';
  return [
    ...(first > today
      ? [
          {
            at: ['rates'],
            what: `none holds today, ${today}: the first begins on ${first}; add the one before it`,
          },
        ]
      : []),
    ...Object.entries(blocks).flatMap(([key, block]) =>
      'effectiveOn' in block && block.effectiveOn > today
        ? [
            {
              at: [key, 'effectiveOn'],
              what: `is a day to come, ${block.effectiveOn}; change this block on that day, or say since when it holds`,
            },
          ]
        : [],
    ),
  ];
}

/** Two items of a list that begin on one day leave open which one holds. */
const startTwice = (key: string, items: readonly { effectiveOn: string }[]): Contradiction[] =>
  items.flatMap(({ effectiveOn }, place) =>
    items.findIndex((other) => other.effectiveOn === effectiveOn) < place
      ? [{ at: [key, place, 'effectiveOn'], what: `another item begins on ${effectiveOn} too` }]
      : [],
  );

/** A meter size that a new rate leaves out cannot be billed from that day on. */
function lostMeterSizes(rates: Policy['rates']): Contradiction[] {
  const inOrder = [...rates].sort((a, b) => (a.effectiveOn < b.effectiveOn ? -1 : 1));
  return inOrder.flatMap((rate, place) => {
    const before = Object.keys(inOrder[place - 1]?.serviceCharge ?? {});
    return before
      .filter((size) => !(size in rate.serviceCharge))
      .map((size) => ({
        at: ['rates', rates.indexOf(rate), 'serviceCharge'],
        what: `has no price for a meter of ${size}", which the rate before it has`,
      }));
  });
}

function unknownCategories({ cases, cluster, billing }: Partial<Policy>): Contradiction[] {
  if (!cases) return [];
  const known = new Set(cases.categories.map(({ code }) => code));
  const named: [PropertyKey[], string][] = [
    ...(cluster?.outageCategories ?? []).map((code, place): [PropertyKey[], string] => [
      ['cluster', 'outageCategories', place],
      code,
    ]),
    ...(billing
      ? [[['billing', 'schedule', 'meterCase'], billing.schedule.meterCase] as [PropertyKey[], string]]
      : []),
  ];
  return named
    .filter(([, code]) => !known.has(code))
    .map(([at, code]) => ({ at, what: `${code} is not a code of cases.categories` }));
}
