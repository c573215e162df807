import fc from 'fast-check';
import { createBusinessHours, instantOf } from '../../services/businessHours.ts';
import { createCalendar, localTime } from '../../services/calendar.ts';
import { loadPolicy } from '../../services/policy.ts';

const policy = await loadPolicy('district');
const office = createBusinessHours(policy);
const calendar = createCalendar(policy);
const { timeZone } = policy.district;
const { open, close } = policy.hours.office;

/** Any instant of four years, to the second, and office time in quarters of an hour. */
const instant = fc
  .integer({ min: 0, max: 4 * 366 * 86_400 })
  .map((seconds) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000));
const hours = fc.integer({ min: 0, max: 400 }).map((quarters) => quarters / 4);

describe('when something is due in office time', () => {
  it.each([
    ['Monday 9:00 and 4 hours', '2026-11-23T17:00:00Z', 4, '2026-11-23T21:00:00.000Z'],
    ['Monday 15:00 and 4 hours', '2026-11-23T23:00:00Z', 4, '2026-11-24T18:00:00.000Z'],
    ['Friday evening and 1 hour', '2026-12-05T03:00:00Z', 1, '2026-12-07T17:00:00.000Z'],
    ['the day before Thanksgiving, 16:00 and 2', '2026-11-26T00:00:00Z', 2, '2026-11-30T17:00:00.000Z'],
    ['to the very end of the day', '2026-11-23T16:00:00Z', 9, '2026-11-24T01:00:00.000Z'],
    ['across the end of summer time', '2026-10-30T23:00:00Z', 2, '2026-11-02T17:00:00.000Z'],
  ])('%s', (_what, from, count, due) => {
    expect(office.add(new Date(from), count).toISOString()).toBe(due);
  });

  it('is always within office hours of a business day, and never on a holiday', () => {
    fc.assert(
      fc.property(instant, hours, (from, count) => {
        const due = office.add(from, count);
        const { day, time } = localTime(due, timeZone);
        expect(calendar.isBusinessDay(day)).toBe(true);
        expect(calendar.holidayOn(day)).toBeNull();
        expect(time >= open && time <= close).toBe(true);
        expect(due >= from).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same however the hours are added up', () => {
    fc.assert(
      fc.property(instant, hours, hours, (from, first, second) => {
        expect(office.add(office.add(from, first), second)).toEqual(office.add(from, first + second));
      }),
      { numRuns: 300 },
    );
  });

  it('never comes earlier for more hours, or for a later report', () => {
    fc.assert(
      fc.property(instant, instant, hours, hours, (a, b, first, second) => {
        const [early, late] = a < b ? [a, b] : [b, a];
        expect(office.add(early, first) <= office.add(late, first)).toBe(true);
        expect(office.add(early, Math.min(first, second)) <= office.add(early, Math.max(first, second))).toBe(
          true,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('reads a day and time of the District back as it was', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const { day } = localTime(at, timeZone);
        for (const time of [open, close])
          expect(localTime(instantOf(day, time, timeZone), timeZone)).toEqual({ day, time });
      }),
      { numRuns: 200 },
    );
  });
});
