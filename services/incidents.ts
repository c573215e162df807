import type { NewAuditEntry } from '../models/auditEntry.ts';
import type { CaseRecord } from '../models/case.ts';
import type { IncidentChange, IncidentNotice, IncidentRecord } from '../models/incident.ts';
import type { CaseDeps } from './cases/types.ts';
import type { CustomerNotices } from './customerNotices.ts';
import type { FollowUpService } from './followUps.ts';
import { createDetection } from './incidents/detect.ts';
import { handleTelling } from './incidents/tell.ts';
import { createIncidentVerbs } from './incidents/verbs.ts';
import type { Policy } from './policy.ts';

export type { IncidentView, OpenIncident } from './incidents/verbs.ts';

/** Told of each new incident, perhaps twice after a crash. */
export type IncidentListener = (incident: IncidentRecord) => Promise<void>;
export type IncidentKind = IncidentRecord['kind'];

export type IncidentDeps = {
  store: {
    byNumber(incidentNumber: string): PromiseLike<IncidentRecord | null>;
    byRequest(requestId: string): PromiseLike<IncidentRecord | null>;
    current(openKey: string): PromiseLike<IncidentRecord | null>;
    open(record: IncidentRecord): Promise<boolean>;
    change(number: string, version: number, change: IncidentChange): Promise<IncidentRecord | null>;
    reported(number: string, at: Date): Promise<void>;
    gatheredAll(number: string): Promise<void>;
    age(number: string, lastReportAt: Date): Promise<void>;
    near(zip: string, limit: number): PromiseLike<IncidentRecord[]>;
    list(status: 'open' | 'closed', before: Date | null, limit: number): PromiseLike<IncidentRecord[]>;
  };
  cases: CaseDeps['store'] & {
    apart(
      where: { zip: string; serviceCodes: readonly string[]; since: Date },
      limit: number,
    ): PromiseLike<CaseRecord[]>;
    joined(incidentNumber: string): PromiseLike<number>;
    untold(incidentNumber: string, told: number, limit: number): PromiseLike<CaseRecord[]>;
    told(caseNumber: string, told: number): Promise<void>;
  };
  audit: { record(entry: NewAuditEntry): Promise<void> };
  followUps: Pick<FollowUpService, 'handle' | 'schedule'>;
  notices: Pick<CustomerNotices, 'send'>;
  clock: CaseDeps['clock'];
  secrets: CaseDeps['secrets'];
  policy: Pick<Policy, 'cluster' | 'cases'>;
};
export type { IncidentNotice };

export type IncidentService = ReturnType<typeof createIncidentService>;

/**
 * What many customers feel at once. Enough reports of one kind in one zone within the policy's hours make one
 * incident, and every report joins it; the desk opens, updates and closes them, and plans outages. Customers whose
 * case has joined hear of each change of its state.
 */
export function createIncidentService(deps: IncidentDeps) {
  const listeners: IncidentListener[] = [];
  const detection = createDetection(deps, listeners);
  handleTelling(deps);
  return {
    /** Looks whether a new case is part of an incident, or makes one; the same however often it is asked. */
    consider: detection.consider,
    ...createIncidentVerbs(deps, detection),
    onOpened: (listener: IncidentListener): void => void listeners.push(listener),
  };
}
