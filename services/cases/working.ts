import type { CaseRecord } from '../../models/case.ts';
import { act, type Change, type Done, type Refused, requestKey } from './act.ts';
import { createDeadlines, firstOf } from './deadlines.ts';
import { longestText, mostFiles } from './input.ts';
import type { CaseDeps, CaseListener } from './types.ts';

/** How a case can end. */
export const outcomes = ['fixed', 'noFault', 'notOurs', 'referred', 'duplicate', 'withdrawn'] as const;
export type CaseOutcome = (typeof outcomes)[number];
export const contactWays = ['phone', 'text', 'email', 'chat', 'inPerson', 'letter'] as const;
export type ContactWay = (typeof contactWays)[number];

/** A repeat gets the same answer, whatever has become of the case since. */
export type Acted<Reason extends string> =
  | ({ ok: true; caseNumber: string; at: Date } & Record<string, unknown>)
  | Refused<Reason | 'noCase'>;

type By = { requestId: string; caseNumber: string; actor: string };

/** After these the customer is asked whether it is fixed. */
const asksWhetherFixed: readonly CaseOutcome[] = ['fixed', 'noFault'];
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const yearMs = 366 * dayMs;
/** A case has so many lines of history at most: a person should be called by then. */
const mostLines = 1_000;
const mostAdded = 100;

/** What is done with a case between its opening and its end. */
export function createWorking(
  deps: CaseDeps,
  {
    watch,
    closed,
    located,
  }: { watch(record: CaseRecord): Promise<void>; closed: CaseListener[]; located: CaseListener[] },
) {
  const { followUps, clock, secrets, policy } = deps;
  const deadlines = createDeadlines(policy);
  const { reopenDays, contactTries, askFixedAfterHours } = policy.cases;

  return {
    /** A further word or photo of whoever reported. Closed cases take them too: they may ask to be reopened. */
    async add({ text, media = [], ...by }: By & { text?: string; media?: string[] }) {
      const words = text?.trim() || null;
      return acted(
        await act<'nothingAdded' | 'tooLong' | 'tooMany'>(
          deps,
          { ...by, kind: 'added', args: [words, media] },
          (record) => {
            if (words === null && media.length === 0) return refuse('nothingAdded');
            if ((words ?? '').length > longestText) return refuse('tooLong');
            const all = [...new Set([...record.media, ...media])];
            const added = record.history.filter(({ kind }) => kind === 'added').length;
            if (all.length > mostFiles || added >= mostAdded) return refuse('tooMany');
            return {
              set: { media: all, attention: attentionFor(record, 'customerAdded', clock.now()) },
              details: { text: words, media },
            };
          },
        ),
      );
    },

    /** Says where it is, once that is known. */
    async locate({
      address,
      zip,
      serviceLocationId,
      ...by
    }: By & { address: string; zip: string; serviceLocationId?: string | null }) {
      const place = {
        address: address.trim(),
        zip: zip.trim(),
        serviceLocationId: serviceLocationId ?? null,
      };
      const first = await act<'badAddress' | 'badZip'>(
        deps,
        { ...by, kind: 'located', args: Object.values(place) },
        () => {
          if (place.address === '' || place.address.length > 300) return refuse('badAddress');
          if (!/^\d{5}$/.test(place.zip)) return refuse('badZip');
          return { set: place, details: place };
        },
      );
      if (first.ok) for (const listener of located) await listener(first.record);
      return acted(first);
    },

    /** Somebody has it now; who takes a case has seen it. */
    assign: async ({ owner, ...by }: By & { owner: string }) =>
      acted(
        await act<'closed'>(deps, { ...by, kind: 'assigned', args: [owner] }, (record, at) =>
          record.status === 'closed'
            ? refuse('closed')
            : { set: { owner, ...seen(record, at), attention: null }, details: { owner } },
        ),
      ),

    /** It has been seen: by whoever was paged, or by a CSR. */
    acknowledge: async ({ via, ...by }: By & { via: string }) =>
      acted(
        await act<'closed'>(deps, { ...by, kind: 'acknowledged', args: [via] }, (record, at) =>
          record.status === 'closed' ? refuse('closed') : { set: seen(record, at), details: { via } },
        ),
      ),

    /** Somebody at the desk must look at it, and why. */
    attend: async ({ reason, ...by }: By & { reason: string }) =>
      acted(
        await act<never>(deps, { ...by, kind: 'attention', args: [reason] }, (record, at) => ({
          set: { attention: { reason, at } },
          details: { reason, before: record.attention?.reason ?? null },
        })),
      ),

    /** What only the desk reads. */
    note: async ({ text, ...by }: By & { text: string }) =>
      acted(
        await act<'nothingAdded' | 'tooLong' | 'tooMany'>(
          deps,
          { ...by, kind: 'noted', args: [text] },
          (record) => {
            if (text.trim() === '') return refuse('nothingAdded');
            if (text.length > longestText) return refuse('tooLong');
            if (record.history.length >= mostLines) return refuse('tooMany');
            return { set: { attention: null }, details: { text: text.trim() } };
          },
        ),
      ),

    /** The customer was called back or written to: reached or not. What was promised is kept with it. */
    contacted: async ({ via, reached, ...by }: By & { via: ContactWay; reached: boolean }) =>
      acted(
        await act<'badContact' | 'tooMany'>(
          deps,
          { ...by, kind: 'contacted', args: [via, reached] },
          (record, at) =>
            record.history.length >= mostLines ? refuse('tooMany') : contactOf(record, at, via, reached),
        ),
      ),

    /** Promises to call back at a time; the desk has it in its list, and the conversation in line, at that time. */
    async promise({ at, note, ...by }: By & { at: Date; note: string }) {
      const id = requestKey(secrets, by.requestId);
      if (Number.isNaN(at.getTime())) return refuse('past');
      // Scheduled first: what was promised is kept by another process where this one dies.
      await followUps.schedule({
        key: `case:${by.caseNumber}:promise:${id}`,
        kind: 'case.promise',
        dueAt: at,
        payload: { caseNumber: by.caseNumber, id },
      });
      const first = await act<'closed' | 'past' | 'tooFar' | 'tooLong'>(
        deps,
        { ...by, kind: 'promised', args: [at.toISOString(), note] },
        (record, now) => {
          if (record.status === 'closed') return refuse('closed');
          if (!(at > now)) return refuse('past');
          if (at.getTime() - now.getTime() > yearMs) return refuse('tooFar');
          if (note.length > longestText) return refuse('tooLong');
          return { set: { promise: { id, at, note } }, details: { until: at, note } };
        },
      );
      return acted(first);
    },

    /** Ends it: with an outcome, and only once the customer was reached or that was tried often enough. */
    async close({
      outcome,
      contact,
      ...by
    }: By & { outcome: CaseOutcome; contact?: { via: ContactWay; reached: boolean } }) {
      const id = requestKey(secrets, by.requestId);
      if (asksWhetherFixed.includes(outcome))
        await followUps.schedule({
          key: `case:${by.caseNumber}:fixed:${id}`,
          kind: 'case.isItFixed',
          dueAt: new Date(clock.now().getTime() + askFixedAfterHours * hourMs),
          payload: { caseNumber: by.caseNumber, id },
        });
      const first = await act<'alreadyClosed' | 'noOutcome' | 'badContact' | 'customerNotContacted'>(
        deps,
        { ...by, kind: 'closed', args: [outcome, contact?.via, contact?.reached] },
        (record, at) => {
          if (record.status === 'closed') return refuse('alreadyClosed');
          if (!outcomes.includes(outcome)) return refuse('noOutcome');
          const touched = contact ? contactOf(record, at, contact.via, contact.reached) : { set: {} };
          if ('ok' in touched) return touched;
          const now = { ...record, ...touched.set };
          if (isReachable(record) && !now.reached && (now.contactTries ?? 0) < contactTries)
            return refuse('customerNotContacted');
          const end = { status: 'closed' as const, outcome, closedAt: at, nextDueAt: null };
          return {
            set: { ...touched.set, ...end, attention: null, promise: null, openKey: null },
            details: { outcome, ...(contact ?? {}) },
          };
        },
      );
      if (!first.ok) return acted(first);
      for (const listener of closed) await listener(first.record);
      return acted(first);
    },

    /** Opens a closed case again, with deadlines counted from now. */
    async reopen({ reason, ...by }: By & { reason?: string }) {
      const first = await act<'notClosed' | 'tooLate' | 'tooLong'>(
        deps,
        { ...by, kind: 'reopened', args: [reason] },
        (record, at) => {
          if (record.status === 'open') return refuse('notClosed');
          if ((reason ?? '').length > longestText) return refuse('tooLong');
          if (at.getTime() - (record.closedAt?.getTime() ?? 0) > reopenDays * dayMs) return refuse('tooLate');
          const category = policy.cases.categories.find(({ code }) => code === record.serviceCode);
          if (category === undefined) return refuse('tooLate'); // the District no longer takes such cases
          const { acknowledgeBy, expectedAt } = deadlines(category, at);
          return {
            set: {
              status: 'open',
              outcome: null,
              closedAt: null,
              acknowledgeBy,
              expectedAt,
              acknowledgedAt: null,
              nextDueAt: firstOf({ acknowledgeBy, expectedAt }),
              openings: record.openings + 1,
              reached: false,
              contactTries: 0,
              attention: { reason: 'reopened', at },
            },
            details: { text: reason?.trim() || null, expectedAt },
          };
        },
      );
      if (first.ok && first.record.status === 'open') await watch(first.record);
      return acted(first);
    },
  };
}

