import type { CaseRecord } from '../../models/case.ts';
import { act } from './act.ts';
import { raised } from './deadlines.ts';
import type { CaseDeps, CaseListener } from './types.ts';
import { attentionFor, isReachable } from './working.ts';

const hourMs = 3_600_000;
/** A close that was refused and asked for again under the same id may come so many waits later. */
const mostLooks = 3;

type Due = { caseNumber: string; opening: number };
type Marked = { caseNumber: string; id: string };

/** What happens to a case by time alone: its deadlines, what was promised, and "is it fixed?". */
export function handleTimers(deps: CaseDeps, listeners: { overdue: CaseListener[] }): void {
  const { store, followUps, notices, clock } = deps;

  followUps.handle('case.deadline', {
    async run({ key, run, payload }) {
      const { caseNumber, opening } = payload as Due;
      const record = await store.byNumber(caseNumber);
      if (record === null) return { outcome: 'neverOpened' };
      if (record.status === 'closed' || record.openings !== opening) return { outcome: 'overWith' };
      // Acknowledged meanwhile, or told of at an earlier run that died: the next deadline is what counts.
      const { nextDueAt } = record;
      if (nextDueAt && nextDueAt > clock.now()) return { outcome: 'notYet', again: nextDueAt };
      const late = await isLate(record, `${key}:${run}`);
      for (const listener of listeners.overdue) await listener(late);
      const isLast = late.acknowledgedAt !== null || late.expectedAt <= clock.now();
      return isLast ? { outcome: 'overdue' } : { outcome: 'unacknowledged', again: late.expectedAt };
    },
  });

  /** Nobody has looked at it, or it is not settled: it rises, and the desk must look. */
  async function isLate(record: CaseRecord, requestId: string): Promise<CaseRecord> {
    const done = await act(
      deps,
      { requestId, caseNumber: record._id, actor: 'system', kind: 'overdue' },
      (now, at) => ({
        set: { priority: raised[now.priority], attention: attentionFor(now, 'overdue', at) },
        details: {
          what: now.acknowledgedAt ? 'settling' : 'acknowledging',
          from: now.priority,
          to: raised[now.priority],
        },
      }),
    );
    return done.ok ? done.record : record;
  }

  followUps.handle('case.promise', {
    async run({ key, payload }) {
      const { caseNumber, id } = payload as Marked;
      const record = await store.byNumber(caseNumber);
      const isDone = record?.history.some(({ kind, details }) => kind === 'promiseDue' && details.id === id);
      if (!isDone && record?.promise?.id !== id) return { outcome: 'keptOrReplaced' };
      await act(deps, { requestId: key, caseNumber, actor: 'system', kind: 'promiseDue' }, (now, at) => ({
        set: { attention: attentionFor(now, 'promise', at) },
        details: { id },
      }));
      if (record?.conversationId) await deps.callBack(record.conversationId, key);
      return { outcome: 'due' };
    },
  });

  followUps.handle('case.isItFixed', {
    quiet: true,
    async run({ key, run, payload }) {
      const { caseNumber, id } = payload as Marked;
      const now = clock.now();
      const wait = deps.policy.cases.askFixedAfterHours * hourMs;
      const record = await store.byNumber(caseNumber);
      const end = record?.history.find(({ requestId }) => requestId === id);
      // It was scheduled before the case was closed, which may have been refused at first.
      if (!record || !end)
        return run < mostLooks
          ? { outcome: 'notClosed', again: new Date(now.getTime() + wait) }
          : { outcome: 'neverClosed' };
      const due = new Date(end.at.getTime() + wait);
      if (due > now) return { outcome: 'notYet', again: due };
      const lastEnd = record.history.findLast(({ kind }) => kind === 'closed' || kind === 'reopened');
      if (lastEnd !== end) return { outcome: 'reopened' };
      if (!isReachable(record)) return { outcome: 'nobodyToAsk' };
      const outcome = await notices.send({
        key,
        to: record,
        topic: 'cases',
        template: 'caseFixed',
        values: { caseNumber },
      });
      return { outcome };
    },
  });
}
