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

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The page behind a link: what it is, and the button that acknowledges; null where the link is no longer good. */
export function pageHtml(districtName: string, page: PageShown | null): string {
  const body = page ? bodyOf(page) : '<h1>This link is no longer good</h1><p>Call the emergency line.</p>';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(districtName)}: page</title></head><body><main><p>${escaped(districtName)}</p>${body}</main></body></html>`;
}

function bodyOf(page: PageShown): string {
  const { what, address, zip, caseNumber, incidentNumber, startedAt, status, acknowledgedBy } = page;
  const rows = [
    ['Where', [address, zip].filter(Boolean).join(', ') || 'not known yet'],
    ['Case', caseNumber],
    ['Incident', incidentNumber],
    ['Since', startedAt.toISOString()],
  ]
    .filter(([, value]) => value)
    .map(([name, value]) => `<dt>${name}</dt><dd>${escaped(String(value))}</dd>`);
  const answer =
    status === 'acknowledged'
      ? `<p role="status">Acknowledged by ${escaped(acknowledgedBy ?? '')}. Nobody else is paged.</p>`
      : '<form method="post"><button type="submit">Acknowledge: I take this</button></form>';
  return `<h1>Emergency ${page.n}: ${escaped(what)}</h1><dl>${rows.join('')}</dl>${answer}`;
}
