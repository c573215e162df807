import type { PendingChange } from '../models/pendingChange.ts';
import type { DistrictClock } from './clock.ts';
import { ConflictError, UpstreamError } from './errors.ts';
import type { FollowUpService } from './followUps.ts';
import type { ChangeAnswer, Records, RecordsChange } from './records.ts';
import type { Secrets } from './secrets.ts';

/** What became of a change: done, asked for and not answered yet, or refused. The customer is told which. */
export type Submitted =
  | { status: 'confirmed'; reference: string }
  | { status: 'pending' }
  | { status: 'refused'; reason: string };

/** What was asked for, without its values. */
export type AboutChange = Pick<PendingChange, 'kind' | 'accountId' | 'conversationId' | 'askedAt'>;
/** Hears of a change that was answered only later; a repeat must do no harm, as a process may die in it. */
export type AnsweredListener = (requestId: string, submitted: Submitted, about: AboutChange) => Promise<void>;

export type ChangeStore = {
  byRequest(requestId: string): PromiseLike<PendingChange | null>;
  keep(change: PendingChange): PromiseLike<PendingChange | null>;
  answer(
    requestId: string,
    answer: Pick<PendingChange, 'status' | 'answer' | 'answeredAt'>,
  ): PromiseLike<PendingChange | null>;
  owe(requestId: string): PromiseLike<PendingChange | null>;
  tell(requestId: string): Promise<void>;
  pendingOf(accountId: string): PromiseLike<PendingChange[]>;
  hasOlder(change: PendingChange): Promise<boolean>;
};

export type ChangesService = ReturnType<typeof createChanges>;

/** How long a pending change waits before it is submitted again, in milliseconds of District time. */
const waitsMs = [30_000, 60_000, 300_000, 900_000, 3_600_000];
/** Looks for a change that was announced and is not there: its process died before it had written anything. */
const mostLooks = 3;
/** What sets something must not be overtaken by an earlier one that was held up; a revision sees to that by itself. */
const inOrder = (change: RecordsChange): boolean =>
  change.kind === 'enrolment' || (change.kind === 'contacts' && change.contacts.ifRevision === undefined);

/**
 * Every change of the records goes through here: it is kept as a pending request first, submitted, and submitted
 * again under the same requestId until the system that holds the records has answered.
 *
 * A process may die between any two writes. The follow-up comes first, so that whatever is kept is submitted again
 * by somebody. The answer that was written first stands. Who was told "not confirmed yet" is owed the answer: that is
 * noted before they are told, and the note is struck off only after the listeners have had it.
 */
export function createChanges(deps: {
  records: Pick<Records, 'submit'>;
  store: ChangeStore;
  followUps: Pick<FollowUpService, 'handle' | 'schedule'>;
  secrets: Pick<Secrets, 'seal' | 'open' | 'mac'>;
  clock: Pick<DistrictClock, 'now'>;
}) {
  const { records, store, followUps, secrets, clock } = deps;
  const listeners: AnsweredListener[] = [];
  const after = (run: number) =>
    new Date(clock.now().getTime() + (waitsMs[Math.min(run, waitsMs.length - 1)] ?? 0));

  followUps.handle('change.resubmit', {
    async run({ run, payload }) {
      const kept = await store.byRequest(String(payload));
      if (kept === null)
        return run < mostLooks ? { outcome: 'notThere', again: after(run) } : { outcome: 'neverKept' };
      const stands = kept.status === 'pending' ? await attempt(kept) : kept;
      if (stands.status === 'pending') return { outcome: 'pending', again: after(run) };
      await tell(stands);
      return { outcome: stands.status };
    },
  });

  /** Submits what is kept and answers what then stands; without an answer it stays pending. */
  async function attempt(kept: PendingChange): Promise<PendingChange> {
    const { _id, sealed } = kept;
    const change = JSON.parse(secrets.open(sealed ?? '', _id)) as RecordsChange;
    if (inOrder(change) && (await store.hasOlder(kept))) return kept;
    let answer: ChangeAnswer;
    try {
      answer = await records.submit(change);
    } catch (error) {
      if (error instanceof UpstreamError) return kept;
      throw error;
    }
    const [status, said] = answer.ok
      ? (['confirmed', answer.reference] as const)
      : (['refused', answer.reason] as const);
    const given = { status, answer: said, answeredAt: clock.now() };
    return (await store.answer(_id, given)) ?? { ...kept, ...given };
  }

  async function tell(stands: PendingChange): Promise<void> {
    const { _id, owed, told, kind, accountId, conversationId, askedAt } = stands;
    if (!owed || told) return;
    for (const listener of listeners)
      await listener(_id, toSubmitted(stands), { kind, accountId, conversationId, askedAt });
    await store.tell(_id);
  }

  return {
    /**
     * Makes a change of the records. A repeat gets what became of the first. Who gets `pending` hears of the answer
     * by `onAnswered`; `conversationId` names the conversation that is then told.
     * @throws ConflictError `action.conflict` where the requestId has asked for something else.
     */
    async submit(change: RecordsChange, about: { conversationId?: string | null } = {}): Promise<Submitted> {
      const { requestId, accountId, kind } = change;
      const text = JSON.stringify(change);
      const argsHash = secrets.mac(`change ${text}`);
      const wanted: PendingChange = {
        _id: requestId,
        kind,
        accountId,
        conversationId: about.conversationId ?? null,
        argsHash,
        sealed: secrets.seal(text, requestId),
        status: 'pending',
        answer: null,
        askedAt: clock.now(),
        answeredAt: null,
        owed: false,
        told: false,
      };
      await followUps.schedule({
        key: `change:${requestId}`,
        kind: 'change.resubmit',
        dueAt: after(0),
        payload: requestId,
        accountId,
      });
      const kept = (await store.keep(wanted)) ?? wanted;
      if (kept.argsHash !== argsHash)
        throw new ConflictError(
          'action.conflict',
          'A change of the records was repeated with other arguments',
        );
      if (kept.status !== 'pending') return toSubmitted(kept);
      const stands = await attempt(kept);
      // Not answered: whoever answers it from here on knows that it is owed.
      return toSubmitted(stands.status === 'pending' ? ((await store.owe(requestId)) ?? stands) : stands);
    },
    /** What of an account's changes has no answer yet, the oldest first. */
    pendingOf: (accountId: string) => store.pendingOf(accountId),
    /** Tells of a change that was answered only after its caller was told `pending`. */
    onAnswered(listener: AnsweredListener): void {
      listeners.push(listener);
    },
  };
}

function toSubmitted({ status, answer }: Pick<PendingChange, 'status' | 'answer'>): Submitted {
  if (status === 'confirmed') return { status, reference: answer ?? '' };
  return status === 'refused' ? { status, reason: answer ?? '' } : { status: 'pending' };
}
