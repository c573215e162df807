const names: Record<string, string> = { en: 'en-US', es: 'es-US' };

/** A local day as people say it: "Thursday, December 3"; the year only where it is not this one. */
export function sayDay(day: string, language: string, today: string): string {
  const date = new Date(`${day}T12:00:00Z`);
  const year = day.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' as const };
  return new Intl.DateTimeFormat(names[language] ?? 'en-US', {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    timeZone: 'UTC',
    ...year,
  }).format(date);
}

/** A local day without its weekday, for the ends of a period: "September 10". */
export function sayShortDay(day: string, language: string, today: string): string {
  return sayDay(day, language, today).replace(/^[^,]+, /, '');
}

/** An instant on the clocks of a time zone: "Monday, November 23, 9:00 AM". */
export function sayInstant(at: Date, language: string, timeZone: string): string {
  return new Intl.DateTimeFormat(names[language] ?? 'en-US', {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
  }).format(at);
}

/** An E.164 number of the United States as people write it: (510) 555-0100. */
export const sayPhone = (phone: string): string => phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');
