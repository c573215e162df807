import { addDays } from '../../services/calendar.ts';
import { loadPolicy } from '../../services/policy.ts';
import { type RatingPolicy, rateBill } from '../../services/rating.ts';
import { quantile } from './load.ts';

export type RatingFigures = { name: string; perSecond: number; p50: number; p99: number };

const batch = 100;
const forMs = 700;

/** Bills that are rated in a second, one after the other in one process; p50 and p99 are of a hundred, in ms. */
export async function ratingRound(): Promise<RatingFigures[]> {
  const uniform = await loadPolicy('district');
  const tiered = await loadPolicy('test/fixtures/district-tiered');
  const dry = [
    {
      effectiveOn: '2026-08-20',
      source: 'Stage 2',
      stage: 2,
      surchargePct: 8,
      excess: { aboveUnitsPerMonth: 20, perUnit: 2, firstIsWarning: false, monthDays: 30 },
    },
  ];
  return [
    rated('uniform', uniform),
    rated('tiered', tiered),
    rated('tiered, drought within the period', { ...tiered, drought: dry }),
  ];
}

function rated(name: string, policy: RatingPolicy): RatingFigures {
  const period = { start: '2026-08-01', end: addDays('2026-08-01', 61) };
  const bill = (place: number) =>
    rateBill({ policy, meterSize: '5/8', units: 5 + (place % 70), days: 61, insideDistrict: true, period });
  for (let place = 0; place < 5 * batch; place++) bill(place);
  const latencies: number[] = [];
  const begun = performance.now();
  let now = begun;
  while (now - begun < forMs) {
    for (let place = 0; place < batch; place++) bill(place + latencies.length);
    const then = performance.now();
    latencies.push(then - now);
    now = then;
  }
  return {
    name,
    perSecond: (latencies.length * batch * 1000) / (now - begun),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}
