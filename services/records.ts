import type { Day } from './calendar.ts';
import type { Cents } from './money.ts';
import type { MeterSize } from './policy.ts';
import type { BillLine, BillWarning } from './rating.ts';

/** An account as the records have it: nothing in it says who the customer is. */
export type Account = {
  accountId: string;
  accountNumber: string;
  state: 'active' | 'closed';
  kind: 'residential' | 'landlord' | 'commercial';
  /** The premise that the account's bill is about. */
  serviceLocationId: string;
  autopay: boolean;
  paperless: boolean;
  closedOn: Day | null;
  /** ISO instant up to which account, bills and balance are posted; absent where they are true now. */
  asOf?: string;
};

/** Who the customer is and where they are reached; asked for only where it is needed. */
export type Contacts = {
  customerName: string;
  /** The language they chose, `en`. */
  language: string;
  /** E.164, or null where none is on file. */
  phone: string | null;
  email: string | null;
  mailingAddress?: string | null;
  /** Rises with every change; a change that names another is refused as `changedMeanwhile`. */
  revision?: number;
};

/** What the desk looks a customer up by; a name and an address match from their beginning. */
export type CustomerQuery = {
  by: 'accountNumber' | 'phone' | 'email' | 'name' | 'address';
  /** An account number of eight digits, E.164, an e-mail address, or what a name or an address begins with. */
  value: string;
  limit: number;
  /** Where the page before ended, or null. */
  cursor: string | null;
};
export type CustomerMatch = Pick<Account, 'accountId' | 'accountNumber' | 'state' | 'serviceLocationId'> &
  Contacts;
export type CustomerPage = { matches: CustomerMatch[]; cursor: string | null };

/** A bill as it was issued; it never changes. Days run from one reading to the next. */
export type Bill = {
  billId: string;
  accountId: string;
  issuedOn: Day;
  dueOn: Day;
  periodStart: Day;
  periodEnd: Day;
  days: number;
  units: number;
  meterSize: MeterSize;
  /** The reading behind it was an estimate. */
  estimated: boolean;
  /** The first or the last at the premise: its service charge is for its days only. */
  prorated?: boolean;
  /** A meter reported water running without a pause. */
  continuousFlow?: boolean;
  lines: BillLine[];
  /** What it tells and does not charge. */
  warnings?: BillWarning[];
  total: Cents;
};

/** Where water is delivered. */
export type ServiceLocation = {
  serviceLocationId: string;
  address: string;
  zip: string;
  insideDistrict: boolean;
};

/** Money on an account; amounts in cents, positive is owed to the District. */
export type LedgerLine = {
  kind: 'charge' | 'payment' | 'reversal' | 'credit' | 'refund';
  amount: Cents;
  postedOn: Day;
  billId: string | null;
  /** What a charge or a credit is for; the code of a reversal. */
  label: string | null;
  requestId: string;
};
export type LedgerPage = { lines: LedgerLine[]; cursor: string | null };

/** What changes about a customer; the mailing address is one line. What is absent stays. */
export type ContactChange = Partial<Pick<Contacts, 'customerName' | 'language' | 'phone' | 'email'>> & {
  mailingAddress?: string | null;
  /** The revision that was read; absent: whatever stands is changed. */
  ifRevision?: number;
};

/**
 * What changes the records. Each is done once under its requestId, however often it is submitted; amounts are
 * positive cents.
 */
export type RecordsChange = { requestId: string; accountId: string } & (
  | { kind: 'payment'; amount: Cents; postedOn: Day; tender: Tender; processorId: string | null }
  /** A payment that came back: `of` is the payment's requestId. */
  | { kind: 'reversal'; amount: Cents; postedOn: Day; of: string; code: string }
  | { kind: 'charge'; amount: Cents; postedOn: Day; label: ChargeLabel; of: string | null }
  | { kind: 'credit'; amount: Cents; postedOn: Day; label: CreditLabel; of: string | null }
  | { kind: 'refund'; amount: Cents; postedOn: Day }
  | { kind: 'serviceOrder'; order: OrderDetails }
  | { kind: 'contacts'; contacts: ContactChange }
  | { kind: 'enrolment'; autopay?: boolean; paperless?: boolean }
  | { kind: 'plan'; plan: PlanDetails }
);
export type Tender = 'card' | 'bank' | 'cash' | 'check';
export type ChargeLabel =
  | 'lateFee'
  | 'returnedPaymentFee'
  | 'setupFee'
  | 'sameDayFee'
  | 'deposit'
  | 'meterTestFee';
