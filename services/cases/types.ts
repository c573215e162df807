import type { NewAuditEntry } from '../../models/auditEntry.ts';
import type { CaseChange, CaseContact, CaseFilter, CasePriority, CaseRecord } from '../../models/case.ts';
import type { DistrictClock } from '../clock.ts';
import type { CustomerNotices } from '../customerNotices.ts';
import type { FieldOrder, FieldRequest } from '../fieldOrders.ts';
import type { FollowUpService } from '../followUps.ts';
import type { Policy } from '../policy.ts';
import type { Records } from '../records.ts';
import type { Secrets } from '../secrets.ts';

export type Category = Policy['cases']['categories'][number];

/** The port to the field: the crew's order that a case causes at once. A repeat gets the first order. */
export type FieldOrderPort = {
  create(
    order: FieldRequest,
  ): Promise<{ ok: true; order: Pick<FieldOrder, 'orderNumber'> } | { ok: false; reason: string }>;
  cancel(change: { requestId: string; orderNumber: string; why: string }): Promise<unknown>;
};

export type CaseStore = {
  byNumber(caseNumber: string): PromiseLike<CaseRecord | null>;
  byRequest(requestId: string): PromiseLike<CaseRecord | null>;
  byOpenKey(openKey: string): PromiseLike<CaseRecord | null>;
  open(record: CaseRecord): Promise<boolean>;
  change(caseNumber: string, version: number, change: CaseChange): Promise<CaseRecord | null>;
  page(
    filter: CaseFilter,
    after: { requestedAt: Date; caseNumber: string } | null,
    limit: number,
  ): PromiseLike<CaseRecord[]>;
  overdue(now: Date, limit: number): PromiseLike<CaseRecord[]>;
  wanting(limit: number): PromiseLike<CaseRecord[]>;
};

export type CaseDeps = {
  store: CaseStore;
  records: Pick<Records, 'accountById' | 'serviceLocation'>;
  audit: { record(entry: NewAuditEntry): Promise<void> };
  followUps: Pick<FollowUpService, 'handle' | 'schedule' | 'cancel'>;
  notices: Pick<CustomerNotices, 'send'>;
  /** A promised call-back is due: puts its conversation in line at the desk. */
  callBack(conversationId: string, key: string): Promise<void>;
  /** null where the District sends no field crews. */
  fieldOrders: FieldOrderPort | null;
  clock: Pick<DistrictClock, 'now'>;
  secrets: Pick<Secrets, 'mac'>;
  policy: Pick<Policy, 'district' | 'cases' | 'hours' | 'holidays'>;
  log: { error(details: object, message: string): void };
};

/** Told of a case; it may be told again after a crash, so what it changes goes by a key of its own. */
export type CaseListener = (record: CaseRecord) => Promise<void>;

export type NewCase = {
  requestId: string;
  /** A category's code. */
  category: string;
  /** customer, system, or a CSR's id. */
  actor: string;
  description?: string | null;
  address?: string | null;
  /** The zone. */
  zip?: string | null;
  serviceLocationId?: string | null;
  accountId?: string | null;
  conversationId?: string | null;
  contact?: Partial<CaseContact> | null;
  /** Ids of files. */
  media?: string[];
  /** Nothing is kept of who reports; only where the category allows it. */
  anonymous?: boolean;
};

/** What the reporter is told: the case's number, and until when it is looked at. */
export type OpenAnswer =
  | {
      ok: true;
      caseNumber: string;
      category: string;
      priority: CasePriority;
      expectedAt: Date;
      /** The same was told before: this is the case that stands. */
      again: boolean;
    }
  | {
      ok: false;
      reason:
        | 'noSuchCategory'
        | 'contactNeeded'
        | 'notAnonymous'
        | 'noAccount'
        | 'badDescription'
        | 'badAddress'
        | 'badZip'
        | 'badContact'
        | 'badFiles';
    };
