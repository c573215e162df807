import { newEntry } from '../transcript.ts';
import { act, deed } from './act.ts';
import { authorOf } from './holding.ts';
import type { DeskDependencies, Outcome, Request } from './types.ts';

export function createSeeing(dependencies: DeskDependencies) {
  const { clock, newId } = dependencies;

  /** Who has the customer has seen that they are in danger: it rings no more, at no desk. For others nothing changes. */
  const see = (request: Request): Promise<Outcome> =>
    act(dependencies, request, deed('desk.emergencySeen'), ({ holder, assignee, handoff }) => {
      const { csr } = request;
      const isTheirs = holder === 'csr' && assignee === csr.id;
      if (!isTheirs || handoff?.priority !== 'emergency' || handoff.seen) return null;
      const entry = newEntry({
        ...{ id: newId?.(), at: clock.now(), from: 'system', author: authorOf(csr), kind: 'event' },
        ...{ visible: false, text: '', activity: { type: 'event', name: 'desk.emergencySeen' } },
      });
      return { entries: [entry], set: { handoff: { $mergeObjects: ['$handoff', { seen: true }] } } };
    });

  return { see };
}
