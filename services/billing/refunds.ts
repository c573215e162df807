import { addDays, type Day } from '../calendar.ts';
import { type Cents, toCents } from '../money.ts';
import type { Policy } from '../policy.ts';
import type { Records } from '../records.ts';
import { argsHash } from '../requests.ts';
import type { Adjusted, By, Decide, DecideDeps, NotAdjusted, Refused } from './decide.ts';

export type RefundAnswer =
  /** `by` is the day until which the customer has it. */
  | (Adjusted & { by: Day })
  | NotAdjusted
  | { ok: false; reason: 'noAccount' | 'accountOpen' | 'finalBillPending' | 'noCredit' }
  | { ok: false; reason: 'tooSmall'; amount: Cents; least: Cents }
  | { ok: false; reason: 'held'; until: Day };

export type RefundDeps = {
  records: Pick<Records, 'accountById' | 'openBill' | 'balance'>;
  adjustments: Pick<DecideDeps['adjustments'], 'byRequest'>;
  /** Until when no refund may leave because a contact was changed lately; null where it may. */
  refundHeldUntil(accountId: string): Promise<Day | null>;
  policy: Pick<Policy, 'stop'>;
};

/** The credit that is left when an account is closed goes back to its customer. */
export function createRefunds({ records, adjustments, refundHeldUntil, policy }: RefundDeps, decide: Decide) {
  return {
    /**
     * Refunds all of a closed account's credit. Whoever asks has the level that the policy wants for `refund`.
     * @throws ConflictError `action.conflict` where the requestId has asked for something else.
     */
    async refundCredit({
      requestId,
      accountId,
      ...by
    }: By & { requestId: string; accountId: string }): Promise<RefundAnswer> {
      const account = await records.accountById(accountId);
      if (account === null) return { ok: false, reason: 'noAccount' };
      const { closedOn, state } = account;
      if (state !== 'closed' || closedOn === null) return { ok: false, reason: 'accountOpen' };
      const hash = argsHash('creditRefund', [accountId]);
      const answer = await decide<Refused<RefundAnswer>>(
        { requestId, accountId, kind: 'creditRefund', argsHash: hash, by },
        async () => {
          const [bill, balance] = await Promise.all([
            records.openBill(accountId),
            records.balance(accountId),
          ]);
          if (bill === null || bill.periodEnd < closedOn) return { ok: false, reason: 'finalBillPending' };
          if (balance >= 0) return { ok: false, reason: 'noCredit' };
          const least = toCents(policy.stop.leastRefund);
          if (-balance < least) return { ok: false, reason: 'tooSmall', amount: -balance, least };
          const until = await refundHeldUntil(accountId);
          if (until !== null) return { ok: false, reason: 'held', until };
          return { ok: true, amount: -balance, billId: bill.billId };
        },
      );
      if (!answer.ok) return answer;
      const promised = addDays(closedOn, policy.stop.refundDays);
      // A credit of long after the end of service has its days from when it was asked for.
      const askedOn = (await adjustments.byRequest(requestId))?.postedOn ?? closedOn;
      const isLate = askedOn > promised;
      return { ...answer, by: isLate ? addDays(askedOn, policy.stop.refundDays) : promised };
    },
  };
}
