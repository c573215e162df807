import type { CaseRecord } from '../../models/case.ts';
import type { IncidentRecord } from '../../models/incident.ts';
import { act } from '../cases/act.ts';
import { UpstreamError } from '../errors.ts';
import type { IncidentDeps, IncidentKind, IncidentListener } from '../incidents.ts';
import { argsHash, spokenNumber } from '../requests.ts';

const hourMs = 3_600_000;
const maxTries = 100;
const atOnce = 100;

export type Detection = ReturnType<typeof createDetection>;

/**
 * When many reports are one event. A case is written before it is looked at here, so of many at once the last to
 * look sees all; one of those that see enough makes the incident, which is unique by kind and zone, and joins all
 * that stand apart; whoever was written later finds the incident and joins it.
 */
export function createDetection(deps: IncidentDeps, listeners: IncidentListener[]) {
  const { store, cases, audit, policy } = deps;
  const { cluster } = policy;
  const waterQuality = policy.cases.categories
    .filter(({ group }) => group === 'waterQuality')
    .map(({ code }) => code);
  const rules = {
    waterQuality: {
      serviceCodes: waterQuality,
      most: cluster.waterQualityReports,
      windowMs: cluster.withinHours * hourMs,
    },
    outage: {
      serviceCodes: cluster.outageCategories,
      most: cluster.outageReports,
      windowMs: cluster.outageWithinHours * hourMs,
    },
  };

  async function consider({ _id }: Pick<CaseRecord, '_id'>): Promise<void> {
    for (let tries = 0; tries < maxTries; tries++) {
      const record = await cases.byNumber(_id);
      const kind = record && kindOf(record);
      if (!record?.zip || !kind) return;
      const { windowMs, most, serviceCodes } = rules[kind];
      const current = await store.current(openKeyOf(kind, record.zip));
      if (current && belongs(record, current, windowMs)) {
        if (!record.incidentNumber) await join(record, current);
        return gather(current);
      }
      if (record.incidentNumber) return;
      // Nobody reported for so long that this is of something else.
      if (current) await store.age(current._id, current.lastReportAt);
      const since = new Date(record.requestedAt.getTime() - windowMs);
      const found = await cases.apart({ zip: record.zip, serviceCodes, since }, most);
      if (found.length < most) return;
      await open(kind, record.zip, record.requestedAt, found[0] as CaseRecord);
    }
    throw new UpstreamError('incident.notStored', 'The store takes no incident');
  }

  /** Within the window of the latest report, or before the time at which the desk expects it to be over. */
  const belongs = ({ requestedAt }: CaseRecord, incident: IncidentRecord, windowMs: number): boolean =>
    requestedAt.getTime() - incident.lastReportAt.getTime() <= windowMs ||
    (incident.expectedAt ?? new Date(0)) > requestedAt;

  const kindOf = ({ serviceCode }: CaseRecord): 'waterQuality' | 'outage' | null =>
    (['outage', 'waterQuality'] as const).find((kind) => rules[kind].serviceCodes.includes(serviceCode)) ??
    null;

  /** Makes the incident; where another did so first, that one stands. */
  async function open(kind: IncidentKind, zip: string, at: Date, first: CaseRecord): Promise<void> {
    const openKey = openKeyOf(kind, zip);
    const requestId = `incident ${openKey} ${first._id}`;
    await store.open({
      _id: spokenNumber('I', requestId),
      kind,
      zip,
      status: 'open',
      openedAt: at,
      updatedAt: at,
      closedAt: null,
      lastReportAt: at,
      gathered: false,
      from: null,
      to: null,
      expectedAt: null,
      notice: null,
      told: 0,
      openKey,
      version: 1,
      history: [
        {
          requestId,
          argsHash: argsHash('incident.detected', [openKey]),
          at,
          actor: 'system',
          kind: 'opened',
          details: { first: first._id },
        },
      ],
    });
  }

  async function join(record: CaseRecord, { _id: incidentNumber, told }: IncidentRecord): Promise<void> {
    const joined = await act(
      { ...deps, store: cases },
      {
        requestId: `incident ${incidentNumber} ${record._id}`,
        caseNumber: record._id,
        actor: 'system',
        kind: 'joined',
      },
      (now) =>
        now.incidentNumber
          ? { ok: false as const, reason: 'joinedBefore' as const }
          : { set: { incidentNumber, incidentTold: told }, details: { incidentNumber } },
    );
    if (joined.ok) await store.reported(incidentNumber, record.requestedAt);
  }

  /** A new incident takes in what stands apart, and whoever listens is told; once, by whoever comes to it. */
  async function gather(incident: IncidentRecord): Promise<void> {
    const { _id, kind, zip, openedAt, gathered } = incident;
    if (gathered) return;
    await audit.record({
      key: `incident:${_id}:opened`,
      at: openedAt,
      actor: incident.history[0]?.actor ?? 'system',
      action: 'incident.opened',
      accountId: null,
      conversationId: null,
      details: { incidentNumber: _id, kind, zip },
    });
    for (const listener of listeners) await listener(incident);
    if (kind !== 'planned') {
      const { windowMs, serviceCodes } = rules[kind];
      const where = { zip, serviceCodes, since: new Date(openedAt.getTime() - windowMs) };
      for (;;) {
        const apart = await cases.apart(where, atOnce);
        for (const record of apart) await join(record, incident);
        if (apart.length < atOnce) break;
      }
    }
    await store.gatheredAll(_id);
  }

  return { consider, gather };
}

/** There is one current incident of a kind in a zone. */
export const openKeyOf = (kind: IncidentKind, zip: string): string => `${kind} ${zip}`;