const refuse = <Reason extends string>(reason: Reason): Refused<Reason> => ({ ok: false, reason });

function acted<Reason extends string>(done: Done | Refused<Reason>): Acted<Reason> {
  if (!done.ok) return done as Refused<Reason | 'noCase'>;
  const { event, record } = done;
  return { ...event.details, ok: true, caseNumber: record._id, at: event.at };
}

/** Whoever looks at it first has acknowledged it; what is due next is its end. */
const seen = ({ acknowledgedAt, expectedAt }: CaseRecord, at: Date): Partial<CaseRecord> =>
  acknowledgedAt ? {} : { acknowledgedAt: at, nextDueAt: expectedAt };

function contactOf(
  record: CaseRecord,
  at: Date,
  via: ContactWay,
  reached: boolean,
): Change | Refused<'badContact'> {
  if (!contactWays.includes(via) || typeof reached !== 'boolean') return refuse('badContact');
  const kept = reached ? { promise: null, attention: null } : {};
  return {
    set: {
      ...(record.status === 'open' ? seen(record, at) : {}),
      ...kept,
      reached: record.reached || reached,
      contactTries: (record.contactTries ?? 0) + 1,
    },
    details: { via, reached },
  };
}

/** Nobody can be asked of the customer who left no way to be reached. */
export const isReachable = ({ accountId, contact, conversationId }: CaseRecord): boolean =>
  Boolean(accountId || conversationId || contact?.phone || contact?.email);

/** Somebody at the desk must look at it; an earlier reason stands. */
export const attentionFor = ({ attention }: CaseRecord, reason: string, at: Date) =>
  attention ?? { reason, at };