export type CreditLabel = 'lateFeeWaiver' | 'leakAdjustment' | 'assistance' | 'correction';
/** Beginning or ending service at a premise on a day; what else the work needs stays with us. */
export type OrderDetails = {
  kind: 'start' | 'stop';
  /** A new order, or one that gets another day or is taken back; absent is new. */
  action?: 'book' | 'move' | 'cancel';
  orderNumber: string;
  serviceLocationId: string;
  effectiveOn: Day;
  forwardingAddress: string | null;
  /** Of a start, for a system that makes the account and its charges itself. */
  start?: StartDetails;
};
export type StartDetails = {
  /** An account of the customer it is for; null: a new customer, `applicant`. */
  customerOf: string | null;
  applicant: {
    name: string;
    language: string;
    phone: string | null;
    email: string | null;
    mailingAddress?: string | null;
  } | null;
  occupancy: 'owner' | 'tenant';
  accountKind: Account['kind'];
  /** What was told and agreed to, in cents. */
  fees: { label: 'setupFee' | 'sameDayFee' | 'deposit'; amount: Cents }[];
};
/** More time to pay: one date, or instalments in cents with their days. */
export type PlanDetails = {
  planNumber: string;
  kind: 'extension' | 'arrangement';
  instalments: { dueOn: Day; amount: Cents }[];
};

/** `reference` is the system's own name for what it did. */
export type ChangeAnswer = { ok: true; reference: string } | { ok: false; reason: string };

/**
 * The port to the system that holds accounts, bills and payments. The built-in District implements it on our
 * models (`districtRecords.ts`). Every question answers null for what there is none of, and costs the same
 * whether it is there or not; a system that does not answer throws `UpstreamError` `records.unavailable`.
 */
export interface Records {
  /** The account of that number whose premise has that ZIP; one answer for "no such account" and "wrong ZIP". */
  matchAccount(by: { accountNumber: string; zip: string }): Promise<Account | null>;
  accountById(accountId: string): Promise<Account | null>;
  contacts(accountId: string): Promise<Contacts | null>;
  serviceLocation(serviceLocationId: string): Promise<ServiceLocation | null>;
  /** Premises like an address in a customer's words, the likeliest first. Absent where we search our own. */
  findServiceLocations?(text: string, limit: number): Promise<ServiceLocation[]>;
  /** The latest bill issued: the one that "my bill" means, paid or not. */
  openBill(accountId: string): Promise<Bill | null>;
  /** The latest so many bills that were issued until a day, the latest first; at most a hundred. */
  recentBills(accountId: string, count: number, until?: Day): Promise<Bill[]>;
  /** The bill of the same season a year before, or null where the account is younger. */
  samePeriodLastYear(bill: Bill): Promise<Bill | null>;
  /** The sum of the account's ledger: positive is owed, negative is the customer's credit. */
  balance(accountId: string): Promise<Cents>;
  /** Customers by what the desk knows of them, a page at a time; for CSRs alone. */
  findCustomers(query: CustomerQuery): Promise<CustomerPage>;
  /**
   * What was charged and paid, the latest first; `cursor` is the one that the page before ended with. Absent where
   * the system that holds the records cannot tell.
   */
  history?(accountId: string, page: { limit: number; cursor: string | null }): Promise<LedgerPage>;
  /** How many payments came back since a day, before the reversal with that requestId (null: until now). */
  returnsSince?(accountId: string, since: Day, before: string | null): Promise<number>;
  /**
   * Makes a change, once under its requestId. The services do not call it: they go through
   * `services/changes.ts`, which keeps what has no answer yet.
   */
  submit(change: RecordsChange): Promise<ChangeAnswer>;
}
