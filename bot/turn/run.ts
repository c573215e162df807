import type { TurnContext } from 'botbuilder';
import type { Logger } from 'pino';
import type { Wakeups } from '../../adapters/channel.ts';
import type { Recognised, Recogniser } from '../../language/recogniser.ts';
import { dangerIn, plainLanguageOf } from '../../language/safety.ts';
import { hush } from '../../language/sensitive.ts';
import { append, unhandled } from '../../models/append.ts';
import { type Conversation, ConversationModel, type Pinned } from '../../models/conversation.ts';
import type { Entry } from '../../models/entry.ts';
import { EntryBodyModel } from '../../models/entryBody.ts';
import { isStoreUnavailable } from '../../models/store/unavailable.ts';
import type { Secrets } from '../../services/secrets.ts';
import { textHash } from '../../services/transcript.ts';
import { toActivity } from './activity.ts';
import type { BufferingAdapter } from './bufferingAdapter.ts';
import { commit } from './commit.ts';
import type { Faults } from './faults.ts';
import { leaseMs, mostTries, releaseIfDone, renewLease } from './lease.ts';
import { TurnLost, TurnSession } from './session.ts';
import { toWakeup } from './toWakeup.ts';

export type Bot = { run(context: TurnContext): Promise<void> };

/** A recogniser that takes longer has understood nothing, in milliseconds. */
const recogniseMs = 5_000;
/** Where the words alone tell of a danger, the safety words do not wait for more than this. */
const recogniseInDangerMs = 500;

type RunnerDependencies = {
  bot: Bot;
  adapter: BufferingAdapter;
  recogniser: Recogniser;
  secrets: Secrets;
  wakeups: Wakeups;
  faults: Faults;
  log: Logger;
  /** A turn that takes longer is given up and offered to a person, in milliseconds. */
  deadlineMs: number;
  /** What the customer is told when a turn fails, and what is offered. */
  apologise(session: TurnSession, failure: { acted: boolean }): void;
  project(conversation: Conversation): void;
  /** A turn has changed something outside: what it put in the outbox need not wait for the sweeper. */
  acted(): void;
};

/** Runs the turns of a conversation whose lease is held, one after the other, until nothing is left. */
export function createRunner(dependencies: RunnerDependencies) {
  const { wakeups, faults, log, project, acted } = dependencies;
  const running = new Set<Promise<void>>();

  /** Starts the turns of a conversation and keeps the lease alive; failures end with the lease, to be run again. */
  function run(conversation: Conversation, owner: string): void {
    const work = inOrder(conversation, owner)
      .catch((err) => log.error({ err, conversationId: conversation._id, owner }, 'turn not finished'))
      .finally(() => running.delete(work));
    running.add(work);
  }

  async function inOrder(conversation: Conversation, owner: string): Promise<void> {
    const id = conversation._id;
    const renewing = setInterval(
      () => void renewLease(id, owner).catch((err) => log.warn({ err }, 'lease not renewed')),
      leaseMs / 3,
    );
    try {
      let current: Conversation | null = conversation;
      while (current?.lease) {
        const entry = unhandled(current);
        current = entry ? await turn(current, entry) : await release(current);
      }
    } finally {
      clearInterval(renewing);
    }
  }

  /** One turn: run, commit, tell who listens. Answers the conversation as it then is, or null when it is lost. */
  async function turn(conversation: Conversation, entry: Entry): Promise<Conversation | null> {
    const session = await open(conversation, entry, dependencies);
    await faults('turn.begun');
    const ran = await runToEnd(session, dependencies);
    if (!ran) return fresh(conversation);
    await faults('turn.ran');
    const committed = await commit(session, session.close());
    // Not before: the carrier's work for an account that is there would delay the answer, which tells of it.
    if (session.hasActed) setImmediate(acted);
    if (committed.result === 'refused') log.info({ event: 'turn.refused', conversationId: conversation._id });
    if (committed.result === 'lost' || !committed.next) return null;
    await faults('commit.done');
    wakeups.publish(toWakeup(committed.next, conversation.seq));
    project(committed.next);
    return committed.next;
  }

  return {
    run,
    /** Settles when the turns under way are done, for an orderly stop. */
    idle: async () => void (await Promise.all(running)),
  };
}

