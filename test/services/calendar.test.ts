import fc from 'fast-check';
import {
  addDays,
  createCalendar,
  daysBetween,
  isDay,
  localTime,
  weekdayOf,
} from '../../services/calendar.ts';
import { loadPolicy } from '../../services/policy.ts';

const policy = await loadPolicy('district');
const calendar = createCalendar(policy);
const days = fc.integer({ min: 0, max: 36_500 }).map((count) => addDays('2000-01-01', count));

describe('the business calendar', () => {
  it.each([
    ['2026-11-26', 'Thanksgiving Day'],
    ['2026-11-27', 'Day after Thanksgiving'],
    ['2026-12-25', 'Christmas Day'],
    ['2026-05-25', 'Memorial Day'],
    ['2027-01-18', 'Martin Luther King Jr. Day'],
    ['2026-07-03', 'Independence Day'], // the 4th is a Saturday
    ['2027-07-05', 'Independence Day'], // the 4th is a Sunday
    ['2027-12-31', "New Year's Day"], // of 2028, a Saturday
  ])('%s is %s, and the office is closed', (day, name) => {
    expect(calendar.holidayOn(day)).toBe(name);
    expect(calendar.isBusinessDay(day)).toBe(false);
  });

  it('counts business days over Thanksgiving and its weekend', () => {
    expect(calendar.addBusinessDays('2026-11-25', 1)).toBe('2026-11-30');
    expect(calendar.addBusinessDays('2026-11-25', 2)).toBe('2026-12-01');
    expect(calendar.businessDayFrom('2026-11-26')).toBe('2026-11-30');
  });

  it('never lands on a weekend or a holiday, and skips no working day', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 15 }), (day, count) => {
        const landed = calendar.addBusinessDays(day, count);
        const between = Array.from({ length: daysBetween(day, landed) }, (_, place) =>
          addDays(day, place + 1),
        );
        expect(calendar.isBusinessDay(landed)).toBe(true);
        expect(between.filter(calendar.isBusinessDay)).toHaveLength(count);
      }),
    );
  });

  it('gives every year its working days, none of them on a weekend', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 2100 }), (year) => {
        const all = Array.from({ length: 365 }, (_, place) => addDays(`${year}-01-01`, place));
        const working = all.filter(calendar.isBusinessDay);
        expect(working.length).toBeGreaterThanOrEqual(246);
        expect(working.length).toBeLessThanOrEqual(252);
        expect(working.filter((day) => ['Sat', 'Sun'].includes(weekdayOf(day)))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('knows days that do not exist', () => {
    expect(isDay('2026-02-29')).toBe(false);
    expect(isDay('2028-02-29')).toBe(true);
    expect(isDay('2026-13-01')).toBe(false);
    expect(isDay('tomorrow')).toBe(false);
    expect(isDay(undefined)).toBe(false);
  });

  it('takes a day and back again the same way', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -2000, max: 2000 }), (day, count) => {
        expect(daysBetween(day, addDays(day, count))).toBe(count);
      }),
    );
  });

  it('tells the time as clocks in the District show it, in summer and winter', () => {
    const zone = 'America/Los_Angeles';
    expect(localTime(new Date('2026-11-24T00:59:00Z'), zone)).toEqual({ day: '2026-11-23', time: '16:59' });
    expect(localTime(new Date('2026-07-01T07:00:00Z'), zone)).toEqual({ day: '2026-07-01', time: '00:00' });
  });
});
