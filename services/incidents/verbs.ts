import type { IncidentNotice, IncidentRecord } from '../../models/incident.ts';
import { ConflictError, UpstreamError } from '../errors.ts';
import type { IncidentDeps, IncidentKind } from '../incidents.ts';
import { argsHash, spokenNumber } from '../requests.ts';
import { type Detection, openKeyOf } from './detect.ts';

/** What anybody may hear of an incident. */
export type IncidentView = {
  incidentNumber: string;
  kind: IncidentKind;
  zip: string;
  state: 'planned' | 'open' | 'closed';
  since: Date;
  from: Date | null;
  to: Date | null;
  expectedAt: Date | null;
  /** The District's own words; nothing else is said of what it is. */
  notice: IncidentNotice | null;
};

export type OpenIncident = {
  requestId: string;
  actor: string;
  kind: IncidentKind;
  zip: string;
  from?: Date | null;
  to?: Date | null;
  expectedAt?: Date | null;
  notice?: IncidentNotice | null;
};
type By = { requestId: string; actor: string; incidentNumber: string };
type Told = { expectedAt?: Date | null; notice?: IncidentNotice | null };
export type IncidentAnswer<Reason extends string> =
  | { ok: true; incidentNumber: string; at: Date }
  | { ok: false; reason: Reason };
type OpenedAnswer =
  | IncidentAnswer<'badZip' | 'badTimes' | 'badNotice'>
  | { ok: false; reason: 'alreadyOpen'; incidentNumber: string };

const longestNotice = 300;
const maxTries = 100;
const listed = 100;

