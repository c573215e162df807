import type { Entry, EntryKind } from '../../models/entry.ts';
import type { TranscriptService } from '../transcript.ts';
import { newEntry } from '../transcript.ts';
import { act, findConversation } from './act.ts';
import { authorOf, unlessHeldBy } from './holding.ts';
import type { DeskDependencies, Outcome, Request } from './types.ts';

/** What a CSR says, to the customer or to colleagues. */
export function createSpeaking(dependencies: DeskDependencies, transcript: TranscriptService) {
  const { clock, wakeups, newId } = dependencies;
  const spoken = (request: Request & { text: string }, kind: 'message' | 'note') =>
    newEntry({
      id: newId?.(),
      at: clock.now(),
      from: 'csr',
      author: authorOf(request.csr),
      kind,
      visible: kind === 'message',
      text: request.text,
    });

  /**
   * Says a line to the customer. With `afterSeq`, the last number the CSR has seen, it is held where the
   * customer has written since, and comes back with what is new.
   */
  const say = (request: Request & { text: string; afterSeq?: number }): Promise<Outcome> =>
    act(dependencies, request, said(request, 'message'), async (conversation) => {
      const refusal = await unlessHeldBy(request.csr, conversation, dependencies);
      if (refusal) return refusal;
      if (request.afterSeq !== undefined && request.afterSeq < conversation.seq) {
        const newer = await transcript.readOf(conversation, { after: request.afterSeq });
        const written = newer.some(({ from, kind }) => from === 'customer' && kind === 'message');
        if (written) return { ok: false, reason: 'stale', newer };
      }
      return { entries: [spoken(request, 'message')] };
    });

  /** Leaves a note for colleagues, whoever holds the conversation. It has no way to the customer. */
  const note = (request: Request & { text: string }): Promise<Outcome> =>
    act(dependencies, request, said(request, 'note'), () => ({ entries: [spoken(request, 'note')] }));

  /** A signal that is never stored, and only from who holds the conversation. */
  async function typing({ conversationId, csr }: Request): Promise<Outcome> {
    const conversation = await findConversation(conversationId);
    if (!conversation) return { ok: false, reason: 'notFound' };
    const refusal = await unlessHeldBy(csr, conversation, dependencies);
    if (refusal) return refusal;
    wakeups.publish({ type: 'typing', conversationId, from: 'csr', name: csr.name });
    return { ok: true, conversationId, seq: conversation.seq, entry: null };
  }

  return { say, note, typing };
}

const said =
  (request: { text: string }, kind: EntryKind) =>
  (earlier: Entry): boolean =>
    earlier.kind === kind && earlier.text === request.text;
