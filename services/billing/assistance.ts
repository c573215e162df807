import type { Assistance } from '../../models/assistance.ts';
import type { NewAuditEntry } from '../../models/auditEntry.ts';
import type { Day } from '../calendar.ts';
import type { DistrictClock } from '../clock.ts';
import { ConflictError } from '../errors.ts';
import type { Policy } from '../policy.ts';
import type { Records } from '../records.ts';
import { argsHash } from '../requests.ts';
import type { By } from './decide.ts';
import { addMonths } from './months.ts';

export type AssistanceAnswer =
  /** On every bill whose period ends from `startsOn` on and before `endsOn`: it is not given for the past. */
  | { ok: true; startsOn: Day; endsOn: Day }
  | { ok: false; reason: 'noAccount' | 'accountClosed' | 'notForBusinesses' }
  | { ok: false; reason: 'badProof'; proofs: string[] }
  | { ok: false; reason: 'alreadyEnrolled'; endsOn: Day };

export type AssistanceService = ReturnType<typeof createAssistance>;

/** The low-income credit: who gets it, and until when. Somebody of the District has seen the proof. */
export function createAssistance(deps: {
  records: Pick<Records, 'accountById'>;
  enrolments: {
    byRequest(requestId: string): PromiseLike<Assistance | null>;
    latestOf(accountId: string): PromiseLike<Assistance | null>;
    startedBy(accountId: string, day: Day): PromiseLike<Assistance | null>;
    enrol(enrolment: Assistance): Promise<boolean>;
  };
  audit: { record(entry: NewAuditEntry): Promise<void> };
  clock: Pick<DistrictClock, 'now' | 'today'>;
  policy: Pick<Policy, 'billing'>;
}) {
  const { records, enrolments, audit, clock, policy } = deps;
  const { proofs, recertifyMonths } = policy.billing.assistance;

  async function told(enrolment: Assistance, hash: string, by: By): Promise<AssistanceAnswer> {
    if (enrolment.argsHash !== hash)
      throw new ConflictError('action.conflict', 'An enrolment was asked for again with other arguments');
    const { _id, accountId, startsOn, endsOn, proof } = enrolment;
    const action = 'assistance.enrolled';
    const details = { startsOn, endsOn, proof };
    await audit.record({ key: `${_id}:assistance`, at: clock.now(), action, accountId, details, ...by });
    return { ok: true, startsOn, endsOn };
  }

  return {
    /**
     * Enrols an account from today on, for as long as the policy lets a proof hold.
     * @throws ConflictError `action.conflict` where the requestId has asked for something else.
     */
    async enrol({
      requestId,
      accountId,
      proof,
      ...by
    }: By & { requestId: string; accountId: string; proof: string }): Promise<AssistanceAnswer> {
      const hash = argsHash('assistance', [accountId, proof]);
      const earlier = await enrolments.byRequest(requestId);
      if (earlier !== null) return told(earlier, hash, by);
      const account = await records.accountById(accountId);
      if (account === null) return { ok: false, reason: 'noAccount' };
      if (account.state === 'closed') return { ok: false, reason: 'accountClosed' };
      if (account.kind !== 'residential') return { ok: false, reason: 'notForBusinesses' };
      if (!proofs.includes(proof)) return { ok: false, reason: 'badProof', proofs };
      const today = clock.today();
      const latest = await enrolments.latestOf(accountId);
      // In its last two months it can be certified anew, to go on without a gap.
      if (latest !== null && addMonths(latest.endsOn, -2) > today) {
        // The same request may have got there in the meantime.
        const own = await enrolments.byRequest(requestId);
        return own === null
          ? { ok: false, reason: 'alreadyEnrolled', endsOn: latest.endsOn }
          : told(own, hash, by);
      }
      const startsOn = latest !== null && latest.endsOn > today ? latest.endsOn : today;
      const endsOn = addMonths(startsOn, recertifyMonths);
      const wanted = { _id: requestId, accountId, startsOn, endsOn, proof, argsHash: hash };
      if (await enrolments.enrol(wanted)) return told(wanted, hash, by);
      const same = await enrolments.byRequest(requestId);
      return same === null ? { ok: false, reason: 'alreadyEnrolled', endsOn } : told(same, hash, by);
    },
    /** Whether a bill whose period ends that day has the credit. */
    async isAssisted(accountId: string, day: Day): Promise<boolean> {
      const enrolment = await enrolments.startedBy(accountId, day);
      return enrolment !== null && day < enrolment.endsOn;
    },
  };
}
