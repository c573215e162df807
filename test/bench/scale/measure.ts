/**
 * Something that must not grow with the District. `fill` brings the store from one size to the next; `run` is timed,
 * and throws where its answer is wrong.
 */
export type Measure = {
  name: string;
  fill?(from: number, to: number): Promise<void>;
  run(run: number, size: number): Promise<void>;
};

const batch = 5000;

/** The places from one to before another, in batches that a store takes at once. */
export function* placesFrom(from: number, to: number): Generator<number[]> {
  for (let at = from; at < to; at += batch)
    yield Array.from({ length: Math.min(batch, to - at) }, (_, place) => at + place);
}

/** A place of so many, another at every run, spread over all. */
export const drawn = (run: number, size: number): number => (run * 7919 + 13) % size;
