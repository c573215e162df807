import { addDays, type Day } from '../calendar.ts';
import type { CustomerNotices, NoticeOutcome } from '../customerNotices.ts';
import { maskAccount } from '../mask.ts';
import { type Cents, toCents } from '../money.ts';
import type { Policy } from '../policy.ts';
import type { Account, Bill, Records } from '../records.ts';
import { noticeDays } from './nextDays.ts';

export type BillNoticeDeps = {
  records: Pick<Records, 'balance'>;
  feesSince(accountId: string, day: Day): Promise<Cents>;
  isHeld(accountId: string): Promise<boolean>;
  notices: Pick<CustomerNotices, 'send'>;
  policy: Pick<Policy, 'billing'>;
};

type About = { account: Account; bill: Bill; feeOn: Day | null; today: Day };

/** What customers hear of a bill without asking: that it is there, where no paper comes, and that it is not paid. */
export function createBillNotices({ records, feesSince, isHeld, notices, policy }: BillNoticeDeps) {
  const { billing } = policy;

  /** A bill whose customer has chosen to get no paper. */
  async function ready({ account, bill }: About): Promise<NoticeOutcome | 'notWanted'> {
    const { accountId, paperless, autopay, accountNumber } = account;
    if (!paperless) return 'notWanted';
    const balance = await records.balance(accountId);
    const drawnOn = autopay ? addDays(bill.issuedOn, billing.autopayDaysAfterBill) : '';
    return notices.send({
      key: `bill:${bill.billId}:ready`,
      to: { accountId },
      topic: 'billing',
      template: balance > 0 ? 'billReady' : 'billNothingDue',
      values: {
        account: maskAccount(accountNumber),
        amount: String(Math.max(balance, 0)),
        dueOn: bill.dueOn,
        drawnOn,
      },
    });
  }

  /** A bill that is past its day: not where more time was given, or while it is looked into. */
  async function pastDue(about: About, day: Day): Promise<NoticeOutcome | 'notWanted'> {
    const { account, bill, feeOn, today } = about;
    const { accountId, accountNumber, state } = account;
    // After service has ended, a text about a debt is no service message any more.
    if (state === 'closed' || bill.dueOn >= today) return 'notWanted';
    const [balance, fees] = await Promise.all([
      records.balance(accountId),
      feesSince(accountId, bill.issuedOn),
    ]);
    if (balance - fees <= 0 || (await isHeld(accountId))) return 'notWanted';
    const isAhead = feeOn !== null && feeOn > today;
    return notices.send({
      key: `bill:${bill.billId}:pastDue:${day}`,
      to: { accountId },
      topic: 'billing',
      template: 'billPastDue',
      values: {
        account: maskAccount(accountNumber),
        amount: String(balance),
        dueOn: bill.dueOn,
        fee: isAhead ? String(toCents(billing.lateFee.amount)) : '',
        payBy: isAhead ? addDays(feeOn, -1) : '',
      },
    });
  }

  return {
    /**
     * Sends what is to be said of a bill by today; of several that were missed, only the last. Answers the day of the
     * next one, or null.
     */
    async send(about: About): Promise<Day | null> {
      const days = noticeDays(about.bill.issuedOn, billing);
      const now = days.findLast((day) => day <= about.today);
      if (now === about.bill.issuedOn) await ready(about);
      else if (now !== undefined) await pastDue(about, now);
      return days.find((day) => day > about.today) ?? null;
    },
  };
}
