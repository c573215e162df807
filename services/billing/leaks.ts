import { addDays, type Day, isDay } from '../calendar.ts';
import type { DistrictClock } from '../clock.ts';
import { InvariantError } from '../errors.ts';
import type { Cents } from '../money.ts';
import type { RatingPolicy } from '../rating.ts';
import type { Account, Bill, Records } from '../records.ts';
import { argsHash } from '../requests.ts';
import type { Adjusted, By, Decide, DecideDeps, NotAdjusted, Refused } from './decide.ts';
import { type LeakCredit, leakCredit } from './leakCredit.ts';
import { addMonths } from './months.ts';

export type LeakClaim = {
  accountId: string;
  /** The bill that the leak is on; the latest where nothing is said. */
  billId?: string | null;
  repairedOn: Day;
  /** Where it leaked: irrigation has a share of its own. */
  at: 'plumbing' | 'irrigation';
  /** What shows that it was repaired: a document's id, or what a CSR has seen. A quote needs none. */
  proof?: string | null;
};
/** What a claim would give; `rule` says who decided that, and since when it holds. */
export type LeakQuote =
  | (LeakCredit & {
      ok: true;
      billId: string;
      units: number;
      usualUnits: number;
      rule: { source: string; effectiveOn: Day; creditPct: number };
    })
  | { ok: false; reason: 'noAccount' | 'noBill' | 'noUsualUse' | 'notADay' | 'inFuture' | 'notForIrrigation' }
  | { ok: false; reason: 'tooLittleExcess'; excessUnits: number; leastUnits: number }
  | { ok: false; reason: 'fixedTooLate' | 'claimedTooLate'; until: Day }
  | { ok: false; reason: 'adjustedLately'; nextOn: Day };
export type LeakAnswer =
  | Adjusted
  | NotAdjusted
  | Extract<LeakQuote, { ok: false }>
  | { ok: false; reason: 'proofNeeded' }
  /** It would be another amount than the customer was told: tell it and ask again. */
  | { ok: false; reason: 'amountChanged'; amount: Cents };

export type LeakDeps = {
  records: Pick<Records, 'accountById' | 'serviceLocation' | 'recentBills' | 'samePeriodLastYear'>;
  adjustments: DecideDeps['adjustments'];
  clock: Pick<DistrictClock, 'today'>;
  policy: RatingPolicy;
};

/** How far back a bill may lie that somebody names. */
const billsBack = 13;

/** Credits for water that a leak took, by the policy's `leakAdjustment`. */
export function createLeaks(deps: LeakDeps, decide: Decide) {
  const { records, adjustments, clock, policy } = deps;
  const rules = policy.billing.leakAdjustment;

  /** What the claim would give, or the first rule that it does not keep; nothing is changed. */
  async function quote(claim: LeakClaim): Promise<LeakQuote> {
    const { accountId, billId = null, at } = claim;
    const [account, bills] = await Promise.all([
      records.accountById(accountId),
      records.recentBills(accountId, billsBack),
    ]);
    if (account === null) return { ok: false, reason: 'noAccount' };
    const bill = billId === null ? bills[0] : bills.find((one) => one.billId === billId);
    if (bill === undefined) return { ok: false, reason: 'noBill' };
    const pct = at === 'irrigation' ? rules.irrigationPct : rules.creditPct;
    if (pct === 0) return { ok: false, reason: 'notForIrrigation' };
    const late = tooLate(claim, bill);
    if (late !== null) return late;
    const usual = await records.samePeriodLastYear(bill);
    if (usual === null) return { ok: false, reason: 'noUsualUse' };
    // A year ago the period may have had other days: an opening bill has few.
    const usualUnits = Math.round((usual.units * bill.days * 1000) / usual.days) / 1000;
    const excessUnits = Math.round((bill.units - usualUnits) * 1000) / 1000;
    const leastUnits = rules.minExcessUnits;
    if (excessUnits <= 0 || excessUnits < leastUnits)
      return { ok: false, reason: 'tooLittleExcess', excessUnits: Math.max(0, excessUnits), leastUnits };
    const last = await adjustments.latestConfirmed(accountId, 'leakAdjustment');
    const nextOn = last && addMonths(last.postedOn, rules.perMonths);
    if (nextOn !== null && nextOn > clock.today()) return { ok: false, reason: 'adjustedLately', nextOn };
    const { source, effectiveOn } = policy.billing;
    return {
      ok: true,
      billId: bill.billId,
      units: bill.units,
      usualUnits,
      rule: { source, effectiveOn, creditPct: pct },
      ...leakCredit(await consumptionOf(account, bill), { usualUnits, pct }, policy),
    };
  }

  function tooLate({ repairedOn }: LeakClaim, { issuedOn }: Bill): Extract<LeakQuote, { ok: false }> | null {
    if (!isDay(repairedOn)) return { ok: false, reason: 'notADay' };
    const today = clock.today();
    if (repairedOn > today) return { ok: false, reason: 'inFuture' };
    const fixedUntil = addDays(issuedOn, rules.fixedWithinDays);
    if (repairedOn > fixedUntil) return { ok: false, reason: 'fixedTooLate', until: fixedUntil };
    // Who repaired it before the bill came could not know of the claim until then.
    const claimedUntil = addDays(repairedOn > issuedOn ? repairedOn : issuedOn, rules.claimedWithinDays);
    return today > claimedUntil ? { ok: false, reason: 'claimedTooLate', until: claimedUntil } : null;
  }

  async function consumptionOf({ serviceLocationId, kind }: Account, bill: Bill) {
    const location = await records.serviceLocation(serviceLocationId);
    if (location === null)
      throw new InvariantError('records.inconsistent', 'An account points at a premise that is not there');
    const { meterSize, units, days, periodStart: start, periodEnd: end } = bill;
    return { meterSize, units, days, period: { start, end }, kind, insideDistrict: location.insideDistrict };
  }

  return {
    quoteLeakAdjustment: quote,
    /**
     * Books the credit that was told: `amount` is what `quoteLeakAdjustment` said.
     * @throws ConflictError `action.conflict` where the requestId has asked for something else.
     */
    async bookLeakAdjustment(
      claim: LeakClaim & By & { requestId: string; amount: Cents },
    ): Promise<LeakAnswer> {
      const { requestId, accountId, billId = null, repairedOn, at, amount, actor, conversationId } = claim;
      const proof = claim.proof?.trim() || null;
      const hash = argsHash('leakAdjustment', [accountId, billId, repairedOn, at, amount, proof]);
      const wanted = { requestId, accountId, kind: 'leakAdjustment', argsHash: hash } as const;
      return decide<Refused<LeakAnswer>>({ ...wanted, by: { actor, conversationId } }, async () => {
        const quoted = await quote(claim);
        if (!quoted.ok) return quoted;
        if (rules.proof === 'required' && proof === null) return { ok: false, reason: 'proofNeeded' };
        if (quoted.amount !== amount) return { ok: false, reason: 'amountChanged', amount: quoted.amount };
        return { ok: true, amount, billId: quoted.billId, proof };
      });
    },
  };
}
