/** Puts values into `{{names}}`; HTML-escaped, as everything that comes from the District's policy is text. */
export function fill(template: string, values: Record<string, string>): string {
  return template.replace(/\{\{([\w./-]+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`site: no value for {{${name}}}`);
    return escapeHtml(value);
  });
}

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** `+15105550190` as people read it. */
export const readablePhone = (phone: string): string =>
  phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');

export type OpeningHours = { days: string[]; open: string; close: string };

/** `Monday – Friday, 8:00 AM – 5:00 PM`, in the page's language. */
export function readableHours({ days, open, close }: OpeningHours, locale: string): string {
  return `${readableDays(days, locale)}, ${timeOfDay(open, locale)} – ${timeOfDay(close, locale)}`;
}

/** Days that follow each other as a span, others one by one. */
function readableDays(days: string[], locale: string): string {
  const fromMonday = [...weekdays.slice(1), 'Sun'];
  const places = days.map((day) => fromMonday.indexOf(day)).sort((a, b) => a - b);
  const names = places.map((place) => dayName(fromMonday[place] ?? 'Mon', locale));
  const isSpan = places.length > 2 && places.every((place, at) => place === (places[0] ?? 0) + at);
  if (isSpan) return `${names[0]} – ${names.at(-1)}`;
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function dayName(day: string, locale: string): string {
  const date = new Date(Date.UTC(2023, 0, 1 + weekdays.indexOf(day))); // 1 January 2023 was a Sunday
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(date);
}

function timeOfDay(time: string, locale: string): string {
  const date = new Date(`2023-01-01T${time}:00Z`);
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(
    date,
  );
}
