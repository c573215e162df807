import { addDays, type Day } from '../calendar.ts';
import type { DistrictClock } from '../clock.ts';
import { type Cents, toCents } from '../money.ts';
import type { Policy } from '../policy.ts';
import type { Records } from '../records.ts';
import { argsHash } from '../requests.ts';
import type { Adjusted, By, Decide, DecideDeps, NotAdjusted, Refused } from './decide.ts';
import { addMonths } from './months.ts';

export type LateFeeAnswer =
  | Adjusted
  | NotAdjusted
  | { ok: false; reason: 'noAccount' | 'noBill' | 'nothingOwed' | 'held' }
  /** `from` is the first day on which there would be a fee. */
  | { ok: false; reason: 'notLate'; from: Day };
export type WaiverAnswer =
  | Adjusted
  | NotAdjusted
  | { ok: false; reason: 'noAccount' | 'noLateFee' | 'alreadyWaived' }
  | { ok: false; reason: 'waivedLately'; nextOn: Day };

export type LateFeeDeps = {
  records: Pick<Records, 'accountById' | 'openBill' | 'balance'>;
  /** What was charged since a day that is no bill: it is not the bill's being late. */
  feesSince(accountId: string, day: Day): Promise<Cents>;
  /** More time was given, or the bill is disputed. */
  isHeld(accountId: string): Promise<boolean>;
  adjustments: DecideDeps['adjustments'];
  clock: Pick<DistrictClock, 'today'>;
  policy: Pick<Policy, 'billing'>;
};

const bySystem: By = { actor: 'system', conversationId: null };

/** The fee for a bill that is paid late, and its waiver once in so many months. */
export function createLateFees(deps: LateFeeDeps, decide: Decide) {
  const { records, adjustments, clock, policy } = deps;
  const { amount, graceDays, waivedOncePerMonths } = policy.billing.lateFee;

  return {
    /** Charges the fee for the latest bill where it is due: once a bill, however often it is called. */
    async chargeLateFee({ accountId }: { accountId: string }): Promise<LateFeeAnswer> {
      const [account, bill] = await Promise.all([
        records.accountById(accountId),
        records.openBill(accountId),
      ]);
      if (account === null) return { ok: false, reason: 'noAccount' };
      if (bill === null) return { ok: false, reason: 'noBill' };
      const { billId, dueOn, issuedOn } = bill;
      const requestId = `lateFee:${billId}`;
      const wanted = {
        requestId,
        accountId,
        kind: 'lateFee',
        argsHash: argsHash('lateFee', [billId]),
      } as const;
      return decide<Refused<LateFeeAnswer>>({ ...wanted, by: bySystem }, async () => {
        const from = addDays(dueOn, graceDays + 1);
        if (clock.today() < from) return { ok: false, reason: 'notLate', from };
        const [balance, fees] = await Promise.all([
          records.balance(accountId),
          deps.feesSince(accountId, issuedOn),
        ]);
        if (balance - fees <= 0) return { ok: false, reason: 'nothingOwed' };
        if (await deps.isHeld(accountId)) return { ok: false, reason: 'held' };
        return { ok: true, amount: toCents(amount), billId };
      });
    },

    /**
     * Takes the latest late fee back, because the customer or a CSR asks: once in so many months.
     * @throws ConflictError `action.conflict` where the requestId has asked for something else.
     */
    async waiveLateFee({
      requestId,
      accountId,
      ...by
    }: By & { requestId: string; accountId: string }): Promise<WaiverAnswer> {
      const hash = argsHash('lateFeeWaiver', [accountId]);
      if ((await records.accountById(accountId)) === null) return { ok: false, reason: 'noAccount' };
      return decide<Refused<WaiverAnswer>>(
        { requestId, accountId, kind: 'lateFeeWaiver', argsHash: hash, by },
        async () => {
          const [fee, waiver] = await Promise.all([
            adjustments.latestConfirmed(accountId, 'lateFee'),
            adjustments.latestConfirmed(accountId, 'lateFeeWaiver'),
          ]);
          if (fee === null) return { ok: false, reason: 'noLateFee' };
          if (waiver?.of === fee._id) return { ok: false, reason: 'alreadyWaived' };
          const nextOn = waiver && addMonths(waiver.postedOn, waivedOncePerMonths);
          if (nextOn !== null && nextOn > clock.today()) return { ok: false, reason: 'waivedLately', nextOn };
          return { ok: true, amount: fee.amount, billId: fee.billId ?? null, of: fee._id };
        },
      );
    },
  };
}
