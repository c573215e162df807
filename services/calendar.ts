import type { Policy } from './policy.ts';

/** A local day of the District, `YYYY-MM-DD`; such days compare as text. */
export type Day = string;

export type Calendar = {
  /** A weekday on which the office works and that is no holiday. */
  isBusinessDay(day: Day): boolean;
  /** The first business day on that day or after it. */
  businessDayFrom(day: Day): Day;
  /** The business day that many business days after a day, which itself is not counted. */
  addBusinessDays(day: Day, count: number): Day;
  /** Why the office is closed that day, or null. */
  holidayOn(day: Day): string | null;
};

type Holiday = Policy['holidays']['days'][number];

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const dayInMs = 86_400_000;

/** The business calendar of the District: its working weekdays less its holidays, of any year. */
export function createCalendar({ holidays, hours }: Pick<Policy, 'holidays' | 'hours'>): Calendar {
  const years = new Map<number, Map<Day, string>>();

  function holidaysOf(year: number): Map<Day, string> {
    let found = years.get(year);
    if (found === undefined) {
      // New Year's Day of the next year may be observed on December 31.
      const dated = [year, year + 1].flatMap((of) => holidays.days.map((holiday) => dateOf(holiday, of)));
      found = new Map(
        dated.filter((entry) => entry !== null && yearOf(entry[0]) === year) as [Day, string][],
      );
      years.set(year, found);
    }
    return found;
  }

  const holidayOn = (day: Day) => holidaysOf(yearOf(day)).get(day) ?? null;
  const isBusinessDay = (day: Day) => hours.office.days.includes(weekdayOf(day)) && holidayOn(day) === null;
  const businessDayFrom = (day: Day): Day => (isBusinessDay(day) ? day : businessDayFrom(addDays(day, 1)));
  const addBusinessDays = (day: Day, count: number): Day =>
    count <= 0 ? day : addBusinessDays(businessDayFrom(addDays(day, 1)), count - 1);

  return { isBusinessDay, businessDayFrom, addBusinessDays, holidayOn };
}

/** Whether the text is a day that exists, `YYYY-MM-DD`. */
export function isDay(text: unknown): text is Day {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** The day so many days later (a minus: earlier). */
export const addDays = (day: Day, count: number): Day => toDay(utcOf(day) + count * dayInMs);

/** How many days lie between; positive where `to` is the later. */
export const daysBetween = (from: Day, to: Day): number => Math.round((utcOf(to) - utcOf(from)) / dayInMs);

export type Weekday = (typeof weekdays)[number];
export const weekdayOf = (day: Day): Weekday => weekdays[new Date(utcOf(day)).getUTCDay()] as Weekday;

/** The local day and the time of day, `HH:MM`, that clocks in the zone show at an instant. */
export function localTime(at: Date, timeZone: string): { day: Day; time: string } {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
  };
}

const formatters = new Map<string, Intl.DateTimeFormat>();
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const made = formatters.get(timeZone);
  if (made !== undefined) return made;
  const two = '2-digit' as const;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

/** The day a holiday rule names in a year, moved off the weekend where the District observes it so. */
function dateOf(holiday: Holiday, year: number): [Day, string] | null {
  if ('date' in holiday) return yearOf(holiday.date) === year ? [holiday.date, holiday.name] : null;
  if ('on' in holiday) {
    const day = `${year}-${holiday.on}`;
    return isDay(day) ? [observed(day), holiday.name] : null;
  }
  const nth = nthWeekday(year, holiday.month, holiday.weekday, holiday.nth);
  return [addDays(nth, holiday.daysAfter ?? 0), holiday.name];
}

function observed(day: Day): Day {
  const moves: Partial<Record<Weekday, number>> = { Sat: -1, Sun: 1 };
  return addDays(day, moves[weekdayOf(day)] ?? 0);
}

/** The nth such weekday of a month; -1 is the last. */
function nthWeekday(year: number, month: number, weekday: Weekday, nth: number): Day {
  const first = toDay(Date.UTC(year, month - 1, 1));
  if (nth < 0) {
    const last = toDay(Date.UTC(year, month, 0));
    return addDays(last, -((weekdays.indexOf(weekdayOf(last)) - weekdays.indexOf(weekday) + 7) % 7));
  }
  const ahead = (weekdays.indexOf(weekday) - weekdays.indexOf(weekdayOf(first)) + 7) % 7;
  return addDays(first, ahead + (nth - 1) * 7);
}

const yearOf = (day: Day) => Number(day.slice(0, 4));
const utcOf = (day: Day) => Date.parse(`${day}T00:00:00Z`);
const toDay = (utc: number): Day => new Date(utc).toISOString().slice(0, 10);
