import { ConflictError } from '../errors.ts';
import type { PaymentDeps } from './deps.ts';
import type { Outcomes } from './outcomes.ts';

export type Unapplied = {
  paymentId: string;
  accountId: string;
  amount: number;
  receiptNumber: string;
  receivedOn: string;
};

/** Money that was taken and that the records would not put on its account: a person says where it belongs. */
export function createUnapplied(deps: PaymentDeps, outcomes: Outcomes) {
  const { records, payments, audit, clock } = deps;
  return {
    /** The oldest first, at most 100. */
    async list(limit = 50): Promise<Unapplied[]> {
      const found = await payments.unapplied(Math.min(Math.max(limit, 1), 100));
      return found.map(({ _id, accountId, amount, receiptNumber, approvedOn }) => ({
        paymentId: _id,
        accountId,
        amount,
        receiptNumber,
        receivedOn: approvedOn ?? '',
      }));
    },
    /**
     * Puts it on an account, once; where that account's records refuse it too, it stays unapplied.
     * @throws ConflictError `action.conflict` where it went to another account before.
     */
    async apply({ paymentId, accountId, actor }: { paymentId: string; accountId: string; actor: string }) {
      const payment = await payments.byId(paymentId);
      if (payment?.posted !== 'refused') return { ok: false as const, reason: 'notUnapplied' as const };
      if (!(await records.accountById(accountId)))
        return { ok: false as const, reason: 'noAccount' as const };
      if ((await payments.applyTo(paymentId, accountId)) !== accountId)
        throw new ConflictError('action.conflict', 'Unapplied cash was applied to another account');
      const submitted = await outcomes.carryOut(paymentId);
      if (submitted === null || submitted.status === 'refused')
        return { ok: false as const, reason: 'refused' as const };
      await audit.record({
        key: `applied:${paymentId}:${accountId}`,
        at: clock.now(),
        actor,
        action: 'payment.applied',
        accountId,
        conversationId: null,
        details: { from: payment.accountId, receiptNumber: payment.receiptNumber, amount: payment.amount },
      });
      return { ok: true as const, status: submitted.status };
    },
  };
}
