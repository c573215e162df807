import type { NewAuditEntry } from '../../models/auditEntry.ts';
import type { FieldOrderRecord, FieldOrderStatus, FieldOrderStep } from '../../models/fieldOrder.ts';
import type { Meter } from '../../models/meter.ts';
import type { Reading } from '../../models/reading.ts';
import type { Day } from '../calendar.ts';
import type { DistrictClock } from '../clock.ts';
import type { FollowUpService } from '../followUps.ts';
import type { OrderType } from '../policy/cases.ts';
import type { Policy } from '../policy.ts';
import type { ServiceLocation } from '../records.ts';

export type FieldPriority = FieldOrderRecord['priority'];
export type FieldWindow = 'morning' | 'afternoon';

/** Work to be done. `scheduledOn` null is as soon as possible; hazards are for the crew (`dog`, `gas smell`). */
export type FieldRequest = {
  requestId: string;
  type: OrderType;
  serviceLocationId: string | null;
  /** Where it is, in words, if it is at no premise. */
  place?: string | null;
  accountId?: string | null;
  caseNumber?: string | null;
  serviceOrderNumber?: string | null;
  priority?: FieldPriority;
  scheduledOn?: Day | null;
  window?: FieldWindow | null;
  accessNotes?: string | null;
  hazards?: string[];
  /** Whom the crew calls, `Name, +15105550100`. */
  contact?: string | null;
  by?: string;
};

export type FieldOrder = Omit<FieldOrderRecord, '_id' | 'history' | 'requestId' | 'argsHash' | 'type'> & {
  /** `FO-` and eight letters and digits. */
  orderNumber: string;
  type: OrderType;
  history: { at: Date; status: FieldOrderStatus; by: string; note: string | null }[];
};

export type FieldAnswer =
  | { ok: true; order: FieldOrder }
  | {
      ok: false;
      reason:
        | 'unknownPremise'
        | 'noPlace'
        | 'badType'
        | 'badDay'
        | 'badWindow'
        | 'badHazards'
        | 'textTooLong';
    };
export type FieldChangeAnswer =
  | { ok: true; order: FieldOrder }
  | { ok: false; reason: 'noOrder' | 'alreadyEnded' | 'badDay' | 'badWindow' };

/** What the field says of an order. `eventId` is the work-management system's own; each counts once. */
export type FieldEvent = {
  eventId: string;
  orderNumber: string;
  status: Exclude<FieldOrderStatus, 'open'>;
  technician?: string | null;
  result?: { code: string; reading?: number | null; photo?: string | null; notes?: string | null } | null;
};
export type FieldEventAnswer =
  | { ok: true; status: FieldOrderStatus }
  | { ok: false; reason: 'noOrder' | 'backwards' | 'readingMissing' | 'badReading' | 'textTooLong' };

/** An order as the work-management system gets it, once or more often under the same key. */
export type FieldMessage = {
  key: string;
  action: 'create' | 'change' | 'cancel';
  order: FieldOrder;
  premise: ServiceLocation | null;
  meter: Meter | null;
};
/** Hands an order over; false where it was not taken and must be tried again. */
export type SendFieldOrder = (message: FieldMessage) => Promise<boolean>;

export type FieldOrderDeps = {
  orders: {
    byNumber(orderNumber: string): PromiseLike<FieldOrderRecord | null>;
    byRequest(requestId: string): PromiseLike<FieldOrderRecord | null>;
    add(order: FieldOrderRecord): Promise<boolean>;
    step(
      number: string,
      from: FieldOrderStatus[],
      step: FieldOrderStep,
    ): PromiseLike<FieldOrderRecord | null>;
    taken(orderNumber: string, version: number): Promise<void>;
    flag(orderNumber: string, needsAttention: string | null): Promise<void>;
    unflag(orderNumber: string): Promise<void>;
    ofAccount(accountId: string, count: number): PromiseLike<FieldOrderRecord[]>;
    openAt(serviceLocationId: string, count: number): PromiseLike<FieldOrderRecord[]>;
    ofCase(caseNumber: string, count: number): PromiseLike<FieldOrderRecord[]>;
    ofServiceOrder(serviceOrderNumber: string, count: number): PromiseLike<FieldOrderRecord[]>;
    flagged(count: number): PromiseLike<FieldOrderRecord[]>;
  };
  serviceLocation(serviceLocationId: string): PromiseLike<ServiceLocation | null>;
  metersAt(serviceLocationId: string): PromiseLike<Meter[]>;
  /** Writes a reading; its id a second time changes nothing. */
  addReading(reading: Reading): Promise<void>;
  followUps: Pick<FollowUpService, 'handle' | 'schedule'>;
  audit: { record(entry: NewAuditEntry): Promise<void> };
  clock: Pick<DistrictClock, 'now' | 'timeZone'>;
  policy: Pick<Policy, 'field'>;
  /** Null where no work-management system is set up: orders are then worked off from the desk's list. */
  send: SendFieldOrder | null;
};
