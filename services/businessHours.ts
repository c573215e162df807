import { addDays, createCalendar, type Day, localTime } from './calendar.ts';
import type { Policy } from './policy.ts';

const hourMs = 3_600_000;

/** Time as the office works it: its hours on its days, holidays left out. */
export type BusinessHours = {
  /** The instant so many hours of office time later; it is never outside of office hours. */
  add(from: Date, hours: number): Date;
};

/** Office time by the policy's hours and holidays, in the District's time zone. */
export function createBusinessHours(policy: Pick<Policy, 'district' | 'hours' | 'holidays'>): BusinessHours {
  const { timeZone } = policy.district;
  const { open, close } = policy.hours.office;
  const calendar = createCalendar(policy);

  return {
    add(from, hours) {
      let left = Math.round(hours * hourMs);
      let day = calendar.businessDayFrom(localTime(from, timeZone).day);
      for (;;) {
        const closes = instantOf(day, close, timeZone).getTime();
        const begins = Math.max(from.getTime(), instantOf(day, open, timeZone).getTime());
        if (begins + left <= closes) return new Date(begins + left);
        left -= Math.max(0, closes - begins);
        day = calendar.businessDayFrom(addDays(day, 1));
      }
    },
  };
}

/** The instant at which clocks in the zone show that day and time of day, `HH:MM`. */
export function instantOf(day: Day, time: string, timeZone: string): Date {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  let at = wanted;
  // Twice: the first correction may cross a change of the clocks.
  for (let round = 0; round < 2; round++) {
    const shown = localTime(new Date(at), timeZone);
    at += wanted - Date.parse(`${shown.day}T${shown.time}:00Z`);
  }
  return new Date(at);
}
