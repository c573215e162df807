import { createHmac } from 'node:crypto';
import type { Secrets } from '../secrets.ts';

const minuteMs = 60_000;

/** Signed links that acknowledge a page without a sign-in: for one page and one person, and for a short time. */
export function createPageLinks(deps: {
  secrets: Pick<Secrets, 'keyFor' | 'equal'>;
  people: readonly { name: string }[];
  linkMinutes: number;
  /** Tokens are of machine time: moving the District's clock ends none. */
  machineNow(): Date;
}) {
  const { secrets, people, linkMinutes, machineNow } = deps;
  const key = secrets.keyFor('page links');
  // The name is signed and not carried: who has left the list since then acknowledges nothing.
  const sign = (id: string, place: number, until: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([id, place, people[place]?.name, until]))
      .digest('base64url')
      .slice(0, 32);

  return {
    issue(id: string, person: string): string {
      const place = people.findIndex(({ name }) => name === person);
      const until = (machineNow().getTime() + linkMinutes * minuteMs).toString(36);
      return [id, place, until, sign(id, place, until)].join('.');
    },
    /** Null for a link that is too old or was not made here. */
    read(token: string): { id: string; person: string } | null {
      const [id = '', place = '', until = '', signature = ''] = token.slice(0, 200).split('.');
      const person = people[Number(place)]?.name;
      if (person === undefined || !secrets.equal(signature, sign(id, Number(place), until))) return null;
      return Number.parseInt(until, 36) >= machineNow().getTime() ? { id, person } : null;
    },
  };
}
