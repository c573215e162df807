import { held } from '../../models/append.ts';
import type { Conversation } from '../../models/conversation.ts';
import type { EntryParts } from '../transcript.ts';
import { newEntry } from '../transcript.ts';
import { act, deed } from './act.ts';
import type { Csr, DeskDependencies, Outcome, Refusal, Request } from './types.ts';
import { type DeskLine, deskLine } from './words.ts';

/** The verbs that change who holds a conversation. Each raises the epoch, so that a running bot turn loses. */
export function createHolding(dependencies: DeskDependencies) {
  const { clock, districtName, findCsrByEmail, newId } = dependencies;
  const entry = (parts: Omit<EntryParts, 'at'>) => newEntry({ id: newId?.(), at: clock.now(), ...parts });

  /** What the customer reads, which at the same time tells the desk what happened and who did it. */
  const told = (
    conversation: Conversation,
    line: DeskLine,
    who: Csr,
    by: Csr,
    name: string,
    value?: object,
  ) =>
    entry({
      from: 'system',
      author: { id: by.id, name: by.name },
      kind: 'event',
      visible: true,
      text: deskLine(conversation.language, line, { csr: who.name, district: districtName }),
      activity: { type: 'message', name, ...(value ? { value } : {}) },
    });
  const noteOf = (csr: Csr, text: string | undefined) =>
    text ? [entry({ from: 'csr', author: authorOf(csr), kind: 'note', visible: false, text })] : [];

  /** Takes a conversation that waits, or one that the bot has and should not. One's own again changes nothing. */
  const claim = (request: Request): Promise<Outcome> =>
    act(dependencies, request, deed('desk.claimed'), async (conversation) => {
      const { csr } = request;
      if (conversation.holder === 'resolved') return { ok: false, reason: 'closed' };
      if (conversation.holder === 'csr') {
        if (conversation.assignee === csr.id) return null;
        return { ok: false, reason: 'taken', by: await holderOf(conversation, dependencies) };
      }
      return {
        entries: [told(conversation, 'joined', csr, csr, 'desk.claimed')],
        set: held('csr', csr.id),
      };
    });

  /** Hands on to a CSR by e-mail, or back in line for a skill, with a note that only CSRs read. */
  const transfer = (request: Request & { to?: string; skill?: string; note: string }): Promise<Outcome> =>
    act(dependencies, request, deed('desk.transferred'), async (conversation) => {
      const refusal = await unlessHeldBy(request.csr, conversation, dependencies);
      if (refusal) return refusal;
      const { csr, to, skill, note } = request;
      if (to !== undefined) {
        const next = await findCsrByEmail(to);
        if (!next || next.id === csr.id) return { ok: false, reason: 'noSuchCsr' };
        const telling = told(conversation, 'handedOn', next, csr, 'desk.transferred', { to: next.name });
        return { entries: [telling, ...noteOf(csr, note)], set: held('csr', next.id) };
      }
      const handoff = {
        reason: conversation.handoff?.reason ?? 'transfer',
        priority: conversation.handoff?.priority ?? 'normal',
        skills: skill ? [skill] : [],
        at: clock.now(),
      };
      const telling = told(conversation, 'backInLine', csr, csr, 'desk.transferred', { skill });
      return {
        entries: [telling, ...noteOf(csr, note)],
        set: { ...held('waiting'), handoff: { $literal: handoff } },
      };
    });

  /** Returns a conversation to the bot, which has a turn for it: it asks its open question again. */
  const giveBack = (request: Request): Promise<Outcome> =>
    act(dependencies, request, deed('desk.returned'), async (conversation) => {
      const refusal = await unlessHeldBy(request.csr, conversation, dependencies);
      if (refusal) return refusal;
      const goOn = entry({
        from: 'system',
        kind: 'event',
        visible: false,
        turn: true,
        text: '',
        activity: { type: 'event', name: 'desk.returned' },
      });
      return {
        entries: [told(conversation, 'backToBot', request.csr, request.csr, 'desk.returned'), goOn],
        set: { ...held('bot'), handoff: null },
      };
    });

  /** Closes a conversation and says what came of it. The customer may write again at any time. */
  const resolve = (request: Request & { disposition: string }): Promise<Outcome> =>
    act(dependencies, request, deed('desk.resolved'), async (conversation) => {
      const refusal = await unlessHeldBy(request.csr, conversation, dependencies);
      if (refusal) return refusal;
      const { csr, disposition } = request;
      const outcome = entry({
        from: 'system',
        author: authorOf(csr),
        kind: 'event',
        visible: false,
        text: disposition,
        activity: { type: 'event', name: 'desk.disposition' },
      });
      return {
        entries: [told(conversation, 'closed', csr, csr, 'desk.resolved'), outcome],
        // What was asked, shown and half done ends with it: whoever writes next begins anew.
        set: {
          ...held('resolved'),
          disposition: { $literal: disposition },
          handoff: null,
          task: null,
          proof: null,
        },
      };
    });

  return { claim, transfer, giveBack, resolve };
}

export const authorOf = ({ id, name }: Csr) => ({ id, name });

/** Only who holds a conversation speaks in it, and decides about it. */
export async function unlessHeldBy(
  csr: Csr,
  conversation: Conversation,
  dependencies: Pick<DeskDependencies, 'findCsr'>,
): Promise<Refusal | null> {
  if (conversation.holder === 'csr' && conversation.assignee === csr.id) return null;
  if (conversation.holder === 'resolved') return { ok: false, reason: 'closed' };
  return { ok: false, reason: 'notYours', by: await holderOf(conversation, dependencies) };
}

export const holderOf = async (
  { holder, assignee }: Pick<Conversation, 'holder' | 'assignee'>,
  { findCsr }: Pick<DeskDependencies, 'findCsr'>,
): Promise<Csr | null> => (holder === 'csr' && assignee ? findCsr(assignee) : null);
