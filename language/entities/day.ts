import { Culture } from '@microsoft/recognizers-text';
import { DateTimeOptions, recognizeDateTime } from '@microsoft/recognizers-text-date-time';

/** Text-speak and shapes that the recogniser misreads, put as it reads them rightly. */
const repairs: [RegExp, string][] = [
  [/\b(tmrw|tmw|tomorow|tommorow|2morrow)\b/gi, 'tomorrow'],
  [
    /\b(a )?week from (today|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b/gi,
    'next $2',
  ],
];

type Resolution = { values?: { timex?: string; type?: string; value?: string }[] };

/**
 * The day that a text names, `YYYY-MM-DD`, or null. Of two readings ("the 5th") the first that is not past is
 * taken. `today` is the District's local day.
 */
export function asDay(text: string, today: string, language: string): string | null {
  const read = repairs.reduce((rest, [shape, repaired]) => rest.replace(shape, repaired), text.slice(0, 500));
  const reference = new Date(`${today}T12:00:00`);
  const culture = language === 'es' ? Culture.Spanish : Culture.English;
  const days = recognizeDateTime(read, culture, DateTimeOptions.None, reference)
    .filter(({ typeName }) => /\.date(time)?$/.test(typeName))
    .map(({ resolution }) => (resolution as Resolution | null)?.values ?? [])
    .map((values) => values.flatMap(({ value }) => /^\d{4}-\d\d-\d\d/.exec(value ?? '')?.[0] ?? []))
    .filter((values) => values.length > 0)
    .map((values) => values.sort().find((day) => day >= today) ?? (values.at(-1) as string));
  return days[0] ?? bareDay(read, today);
}

const month = /jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|\bmonth|\bmes\b/i;

/** "the 5th", "el 5": that day of this month, or of the next where it has passed. */
function bareDay(text: string, today: string): string | null {
  const number = Number(/\b(?:the|el(?: d[ií]a)?) (\d{1,2})(?:st|nd|rd|th)?\b/i.exec(text)?.[1] ?? 0);
  if (number < 1 || number > 31 || month.test(text)) return null;
  const [year = 0, thisMonth = 0, day = 0] = today.split('-').map(Number);
  const date = new Date(Date.UTC(year, thisMonth - 1 + (number < day ? 1 : 0), number));
  // A month that has no such day rolls over into the next: then it was no day at all.
  return date.getUTCDate() === number ? date.toISOString().slice(0, 10) : null;
}
