import { type Day, localTime } from '../calendar.ts';

const hourMs = 3_600_000;

/** The instant at which clocks in the zone show a time of a day; of two the first, of none the next hour. */
export function instantOf(day: Day, time: string, timeZone: string): Date {
  const wanted = `${day} ${time}`;
  const utc = Date.parse(`${day}T${time}:00Z`);
  for (let ahead = -14; ahead <= 14; ahead++) {
    const at = new Date(utc + ahead * hourMs);
    const shown = localTime(at, timeZone);
    if (`${shown.day} ${shown.time}` >= wanted) return at;
  }
  return new Date(utc);
}

/** The same day of another month (a minus: earlier); where that month is shorter, its last day. */
export function addMonths(day: Day, count: number): Day {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + count, 1));
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date, length));
  return first.toISOString().slice(0, 10);
}
