import { asDay } from '../../../language/entities/day.ts';

/** A Monday. */
const today = '2026-11-23';

describe('the day that a customer names', () => {
  it.each([
    ['dec 3', '2026-12-03'],
    ['on December 3rd please', '2026-12-03'],
    ['12/7', '2026-12-07'],
    ['tomorrow', '2026-11-24'],
    ['tmrw', '2026-11-24'],
    ['next friday', '2026-12-04'],
    ['no, the 5th', '2026-12-05'],
    ['the 25th works', '2026-11-25'],
    ['2026-12-07', '2026-12-07'],
    ['a week from tuesday', '2026-12-01'],
  ])('is read from "%s"', (text, day) => {
    expect(asDay(text, today, 'en')).toBe(day);
  });

  it.each([
    ['el 5', '2026-12-05'],
    ['3 de diciembre', '2026-12-03'],
    ['mañana', '2026-11-24'],
  ])('is read from Spanish "%s"', (text, day) => {
    expect(asDay(text, today, 'es')).toBe(day);
  });

  it.each(['', 'yes', 'stop my water', 'the 32nd', '9 Elm St, Reno', 'a'.repeat(10_000)])(
    'is none in "%s"',
    (text) => {
      expect(asDay(text, today, 'en')).toBeNull();
    },
  );
});
