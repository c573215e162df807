import { createHash } from 'node:crypto';

/** What whoever is on call sees of a page. */
export type PageShown = {
  n: number;
  what: string;
  caseNumber: string | null;
  incidentNumber: string | null;
  address: string | null;
  zip: string | null;
  startedAt: Date;
  status: 'open' | 'acknowledged' | 'unanswered';
  acknowledgedBy: string | null;
};

/** Large letters and one large button: it is read at night, on a phone, in a hurry. */
const style = `body{margin:0;font:18px/1.5 system-ui,sans-serif;color:#14242b;background:#fff}
main{max-width:34rem;margin:0 auto;padding:1rem 1.25rem}
h1{margin:.25rem 0 1rem;font-size:1.75rem;line-height:1.2;color:#a4161a}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.4rem 1rem;margin:0 0 1.5rem}
dt{color:#4a5a61}dd{margin:0;font-weight:600}
button{width:100%;min-height:3.5rem;border:0;border-radius:.5rem;background:#0b5563;color:#fff;font:inherit;font-weight:700}
button:focus-visible{outline:3px solid #a4161a;outline-offset:3px}
@media (prefers-color-scheme:dark){body{color:#e8f0f2;background:#0f1a1e}h1{color:#ff8a8a}dt{color:#a9bcc3}button{background:#7fd0de;color:#06262d}}`;
/** What a Content-Security-Policy lets through of it. */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

type District = { districtName: string; timeZone: string };

/** The page behind a link: what it is, and the button that acknowledges; null where the link is no longer good. */
export function pageHtml({ districtName, timeZone }: District, page: PageShown | null): string {
  const body = page
    ? bodyOf(page, timeZone)
    : '<h1>This link is no longer good</h1><p>Look for a newer message, or call the emergency line.</p>';
  const name = escaped(districtName);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${name}: page</title><style>${style}</style></head><body><main><p>${name}</p>${body}</main></body></html>`;
}

/** The District's time: "Mon, Nov 23, 9:05 AM". */
const sayTime = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  }).format(at);

function bodyOf(page: PageShown, timeZone: string): string {
  const { what, address, zip, caseNumber, incidentNumber, startedAt, status, acknowledgedBy } = page;
  const rows = [
    ['Where', [address, zip].filter(Boolean).join(', ') || 'not known yet'],
    ['Case', caseNumber],
    ['Incident', incidentNumber],
    ['Since', sayTime(startedAt, timeZone)],
  ]
    .filter(([, value]) => value)
    .map(([name, value]) => `<dt>${name}</dt><dd>${escaped(String(value))}</dd>`);
  const answer =
    status === 'acknowledged'
      ? `<p role="status">Acknowledged by ${escaped(acknowledgedBy ?? '')}. Nobody else is paged.</p>`
      : '<form method="post"><button type="submit">Acknowledge: I take this</button></form>';
  return `<h1>Emergency ${page.n}: ${escaped(what)}</h1><dl>${rows.join('')}</dl>${answer}`;
}
