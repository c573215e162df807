import { createCalendar, localTime } from './calendar.ts';
import type { Policy } from './policy.ts';

/** Whether somebody works at the District's office at an instant: its days and hours, and no holiday. */
export function createOfficeHours({
  district,
  hours,
  holidays,
}: Pick<Policy, 'district' | 'hours' | 'holidays'>) {
  const calendar = createCalendar({ hours, holidays });
  return (at: Date): boolean => {
    const { day, time } = localTime(at, district.timeZone);
    return calendar.isBusinessDay(day) && time >= hours.office.open && time < hours.office.close;
  };
}
