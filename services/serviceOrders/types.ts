import type { NewAuditEntry } from '../../models/auditEntry.ts';
import type { Customer } from '../../models/customer.ts';
import type { CustomerAgreement } from '../../models/customerAgreement.ts';
import type { NewServiceOrder, ServiceOrderChange, ServiceOrderRecord } from '../../models/serviceOrder.ts';
import type { Day } from '../calendar.ts';
import type { ChangesService } from '../changes.ts';
import type { DistrictClock } from '../clock.ts';
import type { FieldOrderService } from '../fieldOrders.ts';
import type { FollowUpService } from '../followUps.ts';
import type { Cents } from '../money.ts';
import type { MeterSize, Policy } from '../policy.ts';
import type { Account, Records } from '../records.ts';
import type { Secrets } from '../secrets.ts';
import type { DayCheck } from './dates.ts';

export type OrderWindow = 'morning' | 'afternoon';
export type Fee = { label: 'setupFee' | 'sameDayFee' | 'deposit'; amount: Cents };

export type ServiceOrder = {
  /** `SO-` and eight letters and digits, easy to read aloud; the customer's confirmation number. */
  orderNumber: string;
  kind: 'start' | 'stop';
  accountId: string;
  /** Of a start: the number that the new account will have. */
  accountNumber: string | null;
  serviceLocationId: string;
  effectiveOn: Day;
  window: OrderWindow | null;
  forwardingAddress: string;
  accessNotes: string | null;
  hazards: string[];
  fees: Fee[];
  /** Until when the proof of occupancy must be there, and which kinds do; null where none is missing. */
  proofNeeded: { by: Date; kinds: string[] } | null;
  status: ServiceOrderRecord['status'];
  bookedAt: Date;
};

/** What the system that holds the records has said; `pending` where it has not answered yet. */
export type Confirmation = 'confirmed' | 'pending' | 'waitingForProof';
export type Booked = { ok: true; confirmation: Confirmation; order: ServiceOrder };
type Refused<Reason> = Reason extends string ? { ok: false; reason: Reason } : never;
/** `refusedByRecords`: the system that holds the records said no, and nothing was changed; a person has to look. */
type Always = 'refusedByRecords' | 'notesTooLong' | 'badHazards' | 'badWindow';

export type StopRequest = {
  requestId: string;
  accountId: string;
  /** The premise, where the account has several; its main one otherwise. */
  serviceLocationId?: string;
  lastDay: Day;
  window?: OrderWindow | null;
  forwardingAddress: string;
  accessNotes?: string | null;
  hazards?: string[];
  conversationId: string | null;
  /** `customer`, or a CSR's id. */
  by?: string;
};
export type StopAnswer =
  | Booked
  | Exclude<DayCheck, { ok: true }>
  | Refused<'noAccount' | 'accountClosed' | 'notYourPremise' | 'badAddress' | Always>
  | { ok: false; reason: 'alreadyOpen'; orderNumber: string; effectiveOn: Day };

/** Who a new account is for; contacts in E.164 and as an address of mail. */
export type Applicant = {
  name: string;
  language: string;
  phone: string | null;
  email: string | null;
  mailingAddress?: string | null;
};
export type Occupancy = 'owner' | 'tenant';
export type QuoteRequest = {
  serviceLocationId: string;
  day: Day;
  /** An account that the applicant has proven to be theirs. */
  accountId?: string | null;
  /** Good credit was shown otherwise, as by a letter of another utility. */
  creditShown?: boolean;
};
export type Quote = {
  day: Day;
  sameDay: boolean;
  fees: Fee[];
  /** The deposit is never more than this, or null where none is asked. */
  depositCap: Cents | null;
  total: Cents;
  windows: { name: OrderWindow; from: string; to: string }[];
  /** Any one of these is asked for. */
  proofNeeded: Record<Occupancy, string[]>;
  proofBy: Date;
  /** All taps off, or somebody grown up there. */
  fixturesOff: boolean;
};
export type PremiseRefusal = 'unknownPremise' | 'premiseActive' | 'alreadyYours';
export type QuoteAnswer =
  | { ok: true; quote: Quote }
  | Exclude<DayCheck, { ok: true }>
  | Refused<PremiseRefusal | 'noAccount'>;

export type StartRequest = QuoteRequest & {
  requestId: string;
  conversationId: string | null;
  window?: OrderWindow | null;
  occupancy: Occupancy;
  accountKind?: Account['kind'];
  /** Needed unless `accountId` says who it is. */
  applicant?: Applicant | null;
  proof?: { kind: string; reference: string } | null;
  accessNotes?: string | null;
  hazards?: string[];
  /** The total that was told and agreed to, in cents. */
  agreed: Cents;
  by?: string;
};
export type StartAnswer =
  | Booked
  | Exclude<QuoteAnswer, { ok: true }>
  | Refused<'badApplicant' | 'badOccupancy' | 'badProof' | 'tooLateForWindow' | Always>
  /** What it costs is not what was agreed to: it has to be told again. */
  | { ok: false; reason: 'feesChanged'; quote: Quote }
  /** Only ever of the applicant's own closed accounts. */
  | { ok: false; reason: 'priorDebt'; amount: Cents };

