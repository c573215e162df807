import { type Day, localTime } from './calendar.ts';
import { InvariantError, UpstreamError } from './errors.ts';

/** District time: dates, hours, timers, codes, notices. Machine time (leases, tokens, retries) is not this. */
export type DistrictClock = {
  timeZone: string;
  now(): Date;
  /** The District's local day. */
  today(): Day;
  /** The District's local day and time of day, `HH:MM`. */
  localTime(): { day: Day; time: string };
  /** Reads the offset that all processes share; the first process ever to do so decides it. */
  refresh(): Promise<void>;
  /** Sandbox only: moves every process's District time forward by an ISO 8601 duration (weeks to seconds). */
  advance(iso8601Duration: string): Promise<Date>;
};

/** Where the offset is kept: `DistrictClockModel`, or a plain object in a test. */
export type ClockStore = {
  offsetOrBegin(offsetMs: number): Promise<number>;
  moveBy(ms: number): Promise<number | null>;
};

/**
 * `start` (the CLOCK setting) is where District time begins at the very first start; later it is what the
 * store says. Await `refresh()` before the first `now()`, and again at each turn: another process may have
 * moved the clock.
 */
export function createDistrictClock(deps: {
  store: ClockStore;
  timeZone: string;
  start?: Date | undefined;
  now?: () => Date;
}): DistrictClock {
  const { store, timeZone, start, now: machineNow = () => new Date() } = deps;
  let offsetMs: number | null = null;

  function now(): Date {
    if (offsetMs === null)
      throw new InvariantError('clock.notStarted', 'District time was asked for too early');
    return new Date(machineNow().getTime() + offsetMs);
  }

  return {
    timeZone,
    now,
    today: () => localTime(now(), timeZone).day,
    localTime: () => localTime(now(), timeZone),
    async refresh() {
      offsetMs = await store.offsetOrBegin(
        start === undefined ? 0 : start.getTime() - machineNow().getTime(),
      );
    },
    async advance(iso8601Duration) {
      const moved = await store.moveBy(durationMs(iso8601Duration));
      if (moved === null)
        throw new UpstreamError('clock.unavailable', 'The clock has no offset in the store');
      offsetMs = moved;
      return now();
    },
  };
}

const units = { W: 604_800_000, D: 86_400_000, H: 3_600_000, M: 60_000, S: 1000 };
const tenYears = 3653 * units.D;

/** `PT36H`, `P1W`, `P1DT2H30M`: months and years have no fixed length and are refused. */
function durationMs(text: string): number {
  const match = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  const counts = match?.slice(1).map((count) => Number(count ?? 0)) ?? [];
  const ms = Object.values(units).reduce((sum, unit, place) => sum + unit * (counts[place] ?? 0), 0);
  if (match === null || ms > tenYears)
    throw new InvariantError('clock.badDuration', 'Not a duration to move the clock by');
  return ms;
}
