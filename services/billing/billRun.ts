import type { NewAuditEntry } from '../../models/auditEntry.ts';
import type { BillRecord } from '../../models/bill.ts';
import type { LedgerEntry } from '../../models/ledgerEntry.ts';
import type { Reading } from '../../models/reading.ts';
import { addDays, type Day, isDay } from '../calendar.ts';
import type { DistrictClock } from '../clock.ts';
import { toBill } from '../districtRecords.ts';
import { ConflictError } from '../errors.ts';
import type { Bill } from '../records.ts';
import { argsHash } from '../requests.ts';
import { type BillSources, createBillMaker, type NotBilled } from './makeBill.ts';
import { dueEnd } from './schedule.ts';

export type IssueRequest = {
  requestId: string;
  accountId: string;
  /** The day of the reading that ends the period. */
  periodEnd: Day;
  /** Service ends with it: the service charge is for its days only. */
  closing?: boolean;
};

export type IssueAnswer =
  | {
      ok: true;
      bill: Bill;
      /** It is the last estimate in a row that the policy allows: somebody has to go and read the meter. */
      visitNeeded: boolean;
    }
  | NotBilled;

export type RunAnswer = {
  issued: { accountId: string; billId: string; visitNeeded: boolean }[];
  refused: ({ accountId: string } & NotBilled)[];
  /** Where to go on; null at the end. */
  cursor: string | null;
};

export type BillRunDeps = BillSources & {
  accounts: { activeAfter(accountId: string, count: number): PromiseLike<{ _id: string }[]> };
  bills: {
    byId(billId: string): PromiseLike<BillRecord | null>;
    byRequest(requestId: string): PromiseLike<BillRecord | null>;
    issue(bill: BillRecord): Promise<boolean>;
  };
  readings: { keep(reading: Reading): Promise<void> };
  ledger: {
    post(entry: LedgerEntry): Promise<void>;
    isPosted(requestId: string): Promise<boolean>;
  };
  audit: { record(entry: NewAuditEntry): Promise<void> };
  clock: Pick<DistrictClock, 'now' | 'today'>;
};

export type BillRun = ReturnType<typeof createBillRun>;

const mostAtOnce = 500;

