import type { Logger } from 'pino';
import type { Wakeups } from '../adapters/channel.ts';
import { AuditEntryModel } from '../models/auditEntry.ts';
import { CaseModel } from '../models/case.ts';
import { ConsentModel } from '../models/consent.ts';
import { IncidentModel } from '../models/incident.ts';
import { enqueueNotice } from '../models/outbox.ts';
import { PageModel } from '../models/page.ts';
import { type CaseService, createCaseService, type FieldOrderPort } from '../services/cases.ts';
import type { DistrictClock } from '../services/clock.ts';
import { type ConsentService, createConsentService } from '../services/consents.ts';
import { createCustomerNotices } from '../services/customerNotices.ts';
import { createCallBack } from '../services/desk/attention.ts';
import { createEmergencyService, type EmergencyService } from '../services/emergencies.ts';
import type { FollowUpService } from '../services/followUps.ts';
import { createIncidentService, type IncidentService } from '../services/incidents.ts';
import { createOnCallService, type OnCallService } from '../services/onCall.ts';
import type { Policy } from '../services/policy.ts';
import type { Records } from '../services/records.ts';
import type { Secrets } from '../services/secrets.ts';

export type CaseWork = {
  cases: CaseService;
  emergencies: EmergencyService;
  incidents: IncidentService;
  onCall: OnCallService;
  consents: ConsentService;
};

/** What customers report, put together: cases, emergencies, paging, incidents, and the notices that follow. */
export function openCaseWork(parts: {
  policy: Policy;
  clock: DistrictClock;
  secrets: Secrets;
  records: Records;
  followUps: FollowUpService;
  fieldOrders: FieldOrderPort | null;
  wakeups: Pick<Wakeups, 'publish'>;
  log: Logger;
}): CaseWork {
  const { policy, clock, secrets, records, followUps, fieldOrders, wakeups, log } = parts;
  const [audit, outbox] = [AuditEntryModel, { enqueueNotice }];
  const consents = createConsentService({ store: ConsentModel, audit, secrets, clock });
  const notices = createCustomerNotices({ records, consents, outbox, secrets, clock });
  const common = { audit, followUps, notices, clock, secrets, policy };
  const cases = createCaseService({
    ...common,
    store: CaseModel,
    records,
    callBack: createCallBack({ clock, wakeups }),
    fieldOrders,
    log,
  });
  const incidents = createIncidentService({ ...common, store: IncidentModel, cases: CaseModel });
  const onCall = createOnCallService({ ...common, store: PageModel, outbox });
  const emergencies = createEmergencyService({
    cases,
    caseStore: CaseModel,
    pages: PageModel,
    incidents,
    onCall,
    policy,
    log,
  });
  cases.onOverdue(async ({ _id, priority }) =>
    log.warn({ event: 'case.overdue', caseNumber: _id, priority }),
  );
  return { cases, emergencies, incidents, onCall, consents };
}
