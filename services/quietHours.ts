import { localTime } from './calendar.ts';
import type { Policy } from './policy.ts';

const minuteMs = 60_000;

/** When the quiet hours that it is in are over, or null where customers may be written to now. */
export function quietUntil(
  at: Date,
  timeZone: string,
  { messaging }: Pick<Policy, 'messaging'>,
): Date | null {
  const { from, to } = messaging.quiet;
  const isQuiet = ({ time }: { time: string }) =>
    from < to ? time >= from && time < to : time >= from || time < to;
  if (!isQuiet(localTime(at, timeZone))) return null;
  // Minute by minute: a change of the clocks within the night needs no rule of its own.
  let then = new Date(Math.floor(at.getTime() / minuteMs) * minuteMs);
  while (isQuiet(localTime(then, timeZone))) then = new Date(then.getTime() + minuteMs);
  return then;
}
