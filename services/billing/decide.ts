import type { NewAuditEntry } from '../../models/auditEntry.ts';
import type { BillAdjustment } from '../../models/billAdjustment.ts';
import type { ChangesService } from '../changes.ts';
import type { DistrictClock } from '../clock.ts';
import { ConflictError } from '../errors.ts';
import type { Cents } from '../money.ts';
import type { RecordsChange } from '../records.ts';

/** Who asks, for the audit log: the customer, the system, or a CSR's id. */
export type By = { actor: string; conversationId: string | null };

/** Done, or asked for: `pending` until the system that holds the records has answered. */
export type Adjusted = { ok: true; amount: Cents; status: 'confirmed' | 'pending'; reference: string | null };
/** Another of its kind is not answered yet, or the records have refused it; then a person has to look. */
export type NotAdjusted = { ok: false; reason: 'underWay' | 'refusedByRecords' };

export type AdjustmentStore = {
  byRequest(requestId: string): PromiseLike<BillAdjustment | null>;
  latestOf(accountId: string, kind: BillAdjustment['kind']): PromiseLike<BillAdjustment | null>;
  latestConfirmed(accountId: string, kind: BillAdjustment['kind']): PromiseLike<BillAdjustment | null>;
  keep(adjustment: BillAdjustment): Promise<boolean>;
  settle(requestId: string, status: 'confirmed' | 'refused'): Promise<void>;
};

export type DecideDeps = {
  adjustments: AdjustmentStore;
  changes: Pick<ChangesService, 'submit' | 'onAnswered'>;
  audit: { record(entry: NewAuditEntry): Promise<void> };
  clock: Pick<DistrictClock, 'now' | 'today'>;
};

export type Wanted = {
  requestId: string;
  accountId: string;
  kind: BillAdjustment['kind'];
  argsHash: string;
  by: By;
};
export type Verdict<Refusal> =
  | { ok: true; amount: Cents; billId?: string | null; of?: string | null; proof?: string | null }
  | Refusal;

/** The refusals of an answer that are the judge's own. */
export type Refused<Answer> = Exclude<Extract<Answer, { ok: false }>, NotAdjusted>;
export type Decide = ReturnType<typeof createDecide>;

/**
 * Decides a fee, a credit or a refund once for each request, and one at a time for each account and kind. What
 * was decided is the first write; the ledger's entry and the audit follow from it, in a second run as well.
 */
export function createDecide({ adjustments, changes, audit, clock }: DecideDeps) {
  changes.onAnswered(async (requestId, { status }) => {
    if (status !== 'pending') await adjustments.settle(requestId, status);
  });

  async function settle(decided: BillAdjustment): Promise<Adjusted | NotAdjusted> {
    const { _id, accountId, kind, actor, amount, billId, proof, askedAt } = decided;
    const submitted = await changes.submit(changeOf(decided));
    await audit.record({
      key: `${_id}:${kind}`,
      at: askedAt,
      actor,
      action: `${kind}.submitted`,
      accountId,
      conversationId: decided.conversationId ?? null,
      details: { amount, billId: billId ?? null, ...(proof ? { proof } : {}) },
    });
    if (submitted.status === 'pending') return { ok: true, amount, status: 'pending', reference: null };
    await adjustments.settle(_id, submitted.status);
    if (submitted.status === 'refused') return { ok: false, reason: 'refusedByRecords' };
    return { ok: true, amount, status: 'confirmed', reference: submitted.reference };
  }

  async function again(decided: BillAdjustment, argsHash: string): Promise<Adjusted | NotAdjusted> {
    if (decided.argsHash !== argsHash)
      throw new ConflictError(
        'action.conflict',
        'A fee or a credit was asked for again with other arguments',
      );
    return settle(decided);
  }

  /**
   * @param judge whether it may be, and how much; it is asked once no other of the kind is open.
   * @throws ConflictError `action.conflict` where the requestId has asked for something else.
   */
  return async <Refusal extends { ok: false }>(
    { requestId, accountId, kind, argsHash, by }: Wanted,
    judge: () => Promise<Verdict<Refusal>>,
  ): Promise<Adjusted | NotAdjusted | Refusal> => {
    const earlier = await adjustments.byRequest(requestId);
    if (earlier !== null) return again(earlier, argsHash);
    const latest = await adjustments.latestOf(accountId, kind);
    if (latest?.status === 'asked' && latest._id !== requestId) {
      const before = await settle(latest);
      if (before.ok && before.status === 'pending') return { ok: false, reason: 'underWay' };
    }
    const verdict = await judge();
    if (!verdict.ok) {
      // The same request may have got there in the meantime.
      const own = await adjustments.byRequest(requestId);
      return own === null ? verdict : again(own, argsHash);
    }
    const decided: BillAdjustment = {
      _id: requestId,
      kind,
      accountId,
      ordinal: (latest?.ordinal ?? 0) + 1,
      amount: verdict.amount,
      postedOn: clock.today(),
      billId: verdict.billId ?? null,
      of: verdict.of ?? null,
      proof: verdict.proof ?? null,
      status: 'asked',
      ...by,
      askedAt: clock.now(),
      argsHash,
    };
    if (await adjustments.keep(decided)) return settle(decided);
    const same = await adjustments.byRequest(requestId);
    return same === null ? { ok: false, reason: 'underWay' } : again(same, argsHash);
  };
}

function changeOf({ _id, kind, accountId, amount, postedOn, of, billId }: BillAdjustment): RecordsChange {
  const common = { requestId: _id, accountId, amount, postedOn };
  if (kind === 'creditRefund') return { ...common, kind: 'refund' };
  if (kind === 'lateFee') return { ...common, kind: 'charge', label: 'lateFee', of: billId ?? null };
  return { ...common, kind: 'credit', label: kind, of: of ?? billId ?? null };
}