/** A CSR took over before the turn acted: the entry is theirs, and what comes next is read anew. */
const fresh = (conversation: Conversation) => append(conversation._id, { fence: conversation.fence }, {});

const release = (conversation: Conversation) =>
  append(
    conversation._id,
    { fence: conversation.fence },
    { set: releaseIfDone(conversation, 0, conversation.handled) },
  );

/** Prepares a turn. What was understood on a first run that acted is not asked for again. */
async function open(conversation: Conversation, entry: Entry, dependencies: RunnerDependencies) {
  const { secrets, faults } = dependencies;
  const id = conversation._id;
  const text = await textOf(entry, secrets);
  const pinned = conversation.pinned?.seq === entry.seq ? conversation.pinned : null;
  const recognised =
    (pinned?.recognised as Recognised | undefined) ?? (await recognise(text, conversation, dependencies));
  const begin: Pinned = pinned ?? {
    seq: entry.seq,
    epoch: conversation.epoch,
    state: conversation.state,
    task: conversation.task,
    proof: conversation.proof,
    language: conversation.language,
    recognised,
  };
  const hushedText = hush(text);
  return new TurnSession({
    conversation,
    entry,
    text,
    hushed: { text: hushedText, textHash: textHash(entry.salt, hushedText) },
    recognised,
    begin,
    pin: async (beginning) => {
      const condition = { fence: conversation.fence, epoch: beginning.epoch };
      const kept = await append(id, condition, { set: { pinned: { $literal: beginning } } });
      await faults('turn.pinned');
      return kept !== null;
    },
    placeInLine: () =>
      ConversationModel.countDocuments({
        holder: 'waiting',
        ...(conversation.handoff ? { 'handoff.at': { $lt: conversation.handoff.at } } : {}),
      }),
  });
}

/**
 * What was meant; a recogniser that fails or hangs has understood nothing, and the turn goes on. Dangers are caught
 * by their words as well, whatever the recogniser says or does not say.
 */
async function recognise(
  text: string,
  conversation: Conversation,
  { recogniser, log }: RunnerDependencies,
): Promise<Recognised> {
  const { language } = conversation;
  const danger = dangerIn(text);
  try {
    const within = danger ? recogniseInDangerMs : recogniseMs;
    // Within a promise: one that throws before it gives one is no different.
    const recognised = await withDeadline(
      Promise.resolve().then(() => recogniser.recognise(text, language)),
      within,
    );
    return { ...recognised, safety: recognised.safety ?? danger };
  } catch (err) {
    log.error({ err, conversationId: conversation._id }, 'recogniser failed');
    return {
      intent: 'None',
      score: 0,
      ranked: [],
      action: 'reject',
      safety: danger,
      language: danger ? plainLanguageOf(text, language) : language,
    };
  }
}

/** Rejects once `ms` of machine time have gone by without an answer. */
async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('took too long')), ms);
    timer.unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function textOf(entry: Entry, secrets: Secrets): Promise<string> {
  if (entry.sealed) return secrets.open(entry.sealed, `entry:${entry.id}`);
  if (entry.bodyRef) return (await EntryBodyModel.findById(entry.bodyRef).lean())?.text ?? entry.text;
  return entry.text;
}

/** Runs the bot within its deadline. False where a CSR has taken over before anything was done. */
async function runToEnd(session: TurnSession, dependencies: RunnerDependencies): Promise<boolean> {
  const { adapter, bot, faults, log, deadlineMs, apologise } = dependencies;
  const { conversation, entry } = session;
  try {
    if (conversation.tries > mostTries) throw new Error('a turn that never comes to its end');
    const ran = adapter.runTurn(toActivity(conversation, entry, session.text), session, (context) =>
      bot.run(context),
    );
    await withDeadline(ran, deadlineMs);
    if (session.hasActed) await faults('turn.acted');
    return true;
  } catch (err) {
    if (err instanceof TurnLost) return false;
    // The store went away: no apology for that. The lease runs out and the turn is run again when it is back.
    if (isStoreUnavailable(err)) throw err;
    log.error({ err, conversationId: conversation._id, seq: entry.seq }, 'turn failed');
    apologise(session, { acted: session.hasActed });
    return true;
  }
}