/** What the desk does with incidents; each once under its requestId. */
export function createIncidentVerbs(deps: IncidentDeps, { gather }: Pick<Detection, 'gather'>) {
  const { store, cases, audit, followUps, clock, secrets } = deps;
  const keyOf = (requestId: string) => secrets.mac(`incident ${requestId}`);

  followUps.handle('incident.plannedEnd', {
    async run({ key, payload }) {
      const incident = await store.byNumber(String(payload));
      if (incident === null) return { outcome: 'neverPlanned' };
      if (incident.to && incident.to > clock.now()) return { outcome: 'moved', again: incident.to };
      const ended = await change(
        { requestId: key, actor: 'system', incidentNumber: incident._id },
        'closed',
        {},
      );
      return { outcome: ended.ok ? 'closed' : ended.reason };
    },
  });

  async function open(request: OpenIncident): Promise<OpenedAnswer> {
    const { requestId, actor, kind, zip, from = null, to = null, expectedAt = null, notice = null } = request;
    if (!/^\d{5}$/.test(zip)) return { ok: false, reason: 'badZip' };
    if (kind === 'planned' ? !isSpan(from, to) : from !== null || to !== null)
      return { ok: false, reason: 'badTimes' };
    if (!isNotice(notice)) return { ok: false, reason: 'badNotice' };
    const id = keyOf(requestId);
    const hash = argsHash('incident.open', [kind, zip, from, to, expectedAt, notice]);
    for (let time = 0; time < maxTries; time++) {
      const earlier = await store.byRequest(id);
      if (earlier) return again(earlier, id, hash);
      const at = clock.now();
      const record: IncidentRecord = {
        _id: spokenNumber('I', `${id} ${time}`),
        kind,
        zip,
        status: 'open',
        openedAt: at,
        updatedAt: at,
        closedAt: null,
        lastReportAt: at,
        gathered: false,
        from,
        to,
        expectedAt: expectedAt ?? to,
        notice,
        told: 0,
        openKey: kind === 'planned' ? null : openKeyOf(kind, zip),
        version: 1,
        history: [{ requestId: id, argsHash: hash, at, actor, kind: 'opened', details: {} }],
      };
      if (to) await followUps.schedule({ ...plannedEnd(record._id), dueAt: to });
      if (await store.open(record)) return again(record, id, hash);
      const standing = record.openKey ? await store.current(record.openKey) : null;
      if (standing && !(await store.byRequest(id)))
        return { ok: false, reason: 'alreadyOpen', incidentNumber: standing._id };
    }
    throw new UpstreamError('incident.notStored', 'The store takes no incident');
  }

  async function again(record: IncidentRecord, id: string, hash: string): Promise<OpenedAnswer> {
    const event = record.history.find(({ requestId }) => requestId === id);
    if (event?.argsHash !== hash)
      throw new ConflictError('action.conflict', 'An incident was asked for again with other arguments');
    await gather(record);
    return { ok: true, incidentNumber: record._id, at: event.at };
  }

  /** One change of its state, which everybody whose case has joined hears of. */
  async function change(
    { requestId, actor, incidentNumber }: By,
    kind: 'updated' | 'closed',
    { expectedAt, notice }: Told,
  ): Promise<IncidentAnswer<'noIncident' | 'alreadyClosed' | 'badNotice'>> {
    if (!isNotice(notice ?? null)) return { ok: false, reason: 'badNotice' };
    const id = keyOf(requestId);
    const hash = argsHash(kind, [incidentNumber, expectedAt, notice]);
    for (let tries = 0; tries < maxTries; tries++) {
      const earlier = await store.byRequest(id);
      const before = earlier ?? (await store.byNumber(incidentNumber));
      if (before === null) return { ok: false, reason: 'noIncident' };
      // Written between the two reads: within one document no index keeps a request from standing twice.
      if (!earlier && before.history.some((one) => one.requestId === id)) continue;
      if (!earlier && before.status === 'closed') return { ok: false, reason: 'alreadyClosed' };
      const at = clock.now();
      const told = before.told + 1;
      const after = earlier
        ? earlier
        : await store.change(before._id, before.version, {
            set: {
              updatedAt: at,
              told,
              ...(expectedAt === undefined ? {} : { expectedAt }),
              ...(notice === undefined ? {} : { notice }),
              ...(kind === 'closed' ? { status: 'closed' as const, closedAt: at, openKey: null } : {}),
            },
            event: { requestId: id, argsHash: hash, at, actor, kind, details: { told } },
          });
      if (after) return settle(after, id, hash);
    }
    throw new UpstreamError('incident.notStored', 'An incident changed faster than it could be written');
  }

  async function settle(record: IncidentRecord, id: string, hash: string) {
    const event = record.history.find(({ requestId }) => requestId === id);
    if (event?.argsHash !== hash)
      throw new ConflictError('action.conflict', 'An incident was changed again with other arguments');
    const { at, actor, kind, details } = event;
    const told = Number(details.told);
    await followUps.schedule({
      key: `incident:${record._id}:tell:${told}`,
      kind: 'incident.tell',
      dueAt: at,
      payload: { incidentNumber: record._id, told },
    });
    await audit.record({
      key: `incident:${id}`,
      at,
      actor,
      action: `incident.${kind}`,
      accountId: null,
      conversationId: null,
      details: { incidentNumber: record._id },
    });
    return { ok: true as const, incidentNumber: record._id, at };
  }

  return {
    /** Opens an incident or plans an outage; there is one current incident of a kind in a zone. */
    open,
    /** Says what is known now. */
    update: ({ expectedAt, notice, ...by }: By & Told) => change(by, 'updated', { expectedAt, notice }),
    /** It is over. */
    close: ({ notice, ...by }: By & Pick<Told, 'notice'>) => change(by, 'closed', { notice }),
    /** What is going on or planned in a zone, the latest first: for "is it my street?". */
    async near(zip: string): Promise<IncidentView[]> {
      if (!/^\d{5}$/.test(zip)) return [];
      const now = clock.now();
      const found = await store.near(zip, listed);
      return found.filter(({ to }) => !to || to > now).map((record) => toView(record, now));
    },
    /** What anybody may hear of one. */
    async view(incidentNumber: string): Promise<IncidentView | null> {
      const found = await store.byNumber(incidentNumber);
      return found && toView(found, clock.now());
    },
    /** For the desk: with how many reports have joined and what was done. */
    async read(incidentNumber: string) {
      const found = await store.byNumber(incidentNumber);
      if (found === null) return null;
      const history = found.history.map(({ requestId, argsHash: _, ...line }) => line);
      return {
        ...toView(found, clock.now()),
        reports: await cases.joined(incidentNumber),
        lastReportAt: found.lastReportAt,
        history,
      };
    },
    /** The latest first; `before` is the `since` of the last one of the page before. */
    list: async (status: 'open' | 'closed', before: Date | null = null, limit = 50) =>
      (await store.list(status, before, Math.min(limit, listed))).map((one) => toView(one, clock.now())),
  };
}

const plannedEnd = (incidentNumber: string) => ({
  key: `incident:${incidentNumber}:end`,
  kind: 'incident.plannedEnd',
  payload: incidentNumber,
});

const isSpan = (from: Date | null, to: Date | null): boolean => from !== null && to !== null && from < to;

const isNotice = (notice: IncidentNotice | null): boolean =>
  notice === null ||
  [notice.en, notice.es].every(
    (text) => typeof text === 'string' && text.trim() !== '' && text.length <= longestNotice,
  );

const toView = (record: IncidentRecord, now: Date): IncidentView => ({
  incidentNumber: record._id,
  kind: record.kind,
  zip: record.zip,
  state: record.status === 'closed' ? 'closed' : record.from && record.from > now ? 'planned' : 'open',
  since: record.from ?? record.openedAt,
  from: record.from ?? null,
  to: record.to ?? null,
  expectedAt: record.expectedAt ?? null,
  notice: record.notice,
});
