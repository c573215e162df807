import { addDays, createCalendar, type Day, isDay, localTime, weekdayOf } from '../calendar.ts';
import type { DistrictClock } from '../clock.ts';
import type { Policy } from '../policy.ts';

/** `earliest` is the first day after the one asked for that would do. */
export type DayCheck =
  | { ok: true }
  | { ok: false; reason: 'notADay' | 'past' | 'tooSoon' | 'notBusinessDay' | 'tooFar'; earliest: Day };
/** A start on the day it is asked for costs more. */
export type StartCheck = { ok: true; sameDay: boolean } | Exclude<DayCheck, { ok: true }>;

/** On which days service can begin and end: business days' notice before a cut-off, all from the policy. */
export function createOrderDates({
  clock,
  policy,
}: {
  clock: Pick<DistrictClock, 'localTime' | 'timeZone'>;
  policy: Pick<Policy, 'start' | 'stop' | 'hours' | 'holidays'>;
}) {
  const { start, stop } = policy;
  const calendar = createCalendar(policy);

  const earliestAfterNotice = ({ cutoff, noticeBusinessDays }: typeof stop | typeof start): Day => {
    const { day, time } = clock.localTime();
    const received = time < cutoff ? day : addDays(day, 1);
    return calendar.businessDayFrom(
      calendar.addBusinessDays(calendar.businessDayFrom(received), noticeBusinessDays),
    );
  };
  const isStartDay = (day: Day) => calendar.isBusinessDay(day) && start.days.includes(weekdayOf(day));
  const startDayFrom = (day: Day): Day => (isStartDay(day) ? day : startDayFrom(addDays(day, 1)));

  function check(day: Day, earliest: Day, furthestDays: number, from: (day: Day) => Day): DayCheck {
    const today = clock.localTime().day;
    if (!isDay(day)) return { ok: false, reason: 'notADay', earliest };
    if (day < today) return { ok: false, reason: 'past', earliest };
    if (day > addDays(today, furthestDays)) return { ok: false, reason: 'tooFar', earliest };
    if (day < earliest) return { ok: false, reason: 'tooSoon', earliest };
    if (from(day) !== day) return { ok: false, reason: 'notBusinessDay', earliest: from(day) };
    return { ok: true };
  }

  /** The first day on which service can still be stopped. */
  const earliestStop = (): Day => earliestAfterNotice(stop);
  /** The first day on which service can begin at no extra cost. */
  const earliestStart = (): Day => startDayFrom(earliestAfterNotice(start));
  /** Whether service can begin today, for the same-day fee. */
  function isSameDayOpen(): boolean {
    const { day, time } = clock.localTime();
    return isStartDay(day) && time < start.sameDayCutoff;
  }

  return {
    earliestStop,
    earliestStart,
    isSameDayOpen,
    /** Whether service can be stopped on that day, and if not, why and when instead. */
    checkStopDate: (day: Day): DayCheck =>
      check(day, earliestStop(), stop.furthestDays, calendar.businessDayFrom),
    /** Whether service can begin on that day, and whether that is the same day. */
    checkStartDate(day: Day): StartCheck {
      if (day === clock.localTime().day && earliestStart() > day && isSameDayOpen())
        return { ok: true, sameDay: true };
      const checked = check(day, earliestStart(), start.furthestDays, startDayFrom);
      return checked.ok ? { ok: true, sameDay: false } : checked;
    },
    /** Until when a proof can come for a start on that day. */
    proofBy(day: Day): Date {
      const { day: today } = clock.localTime();
      if (day <= today) return instantOf(day, start.sameDayCutoff, clock.timeZone);
      let by = day;
      for (let left = start.proofBusinessDaysBefore; left > 0; left--) {
        do by = addDays(by, -1);
        while (!calendar.isBusinessDay(by) && by > today);
      }
      return instantOf(by, start.cutoff, clock.timeZone);
    },
    /** When a day of the District begins. */
    beginOf: (day: Day): Date => instantOf(day, '00:00', clock.timeZone),
  };
}
export type OrderDates = ReturnType<typeof createOrderDates>;

/** The instant at which clocks in the zone show a day and time; where they skip it, the next that they show. */
export function instantOf(day: Day, time: string, timeZone: string): Date {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  const shownAt = (at: number) => {
    const local = localTime(new Date(at), timeZone);
    return Date.parse(`${local.day}T${local.time}:00Z`);
  };
  const first = wanted - (shownAt(wanted) - wanted);
  return new Date(first - (shownAt(first) - wanted));
}