export type TransferRequest = Omit<StartRequest, 'accountId' | 'applicant'> & {
  /** The account to move away from; proven. */
  accountId: string;
  lastDay: Day;
  forwardingAddress: string;
};
export type TransferAnswer =
  | { ok: true; confirmation: Confirmation; start: ServiceOrder; stop: ServiceOrder | null }
  | { ok: false; of: 'start'; answer: Exclude<StartAnswer, { ok: true }> }
  | { ok: false; of: 'stop'; answer: Exclude<StopAnswer, { ok: true }> }
  | { ok: false; of: 'both'; answer: { ok: false; reason: 'overlapTooLong'; mostDays: number } };

/** Who asks: the proven account, the conversation that booked it, or a CSR. */
export type Asker = { accountId: string } | { conversationId: string } | { csr: string };
export type ChangeRequest = { requestId: string; orderNumber: string; who: Asker };
export type ChangeAnswer =
  | { ok: true; confirmation: Confirmation; order: ServiceOrder }
  | Exclude<DayCheck, { ok: true }>
  | Refused<
      | 'noOrder'
      | 'alreadyEnded'
      | 'notConfirmedYet'
      | 'changeUnderWay'
      | 'premiseTaken'
      | 'badWindow'
      | 'tooLateForWindow'
      | 'feesChanged'
      | 'refusedByRecords'
    >;
export type ProofAnswer = Booked | Refused<'noOrder' | 'notWaiting' | 'badProof' | 'refusedByRecords'>;

export type KnownCustomer = Pick<Customer, '_id' | 'name' | 'accountIds'>;

export type ServiceOrderDeps = {
  records: Pick<Records, 'accountById' | 'balance'>;
  orders: OrderStore;
  premises: {
    byId(serviceLocationId: string): PromiseLike<{ insideDistrict: boolean } | null>;
    meterSize(serviceLocationId: string): Promise<MeterSize | null>;
  };
  agreements: {
    runningAt(serviceLocationId: string): PromiseLike<CustomerAgreement[]>;
    latestAt(serviceLocationId: string, count: number): PromiseLike<CustomerAgreement[]>;
    ofAccount(accountId: string): PromiseLike<CustomerAgreement[]>;
    revert(serviceLocationId: string, landlordAccountId: string): Promise<boolean>;
  };
  customers: {
    ofAccount(accountId: string): PromiseLike<KnownCustomer | null>;
    reachedBy(
      contacts: { phone: string | null; email: string | null },
      count: number,
    ): PromiseLike<KnownCustomer[]>;
  };
  /** Whether an account has the number already; null where another system numbers its accounts. */
  isNumberTaken: ((accountNumber: string) => Promise<boolean>) | null;
  /** The totals of an account's bills within a year before a day. */
  billTotals(accountId: string, before: Day): Promise<Cents[]>;
  /**
   * What a start and a stop do to the District's own records; all of it may be repeated. Null where another system
   * holds them: it does that itself, charges included, of an order that it has confirmed.
   */
  effects: OrderEffects | null;
  /** Makes the last bill of an account, once under its requestId; null where another system bills. */
  issueFinal:
    | ((request: {
        requestId: string;
        accountId: string;
        lastDay: Day;
      }) => Promise<{ ok: true } | { ok: false; reason: string }>)
    | null;
  changes: Pick<ChangesService, 'submit'>;
  fieldOrders: Pick<FieldOrderService, 'create' | 'move' | 'cancel' | 'forServiceOrder'>;
  followUps: Pick<FollowUpService, 'handle' | 'schedule'>;
  audit: { record(entry: NewAuditEntry): Promise<void> };
  secrets: Pick<Secrets, 'seal' | 'open'>;
  clock: Pick<DistrictClock, 'now' | 'localTime' | 'timeZone'>;
  policy: Policy;
};
export type OrderStore = {
  byNumber(orderNumber: string): PromiseLike<ServiceOrderRecord | null>;
  byRequest(requestId: string): PromiseLike<ServiceOrderRecord | null>;
  openFor(accountId: string, kind: 'stop', at: string): PromiseLike<ServiceOrderRecord | null>;
  startAt(serviceLocationId: string): PromiseLike<ServiceOrderRecord | null>;
  withAccountNumber(accountNumber: string): PromiseLike<ServiceOrderRecord | null>;
  ofAccount(accountId: string, count: number): PromiseLike<ServiceOrderRecord[]>;
  toReview(count: number): PromiseLike<ServiceOrderRecord[]>;
  book(order: NewServiceOrder): Promise<boolean>;
  set(
    orderNumber: string,
    from: ServiceOrderRecord['status'][],
    set: Partial<ServiceOrderRecord>,
  ): PromiseLike<ServiceOrderRecord | null>;
  beginChange(orderNumber: string, change: ServiceOrderChange): PromiseLike<ServiceOrderRecord | null>;
  endChange(orderNumber: string, change: ServiceOrderChange, set: Partial<ServiceOrderRecord>): Promise<void>;
  flag(orderNumber: string, reason: string): Promise<void>;
  unflag(orderNumber: string): Promise<void>;
};
export type OrderEffects = {
  begin(order: ServiceOrderRecord, applicant: Applicant | null): Promise<void>;
  end(order: ServiceOrderRecord): Promise<void>;
};
