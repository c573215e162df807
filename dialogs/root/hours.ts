import type { Services } from '../services.ts';

const shortDays: Record<string, Record<string, string>> = {
  en: {
    Mon: 'Monday',
    Tue: 'Tuesday',
    Wed: 'Wednesday',
    Thu: 'Thursday',
    Fri: 'Friday',
    Sat: 'Saturday',
    Sun: 'Sunday',
  },
  es: {
    Mon: 'lunes',
    Tue: 'martes',
    Wed: 'miércoles',
    Thu: 'jueves',
    Fri: 'viernes',
    Sat: 'sábado',
    Sun: 'domingo',
  },
};

const clock = (time: string): string => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const minutes = minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`;
  return `${hour % 12 || 12}${minutes} ${hour < 12 ? 'a.m.' : 'p.m.'}`;
};

/** The office's hours in a few words: "Monday to Friday, 8 a.m. to 5 p.m." */
export function officeHours({ policy }: Pick<Services, 'policy'>, language: string): string {
  const { days, open, close } = policy.hours.office;
  const names = shortDays[language] ?? (shortDays.en as Record<string, string>);
  const [first = 'Mon', last = 'Fri'] = [days[0], days.at(-1)];
  return language === 'es'
    ? `de ${names[first]} a ${names[last]}, de ${clock(open)} a ${clock(close)}`
    : `${names[first]} to ${names[last]}, ${clock(open)} to ${clock(close)}`;
}