/** Makes bills from readings: the District's own billing, behind the port to the records. */
export function createBillRun(deps: BillRunDeps) {
  const { accounts, bills, readings, ledger, audit, clock, policy } = deps;
  const makeBill = createBillMaker(deps);

  async function issue(request: IssueRequest): Promise<IssueAnswer> {
    const { requestId, accountId, periodEnd, closing = false } = request;
    const hash = argsHash('bill', [accountId, periodEnd, closing]);
    const earlier = await bills.byRequest(requestId);
    if (earlier !== null) return answerAgain(earlier, hash);
    if (!isDay(periodEnd)) return { ok: false, reason: 'notADay' };
    if (periodEnd > clock.today()) return { ok: false, reason: 'inFuture' };
    const made = await makeBill({ accountId, periodEnd, closing });
    if (!made.ok) {
      // The same request may have made it in the meantime.
      const own = await bills.byRequest(requestId);
      return own === null ? made : answerAgain(own, hash);
    }
    for (const estimate of made.estimates) await readings.keep(estimate);
    const issuedOn = clock.today();
    const dueOn = addDays(issuedOn, policy.billing.dueDays);
    const bill: BillRecord = { ...made.bill, issuedOn, dueOn, requestId, argsHash: hash };
    if (await bills.issue(bill)) return finish((await bills.byRequest(requestId)) ?? bill);
    const same = await bills.byRequest(requestId);
    return same === null ? { ok: false, reason: 'alreadyBilled', billId: bill._id } : answerAgain(same, hash);
  }

  async function answerAgain(bill: BillRecord, hash: string): Promise<IssueAnswer> {
    if (bill.argsHash !== hash)
      throw new ConflictError('action.conflict', 'A bill was asked for again with other arguments');
    return finish(bill);
  }

  // The bill is the first write and decides; its charge follows under a key of the bill's.
  async function finish(bill: BillRecord): Promise<IssueAnswer> {
    const { _id: billId, accountId, total, issuedOn, periodEnd, estimated } = bill;
    const key = chargeKey(billId);
    await ledger.post({
      _id: key,
      requestId: key,
      accountId,
      kind: total < 0 ? 'credit' : 'charge',
      amount: total,
      postedOn: issuedOn,
      billId,
      label: null,
      of: null,
    });
    await audit.record({
      key: `${key}:issued`,
      at: clock.now(),
      actor: 'system',
      action: 'bill.issued',
      accountId,
      conversationId: null,
      details: { billId, periodEnd, total, estimated },
    });
    return { ok: true, bill: toBill(bill), visitNeeded: estimated && (await estimatesUpTo(bill)) };
  }

  /** Whether this bill and those before it are as many estimates in a row as there may be. */
  async function estimatesUpTo({ accountId, issuedOn, periodEnd }: BillRecord): Promise<boolean> {
    const { mostEstimates } = policy.billing;
    const recent = await deps.bills.recentOf(accountId, mostEstimates + 5, issuedOn);
    const last = recent.filter((bill) => bill.periodEnd <= periodEnd).slice(0, mostEstimates);
    return last.length === mostEstimates && last.every(({ estimated }) => estimated);
  }

  /** A process that died between a bill and its charge: the next run posts it. */
  async function finishLatest(accountId: string): Promise<void> {
    const [latest] = await deps.bills.recentOf(accountId, 1);
    if (latest === undefined || latest.argsHash === null) return;
    if (!(await ledger.isPosted(chargeKey(latest._id)))) await finish(latest);
  }

  async function issueDueOf(accountId: string, day: Day): Promise<IssueAnswer | null> {
    const due = await dueEnd(deps, { accountId, day });
    if (due === null) return null;
    return issue({ requestId: `billRun:${accountId}:${due.periodEnd}`, accountId, ...due });
  }

  return {
    /** Does what follows from a bill once more, where a process may have died before it: its charge, its audit. */
    finish: async (bill: BillRecord): Promise<void> => {
      if (bill.argsHash !== null) await finish(bill);
    },
    /** The bill of one account that is due on a day; null where none is, or its meter may still be read. */
    issueDueOf,
    /**
     * Issues the bill of an account from its last one up to a reading, and posts its charge: each once, whatever
     * is repeated or dies between. Where there is no reading that day, it is estimated by past use.
     * @throws ConflictError `action.conflict` where the requestId has asked for another bill.
     */
    issue,
    /** The last bill, of an account whose service ends on a day. */
    issueFinal: ({ lastDay, ...request }: Omit<IssueRequest, 'periodEnd' | 'closing'> & { lastDay: Day }) =>
      issue({ ...request, periodEnd: lastDay, closing: true }),
    /**
     * Issues the bills that are due on a day, for the next so many accounts after the cursor; to be called again
     * until the cursor is null. It may be cut short and begun anew.
     */
    async issueDue({
      day,
      cursor = null,
      limit = 100,
    }: {
      day: Day;
      cursor?: string | null;
      limit?: number;
    }): Promise<RunAnswer> {
      const count = Math.min(limit, mostAtOnce);
      const page = await accounts.activeAfter(cursor ?? '', count);
      const run: RunAnswer = {
        issued: [],
        refused: [],
        cursor: page.length < count ? null : (page.at(-1)?._id ?? null),
      };
      for (const { _id: accountId } of page) {
        await finishLatest(accountId);
        const answer = await issueDueOf(accountId, day);
        if (answer === null) continue;
        if (answer.ok)
          run.issued.push({ accountId, billId: answer.bill.billId, visitNeeded: answer.visitNeeded });
        else run.refused.push({ accountId, ...answer });
      }
      return run;
    },
  };
}

const chargeKey = (billId: string) => `bill:${billId}`;
