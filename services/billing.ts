import type { NewAuditEntry } from '../models/auditEntry.ts';
import { type Explanation, explained } from './billing/explain.ts';
import { addDays, type Day } from './calendar.ts';
import type { DistrictClock } from './clock.ts';
import type { Cents } from './money.ts';
import type { Policy } from './policy.ts';
import type { Account, Bill, Records } from './records.ts';

export type BillStatus = 'due' | 'overdue' | 'paid' | 'credit';

export type AmountDue =
  | {
      ok: true;
      /** What the account owes today, all bills and payments together; negative is a credit. */
      balance: Cents;
      /** The latest bill, as it was issued. */
      bill: Bill;
      samePeriodLastYear?: { units: number; total: Cents };
      status: BillStatus;
      /** The day the bank is asked for the balance; only where that is still to come. */
      autopayOn?: Day;
      accountState: Account['state'];
      /** The figures are older than the policy lets pass unsaid: the instant up to which they are posted. */
      asOf?: Date;
    }
  | { ok: false; reason: 'noAccount' | 'noBill' };

export type BillExplained = Explanation | { ok: false; reason: 'noAccount' | 'noBill' };
/** Who looks, for the audit log; `key` is the look's own. */
export type Look = { key: string; actor: string; conversationId: string | null };

export type BillingService = ReturnType<typeof createBillingService>;

/** What customers owe and why. Whoever asks has been verified (L2) before. */
export function createBillingService(deps: {
  records: Records;
  clock: Pick<DistrictClock, 'today' | 'now'>;
  policy: Pick<Policy, 'billing' | 'units' | 'messaging'>;
  audit?: { record(entry: NewAuditEntry): Promise<void> };
}) {
  const { records, clock, policy, audit } = deps;

  return {
    /** What is owed on an account, by when, and what the latest bill is made of. */
    async amountDue(accountId: string): Promise<AmountDue> {
      const [account, bill, balance] = await Promise.all([
        records.accountById(accountId),
        records.openBill(accountId),
        records.balance(accountId),
      ]);
      if (account === null) return { ok: false, reason: 'noAccount' };
      if (bill === null) return { ok: false, reason: 'noBill' };
      const lastYear = await records.samePeriodLastYear(bill);
      const autopayOn = autopayDay(account, bill, balance);
      return {
        ok: true,
        balance,
        bill,
        status: statusOf(balance, bill),
        accountState: account.state,
        ...(lastYear && { samePeriodLastYear: { units: lastYear.units, total: lastYear.total } }),
        ...(autopayOn && { autopayOn }),
        ...staleSince(account),
      };
    },

    /**
     * How a bill (the latest, where none is named) came to its total, how it compares with the same period last
     * year and with the one before, what is likely behind it, and what the customer can check.
     */
    async explainBill(accountId: string, billId: string | null = null, look?: Look): Promise<BillExplained> {
      if ((await records.accountById(accountId)) === null) return { ok: false, reason: 'noAccount' };
      const explanation = await explained(records, policy, { accountId, billId });
      if (explanation === null) return { ok: false, reason: 'noBill' };
      if (look !== undefined)
        await audit?.record({
          ...look,
          at: clock.now(),
          action: 'bill.explained',
          accountId,
          details: { billId: explanation.bill.billId },
        });
      return explanation;
    },
  };

  function staleSince({ asOf }: Account): { asOf?: Date } {
    const at = new Date(asOf ?? Number.NaN);
    const minutes = (clock.now().getTime() - at.getTime()) / 60_000;
    return minutes > (policy.messaging.staleMinutes ?? 0) ? { asOf: at } : {};
  }

  function statusOf(balance: Cents, { dueOn }: Bill): BillStatus {
    if (balance < 0) return 'credit';
    if (balance === 0) return 'paid';
    return clock.today() > dueOn ? 'overdue' : 'due';
  }

  function autopayDay({ autopay }: Account, { issuedOn }: Bill, balance: Cents): Day | null {
    const day = addDays(issuedOn, policy.billing.autopayDaysAfterBill);
    return autopay && balance > 0 && day >= clock.today() ? day : null;
  }
}
