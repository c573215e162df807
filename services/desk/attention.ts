import { held } from '../../models/append.ts';
import { newEntry } from '../transcript.ts';
import { act, deed } from './act.ts';
import type { Csr, DeskDependencies } from './types.ts';

const district: Csr = { id: 'system', email: '', name: '' };

/**
 * A promised call-back is due: the conversation goes in line for a person, once under its key. Where a person has
 * it, or it is in line already, it is told to them in its place.
 */
export function createCallBack(dependencies: Pick<DeskDependencies, 'clock' | 'wakeups' | 'changed'>) {
  return async (conversationId: string, key: string): Promise<void> => {
    const request = { conversationId, csr: district, requestId: key };
    await act(dependencies, request, deed('callBack.due'), ({ holder }) => {
      const at = dependencies.clock.now();
      const due = newEntry({
        at,
        from: 'system',
        kind: 'event',
        visible: false,
        text: '',
        activity: { type: 'event', name: 'callBack.due' },
      });
      if (holder === 'csr' || holder === 'waiting') return { entries: [due] };
      const handoff = { reason: 'callBack', priority: 'high' as const, skills: [], at };
      return { entries: [due], set: { ...held('waiting'), handoff: { $literal: handoff } } };
    });
  };
}
