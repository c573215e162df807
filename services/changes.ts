import type { PendingChange } from '../models/pendingChange.ts';
import type { DistrictClock } from './clock.ts';
import { ConflictError, UpstreamError } from './errors.ts';
import type { FollowUpService } from './followUps.ts';
import type { ChangeAnswer, Records, RecordsChange } from './records.ts';
import { argsHash } from './requests.ts';
import type { Secrets } from './secrets.ts';

/** What became of a change: done, asked for and not answered yet, or refused. The customer is told which. */
export type Submitted =
  | { status: 'confirmed'; reference: string }
  | { status: 'pending' }
  | { status: 'refused'; reason: string };

export type ChangeStore = {
  byRequest(requestId: string): PromiseLike<PendingChange | null>;
  keep(change: PendingChange): PromiseLike<PendingChange | null>;
  answer(requestId: string, answer: Pick<PendingChange, 'status' | 'answer' | 'answeredAt'>): Promise<void>;
  pendingOf(accountId: string): PromiseLike<PendingChange[]>;
};

export type ChangesService = ReturnType<typeof createChanges>;

/** How long a pending change waits before it is submitted again, in milliseconds of District time. */
const waitsMs = [30_000, 60_000, 300_000, 900_000, 3_600_000];

/**
 * Every change of the records goes through here: it is kept as a pending request first, submitted, and submitted
 * again under the same requestId until the system that holds the records has answered.
 */
export function createChanges(deps: {
  records: Pick<Records, 'submit'>;
  store: ChangeStore;
  followUps: Pick<FollowUpService, 'handle' | 'schedule'>;
  secrets: Pick<Secrets, 'seal' | 'open'>;
  clock: Pick<DistrictClock, 'now'>;
}) {
  const { records, store, followUps, secrets, clock } = deps;
  const listeners: ((requestId: string, submitted: Submitted) => Promise<void>)[] = [];

  followUps.handle('change.resubmit', {
    async run({ run, payload }) {
      const requestId = String(payload);
      const kept = await store.byRequest(requestId);
      if (kept === null || kept.status !== 'pending') return { outcome: 'answeredBefore' };
      const submitted = await attempt(kept);
      if (submitted.status === 'pending') {
        const wait = waitsMs[Math.min(run, waitsMs.length - 1)] ?? 0;
        return { outcome: 'pending', again: new Date(clock.now().getTime() + wait) };
      }
      for (const told of listeners) await told(requestId, submitted);
      return { outcome: submitted.status };
    },
  });

  /** Submits what is kept; without an answer it stays pending. */
  async function attempt(kept: PendingChange): Promise<Submitted> {
    const { _id, sealed } = kept;
    let answer: ChangeAnswer;
    try {
      answer = await records.submit(JSON.parse(secrets.open(sealed ?? '', _id)) as RecordsChange);
    } catch (error) {
      if (error instanceof UpstreamError) return { status: 'pending' };
      throw error;
    }
    const [status, said] = answer.ok
      ? (['confirmed', answer.reference] as const)
      : (['refused', answer.reason] as const);
    await store.answer(_id, { status, answer: said, answeredAt: clock.now() });
    return toSubmitted({ status, answer: said });
  }

  return {
    /**
     * Makes a change of the records. A repeat gets what became of the first.
     * @throws ConflictError `action.conflict` where the requestId has asked for something else.
     */
    async submit(change: RecordsChange): Promise<Submitted> {
      const { requestId, accountId, kind } = change;
      const hash = argsHash(kind, [change]);
      const wanted: PendingChange = {
        _id: requestId,
        kind,
        accountId,
        argsHash: hash,
        sealed: secrets.seal(JSON.stringify(change), requestId),
        status: 'pending',
        answer: null,
        askedAt: clock.now(),
        answeredAt: null,
      };
      const kept = (await store.keep(wanted)) ?? wanted;
      if (kept.argsHash !== hash)
        throw new ConflictError(
          'action.conflict',
          'A change of the records was repeated with other arguments',
        );
      if (kept.status !== 'pending') return toSubmitted(kept);
      // Scheduled before it is tried: a process that dies in the attempt leaves it to the next.
      const dueAt = new Date(clock.now().getTime() + (waitsMs[0] ?? 0));
      await followUps.schedule({
        key: `change:${requestId}`,
        kind: 'change.resubmit',
        dueAt,
        payload: requestId,
        accountId,
      });
      return attempt(kept);
    },
    /** What of an account's changes has no answer yet, the oldest first. */
    pendingOf: (accountId: string) => store.pendingOf(accountId),
    /** Tells of a change that was answered only later. */
    onAnswered(listener: (requestId: string, submitted: Submitted) => Promise<void>): void {
      listeners.push(listener);
    },
  };
}

function toSubmitted({ status, answer }: Pick<PendingChange, 'status' | 'answer'>): Submitted {
  if (status === 'confirmed') return { status, reference: answer ?? '' };
  return status === 'refused' ? { status, reason: answer ?? '' } : { status };
}
