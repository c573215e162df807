import type { NewAuditEntry } from '../models/auditEntry.ts';
import type { PageRecord, PageStep } from '../models/page.ts';
import type { DistrictClock } from './clock.ts';
import { UpstreamError } from './errors.ts';
import type { FollowUpResult, FollowUpService } from './followUps.ts';
import { createPageLinks } from './onCall/links.ts';
import type { Policy } from './policy.ts';
import type { Secrets } from './secrets.ts';

/** What the people on call are told: what it is and where, never a customer's words. */
export type PageAbout = Pick<
  PageRecord,
  'caseNumber' | 'incidentNumber' | 'what' | 'address' | 'zip' | 'conversationId'
>;
export type PageView = {
  n: number;
  what: string;
  caseNumber: string | null;
  incidentNumber: string | null;
  address: string | null;
  zip: string | null;
  startedAt: Date;
  status: PageRecord['status'];
  acknowledgedBy: string | null;
};
export type Acknowledged =
  | { ok: true; page: PageView /** Somebody had acknowledged it before. */; already: boolean }
  | { ok: false; reason: 'noPage' | 'notOnCall' | 'linkExpired' };
export type PageListener = (page: PageRecord) => Promise<void>;

export type OnCallDeps = {
  store: {
    byId(id: string): PromiseLike<PageRecord | null>;
    byNumber(n: number): PromiseLike<PageRecord | null>;
    open(limit: number): PromiseLike<PageRecord[]>;
    begin(page: PageRecord): Promise<boolean>;
    step(id: string, step: PageStep): Promise<PageRecord | null>;
    acknowledge(id: string, by: { person: string; via: string; at: Date }): Promise<PageRecord | null>;
    giveUp(id: string): Promise<PageRecord | null>;
  };
  outbox: {
    enqueueNotice(notice: {
      key: string;
      channel: 'sms' | 'email' | 'pager';
      to: string;
      template: string;
      language: string;
      sealed: string;
      at: Date;
    }): Promise<void>;
  };
  audit: { record(entry: NewAuditEntry): Promise<void> };
  followUps: Pick<FollowUpService, 'handle' | 'schedule'>;
  clock: Pick<DistrictClock, 'now'>;
  secrets: Secrets;
  policy: Pick<Policy, 'onCall'>;
  machineNow?: () => Date;
};

export type OnCallService = ReturnType<typeof createOnCallService>;

const minuteMs = 60_000;
const numbersToTry = 50;
const listed = 200;

/**
 * Pages the people on call of the policy in turn, each by all ways that are known for them, until somebody
 * acknowledges or the list was gone through as often as the policy says. Each step is in the audit log.
 */
