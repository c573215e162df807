import { type CaseFilter, type CasePriority, type CaseRecord, casePriorities } from '../../models/case.ts';
import { asCaseNumber } from './input.ts';
import type { CaseDeps } from './types.ts';

/** What anybody with the number may hear: nothing of who reported, or where. */
export type CaseStatus = {
  ok: true;
  caseNumber: string;
  category: string;
  state: 'received' | 'acknowledged' | 'inWork' | 'closed';
  expectedAt: Date;
  updatedAt: Date;
  /** What is known of the event that it belongs to. */
  incidentNumber: string | null;
};

/** A case as the desk sees it. */
export type CaseView = Omit<
  CaseRecord,
  '_id' | 'history' | 'openKey' | 'version' | 'incidentTold' | 'openings'
> & { caseNumber: string };
export type CaseHistoryLine = { at: Date; actor: string; kind: string; details: Record<string, unknown> };

/** Open311's GeoReport v2 service request. */
export type ServiceRequest = {
  service_request_id: string;
  status: 'open' | 'closed';
  status_notes: string;
  service_name: string;
  service_code: string;
  description: string | null;
  agency_responsible: string;
  requested_datetime: string;
  updated_datetime: string;
  expected_datetime: string;
  address: string | null;
  zipcode: string | null;
  media: string[];
};

export type CaseQuery = Partial<Pick<CaseFilter, 'status' | 'group' | 'priority' | 'owner' | 'zip'>> & {
  category?: string;
  incidentNumber?: string;
  limit?: number;
  cursor?: string;
};

const mostAtOnce = 200;

/** Looking at cases. Every look of a person at one leaves an audit entry. */
export function createReading({ store, audit, clock, policy }: CaseDeps) {
  return {
    /** L0: what anybody with the number may hear; numbers as people write them are understood. */
    async status(text: string): Promise<CaseStatus | { ok: false; reason: 'noCase' }> {
      const caseNumber = asCaseNumber(text);
      const record = caseNumber === null ? null : await store.byNumber(caseNumber);
      if (record === null) return { ok: false, reason: 'noCase' };
      const { _id, serviceCode, expectedAt, updatedAt, incidentNumber = null } = record;
      return {
        ok: true,
        caseNumber: _id,
        category: serviceCode,
        state: stateOf(record),
        expectedAt,
        updatedAt,
        incidentNumber,
      };
    },

    /** All of a case, for a CSR. */
    async read(caseNumber: string, csr: string) {
      const record = await store.byNumber(caseNumber);
      if (record === null) return { ok: false as const, reason: 'noCase' as const };
      const at = clock.now();
      await audit.record({
        key: `case.viewed ${csr} ${caseNumber} ${at.toISOString()}`,
        at,
        actor: csr,
        action: 'case.viewed',
        accountId: record.accountId ?? null,
        conversationId: record.conversationId ?? null,
        details: { caseNumber },
      });
      const history: CaseHistoryLine[] = record.history.map(({ requestId, argsHash, ...line }) => line);
      return { ok: true as const, case: toView(record), history };
    },

    /** In Open311's terms. */
    async serviceRequest(caseNumber: string): Promise<ServiceRequest | null> {
      const record = await store.byNumber(caseNumber);
      return record && toServiceRequest(record, policy.district.name);
    },

    /** For the desk: the newest first, page by page. A cursor that cannot be read begins anew. */
    async list({ limit = 50, cursor, category, ...wanted }: CaseQuery) {
      const most = Math.max(1, Math.min(limit, mostAtOnce));
      const filter = definedOf({ ...wanted, ...(category ? { serviceCode: category } : {}) });
      if (filter.priority && !casePriorities.includes(filter.priority as CasePriority))
        return { items: [], cursor: null };
      const found = await store.page(filter, cursor ? fromCursor(cursor) : null, most + 1);
      const items = found.slice(0, most);
      const last = found.length > most ? items.at(-1) : undefined;
      return { items: items.map(toView), cursor: last ? toCursor(last) : null };
    },

    /** An account's cases, the newest first; for whoever may see the account. */
    ofAccount: async (accountId: string, limit = 20) =>
      (await store.page({ accountId }, null, Math.min(limit, mostAtOnce))).map(toView),

    /** What should have been dealt with by now, the longest overdue first. */
    overdue: async (limit = 50) =>
      (await store.overdue(clock.now(), Math.min(limit, mostAtOnce))).map(toView),

    /** What somebody at the desk must look at: a promise that is due, an overdue case, a page nobody answered. */
    wantingAttention: async (limit = 50) => (await store.wanting(Math.min(limit, mostAtOnce))).map(toView),
  };
}

function stateOf({ status, acknowledgedAt, owner }: CaseRecord): CaseStatus['state'] {
  if (status === 'closed') return 'closed';
  if (!acknowledgedAt) return 'received';
  return owner ? 'inWork' : 'acknowledged';
}

function toView(record: CaseRecord): CaseView {
  const { _id, history: _, openKey: __, version: ___, incidentTold: ____, openings: _____, ...rest } = record;
  return { caseNumber: _id, ...rest };
}

const toServiceRequest = (record: CaseRecord, agency: string): ServiceRequest => ({
  service_request_id: record._id,
  status: record.status,
  status_notes: record.outcome ?? stateOf(record),
  service_name: record.serviceCode.replaceAll('_', ' '),
  service_code: record.serviceCode,
  description: record.description ?? null,
  agency_responsible: agency,
  requested_datetime: record.requestedAt.toISOString(),
  updated_datetime: record.updatedAt.toISOString(),
  expected_datetime: record.expectedAt.toISOString(),
  address: record.address ?? null,
  zipcode: record.zip ?? null,
  media: record.media,
});

/** A filter takes texts and null only: nothing from outside becomes an operator. */
const definedOf = (filter: object): CaseFilter =>
  Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value === null || typeof value === 'string'),
  ) as CaseFilter;

const toCursor = ({ requestedAt, _id }: CaseRecord) =>
  Buffer.from(`${requestedAt.toISOString()} ${_id}`).toString('base64url');

function fromCursor(cursor: string): { requestedAt: Date; caseNumber: string } | null {
  const [at = '', caseNumber = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const requestedAt = new Date(at);
  return Number.isNaN(requestedAt.getTime()) ? null : { requestedAt, caseNumber };
}
