import { addDays, type Day } from '../calendar.ts';

/** The same day so many months later (a minus: earlier), or the last of a month that has no such day. */
export function addMonths(day: Day, count: number): Day {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const at = year * 12 + (month - 1) + count;
  const first = `${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}-01`;
  const wanted = addDays(first, date - 1);
  if (wanted.slice(0, 7) === first.slice(0, 7)) return wanted;
  return addDays(`${wanted.slice(0, 7)}-01`, -1);
}