export function createOnCallService(deps: OnCallDeps) {
  const { store, outbox, audit, followUps, clock, secrets, policy } = deps;
  const { people, acknowledgeMinutes, rounds, linkMinutes } = policy.onCall;
  const links = createPageLinks({
    secrets,
    people,
    linkMinutes,
    machineNow: deps.machineNow ?? (() => new Date()),
  });
  const acknowledged: PageListener[] = [];
  const unanswered: PageListener[] = [];

  followUps.handle('page.next', {
    run: async ({ run, payload }) => {
      const page = await store.byId(String(payload));
      if (page === null) return { outcome: 'noPage' };
      // Acknowledged by a process that died before it had told anybody.
      if (page.status === 'acknowledged') return tell(page);
      if (page.steps.length >= people.length * rounds && !page.steps.some((step) => step.run === run))
        return giveUp(page);
      return pageNext(page, run);
    },
  });

  /** One step: the next of the list is paged. A run that died in it pages the same person under the same keys. */
  async function pageNext({ _id: id, steps }: PageRecord, run: number): Promise<FollowUpResult> {
    const wanted = people[steps.length % people.length];
    const noted = await store.step(id, { run, person: wanted?.name ?? '', at: clock.now() });
    if (noted === null || noted.status !== 'open')
      return noted?.status === 'acknowledged' ? tell(noted) : { outcome: 'over' };
    const place = noted.steps.findIndex((step) => step.run === run);
    const step = noted.steps[place];
    const person = people.find(({ name }) => name === step?.person) ?? wanted;
    if (step && person) await send(noted, place, step, person);
    return {
      outcome: 'paged',
      again: new Date((step?.at ?? clock.now()).getTime() + acknowledgeMinutes * minuteMs),
    };
  }

  async function send(page: PageRecord, place: number, step: PageStep, person: (typeof people)[number]) {
    const ways = (
      [
        ['sms', person.sms],
        ['email', person.email],
        ['pager', person.webhook],
      ] as const
    ).flatMap(([channel, to]) => (to ? [{ channel, to }] : []));
    const values = {
      n: String(page.n),
      what: page.what.replaceAll('_', ' '),
      where: [page.address, page.zip].filter(Boolean).join(', '),
      about: page.caseNumber ?? page.incidentNumber ?? '',
      minutes: String(acknowledgeMinutes),
      token: links.issue(page._id, person.name),
    };
    for (const { channel, to } of ways) {
      const key = `page:${page._id}:${place + 1}:${channel}`;
      const sealed = secrets.seal(JSON.stringify(values), key);
      await outbox.enqueueNotice({
        key,
        channel,
        to,
        template: 'page',
        language: 'en',
        sealed,
        at: clock.now(),
      });
    }
    await note(page, `${place + 1}`, 'page.sent', step.at, {
      step: place + 1,
      person: person.name,
      ways: ways.map(({ channel }) => channel).join(' '),
    });
  }

  async function giveUp({ _id: id }: PageRecord): Promise<FollowUpResult> {
    const page = await store.giveUp(id);
    if (page === null) return { outcome: 'noPage' };
    if (page.status === 'acknowledged') return tell(page);
    await note(page, 'unanswered', 'page.unanswered', clock.now(), { steps: page.steps.length });
    for (const listener of unanswered) await listener(page);
    return { outcome: 'unanswered' };
  }

  async function tell(page: PageRecord): Promise<FollowUpResult> {
    await note(page, 'acknowledged', 'page.acknowledged', page.acknowledgedAt ?? clock.now(), {
      person: page.acknowledgedBy ?? '',
      via: page.acknowledgedVia ?? '',
    });
    for (const listener of acknowledged) await listener(page);
    return { outcome: 'acknowledged' };
  }

  const note = (page: PageRecord, key: string, action: string, at: Date, details: NewAuditEntry['details']) =>
    audit.record({
      key: `page:${page._id}:${key}`,
      at,
      actor: 'system',
      action,
      accountId: null,
      conversationId: page.conversationId ?? null,
      details: { page: page.n, about: page._id, ...details },
    });

  async function settle(id: string, person: string, via: string): Promise<Acknowledged> {
    const page = await store.acknowledge(id, { person, via, at: clock.now() });
    if (page === null) return { ok: false, reason: 'noPage' };
    await tell(page);
    const already = page.acknowledgedBy !== person || page.acknowledgedVia !== via;
    return { ok: true, page: toView(page), already };
  }

  return {
    /**
     * Pages about a case or an incident, once for each: a repeat changes nothing.
     * @throws UpstreamError `page.notStored`.
     */
    async page(about: PageAbout): Promise<PageView> {
      const id = about.caseNumber ?? about.incidentNumber ?? '';
      let page = await store.byId(id);
      for (let time = 0; page === null && time < numbersToTry; time++) {
        const n = 1000 + (Number(secrets.digits(6, `page ${id} ${time}`)) % 9000);
        const wanted: PageRecord = {
          ...about,
          _id: id,
          n,
          status: 'open',
          startedAt: clock.now(),
          steps: [],
          acknowledgedBy: null,
          acknowledgedVia: null,
          acknowledgedAt: null,
        };
        page = (await store.begin(wanted)) ? wanted : await store.byId(id);
      }
      if (page === null) throw new UpstreamError('page.notStored', 'The store takes no page');
      await followUps.schedule({
        key: `page:${id}`,
        kind: 'page.next',
        dueAt: page.startedAt,
        payload: id,
        conversationId: page.conversationId ?? null,
      });
      return toView(page);
    },

    /**
     * Somebody on call answers a text with "ACK 4821"; without a number it is the only page that is open.
     * @param from the number the text came from: it must be of somebody on call.
     */
    async acknowledge({ from, n }: { from: string; n: number | null }): Promise<Acknowledged> {
      const person = people.find(({ sms }) => sms === from);
      if (!person) return { ok: false, reason: 'notOnCall' };
      const open = n === null ? await store.open(2) : [];
      const page = n === null ? (open.length === 1 ? open[0] : null) : await store.byNumber(n);
      return page ? settle(page._id, person.name, 'text') : { ok: false, reason: 'noPage' };
    },

    /** The same from the desk; `id` is the case's or the incident's number. */
    acknowledgeAtDesk: ({ id, csr }: { id: string; csr: string }): Promise<Acknowledged> =>
      settle(id, csr, 'desk'),

    /** What a page's link shows; looking acknowledges nothing, as programs that preview links look too. */
    async look(token: string): Promise<{ ok: true; page: PageView } | { ok: false; reason: 'linkExpired' }> {
      const link = links.read(token);
      const page = link && (await store.byId(link.id));
      return page ? { ok: true, page: toView(page) } : { ok: false, reason: 'linkExpired' };
    },

    async acknowledgeByLink(token: string): Promise<Acknowledged> {
      const link = links.read(token);
      return link ? settle(link.id, link.person, 'link') : { ok: false, reason: 'linkExpired' };
    },

    /** Pages that nobody has acknowledged, the oldest first. */
    open: async (): Promise<PageView[]> => (await store.open(listed)).map(toView),

    /** Told when somebody acknowledges, and when nobody did; perhaps twice. */
    onAcknowledged: (listener: PageListener): void => void acknowledged.push(listener),
    onUnanswered: (listener: PageListener): void => void unanswered.push(listener),
  };
}

/** "ACK 4821", "ack", "Acknowledged 4821": the number, null where there is none, undefined where it is no answer. */
export function asAcknowledgement(text: string): number | null | undefined {
  const match = /^\s*ack(?:nowledged?)?[\s#:.]*(\d{4})?\W*$/i.exec(text.slice(0, 100));
  if (!match) return undefined;
  return match[1] === undefined ? null : Number(match[1]);
}

const toView = (page: PageRecord): PageView => ({
  n: page.n,
  what: page.what.replaceAll('_', ' '),
  caseNumber: page.caseNumber ?? null,
  incidentNumber: page.incidentNumber ?? null,
  address: page.address ?? null,
  zip: page.zip ?? null,
  startedAt: page.startedAt,
  status: page.status,
  acknowledgedBy: page.acknowledgedBy ?? null,
});
