import type { Logger } from 'pino';
import { unhandled } from '../../models/append.ts';
import { type Conversation, ConversationModel } from '../../models/conversation.ts';
import { createLoop } from '../loop.ts';
import { takeLease } from './lease.ts';

/** How often what was left behind is looked for, in milliseconds of machine time. */
const sweepMs = 500;
const mostAtOnce = 50;

type SweeperDependencies = {
  log: Logger;
  newId(): string;
  run(conversation: Conversation, owner: string): void;
  project(conversation: Conversation): void;
};

/**
 * Finds conversations that are owed something nobody does: a turn whose process died, entries that did not
 * reach the transcript. What is owed is written on the conversation itself (`workAt`), so no timer is lost.
 */
export function createSweeper({ log, newId, run, project }: SweeperDependencies) {
  async function sweep(): Promise<void> {
    const due = await ConversationModel.find({ workAt: { $lte: new Date() } })
      .sort({ workAt: 1 })
      .limit(mostAtOnce)
      .lean<Conversation[]>();
    for (const conversation of due) {
      if (!unhandled(conversation) && !conversation.lease) {
        project(conversation);
        continue;
      }
      const owner = newId();
      const taken = await takeLease(conversation._id, owner);
      if (taken) {
        log.info({ event: 'turn.resumed', conversationId: conversation._id, tries: taken.tries });
        run(taken, owner);
      }
    }
  }

  return { sweep, ...createLoop('sweep', sweep, sweepMs, log) };
}
