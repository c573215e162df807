import { append, type Expression, held } from '../../models/append.ts';
import { type Conversation, ConversationModel } from '../../models/conversation.ts';
import { newEntry } from '../../services/transcript.ts';
import { releaseIfDone } from './lease.ts';
import type { TurnOutcome, TurnSession } from './session.ts';

export type Committed =
  /** All of the turn is there; `next` is the conversation as it now is. */
  | { result: 'committed'; next: Conversation }
  /** A CSR took over meanwhile: the bot's words are gone, what was done is told as receipts. */
  | { result: 'refused'; next: Conversation | null }
  /** Another runner has the conversation; it does the turn again. */
  | { result: 'lost'; next: null };

/** Commit: one conditional update of the one document, so that a crash leaves the whole turn or none of it. */
export async function commit(session: TurnSession, outcome: TurnOutcome): Promise<Committed> {
  const { conversation, entry } = session;
  const id = conversation._id;
  const { epoch } = session.begin;
  const redactions = outcome.redaction ? [outcome.redaction] : [];
  const entries = outcome.said.filter((said) => said.kind !== 'event' || said.activity?.name);
  const next = await append(
    id,
    { fence: conversation.fence, epoch },
    {
      entries,
      redactions,
      set: { ...kept(outcome), ...moves(outcome), ...releaseIfDone(conversation, entries.length, entry.seq) },
    },
  );
  if (next) return { result: 'committed', next };

  const current = await ConversationModel.findById(id, { fence: 1 }).lean();
  if (current?.fence !== conversation.fence) return { result: 'lost', next: null };
  const receipts = toReceipts(session, outcome);
  const told = await append(
    id,
    { fence: conversation.fence },
    {
      entries: receipts,
      redactions,
      set: { ...raised(outcome), ...releaseIfDone(conversation, receipts.length, entry.seq) },
    },
  );
  return { result: 'refused', next: told };
}

const kept = ({ state, task, proof, language, secret }: TurnOutcome): Record<string, Expression> => ({
  state: { $literal: state },
  task: { $literal: task },
  proof: { $literal: proof },
  language: { $literal: language },
  secret,
});

function moves(outcome: TurnOutcome): Record<string, Expression> {
  const { moved } = outcome;
  return moved ? { ...held(moved.holder), handoff: { $literal: moved.handoff } } : raised(outcome);
}

/** An emergency stays one whoever took over meanwhile; where nobody has it any more, it goes in line. */
function raised({ emergency }: TurnOutcome): Record<string, Expression> {
  if (!emergency) return {};
  const { priority, reason, rung } = emergency;
  // Whoever has seen the first danger has not seen this one.
  const rings = rung === undefined ? {} : { seen: false, rung };
  const isNobodys: Expression = { $in: ['$holder', ['bot', 'resolved']] };
  return {
    handoff: { $mergeObjects: [{ $literal: emergency }, '$handoff', { priority, reason, ...rings }] },
    holder: { $cond: [isNobodys, 'waiting', '$holder'] },
    epoch: { $cond: [isNobodys, { $add: ['$epoch', 1] }, '$epoch'] },
  };
}

/** What was done outside the conversation before a CSR took over: an event for them, the receipt for the customer. */
function toReceipts(session: TurnSession, outcome: TurnOutcome) {
  return outcome.said
    .filter(
      (said) =>
        said.receipt ||
        (said.kind === 'event' && !said.visible && said.activity?.name !== 'handoff.initiate'),
    )
    .map(({ salt, textHash, ...said }) => newEntry({ ...said, from: 'system', at: session.now }));
}
