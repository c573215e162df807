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

const inOrder = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** A time of day as people say it: "8 a.m.", "4:30 p.m.", "noon". */
export function sayTime(time: string, language: string): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  if (hour === 12 && minute === 0) return language === 'es' ? '12 del mediodía' : 'noon';
  const minutes = minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`;
  return `${hour % 12 || 12}${minutes} ${hour < 12 ? 'a.m.' : 'p.m.'}`;
}

type Hours = { days: readonly string[]; open: string; close: string };

/** Hours of some days in a few words: "Monday to Friday, 8 a.m. to 5 p.m."; days that do not follow are listed. */
export function sayHours({ days, open, close }: Hours, language: string): string {
  const names = shortDays[language] ?? (shortDays.en as Record<string, string>);
  const places = days.map((day) => inOrder.indexOf(day)).sort((a, b) => a - b);
  const named = places.map((place) => names[inOrder[place] ?? ''] ?? '');
  const isRow = places.length > 2 && places.every((place, at) => place === (places[0] ?? 0) + at);
  const times = [sayTime(open, language), sayTime(close, language)];
  if (language === 'es') {
    const dias = isRow ? `de ${named[0]} a ${named.at(-1)}` : listed(named, 'es');
    return `${dias}, de ${times[0]} a ${times[1]}`;
  }
  return `${isRow ? `${named[0]} to ${named.at(-1)}` : listed(named, 'en')}, ${times[0]} to ${times[1]}`;
}

/** Things one after the other, as each language joins them: "CARE, CalFresh or income". */
export const listed = (
  items: readonly string[],
  language: string,
  type: 'conjunction' | 'disjunction' = 'conjunction',
) => new Intl.ListFormat(language === 'es' ? 'es-US' : 'en-US', { type }).format(items);
