import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Channel, Inbox, Wakeups } from '../../adapters/channel.ts';
import type { DistrictPhones } from '../../dialogs/root/danger.ts';
import type { Recogniser } from '../../language/recogniser.ts';
import type { Conversation } from '../../models/conversation.ts';
import type { Secrets } from '../../services/secrets.ts';
import { apologise } from '../apology.ts';
import { blockedMiddleware } from '../middleware/blocked.ts';
import { handoffMiddleware } from '../middleware/handoff.ts';
import { turnLog } from '../middleware/turnLog.ts';
import { BufferingAdapter } from './bufferingAdapter.ts';
import { createDeliverer } from './deliver.ts';
import type { Faults } from './faults.ts';
import { createProjector } from './project.ts';
import { createInbox } from './receive.ts';
import { type Bot, createRunner } from './run.ts';
import { createSweeper } from './sweep.ts';

/** How long a stop waits for the turns under way, in milliseconds. */
const stopMs = 5_000;

export const newId = (): string => randomBytes(16).toString('base64url');

type TurnParts = {
  bot: Bot;
  recogniser: Recogniser;
  /** By id; filled before `start`. */
  channels: Map<string, Channel>;
  wakeups: Wakeups;
  clock: { now(): Date };
  secrets: Secrets;
  faults: Faults;
  log: Logger;
  deadlineMs: number;
  claimMs: number | undefined;
  noticeText: Parameters<typeof createDeliverer>[0]['noticeText'];
  optedOut: Parameters<typeof createDeliverer>[0]['optedOut'];
  district: DistrictPhones;
  emergencies: Parameters<typeof handoffMiddleware>[0];
  customers: Parameters<typeof blockedMiddleware>[0];
};

export type Turn = {
  inbox: Inbox;
  /** Entries were appended outside a turn: they go to the transcript and the carrier. */
  project(conversation: Conversation): void;
  start(): void;
  /** Stops looking for work, lets what is under way end, writes what is gathered. */
  stop(): Promise<void>;
};

/** The way of a message, its steps joined: receive, run, commit, project, deliver, and the sweeper behind them. */
export function createTurn(parts: TurnParts): Turn {
  const { bot, recogniser, channels, wakeups, clock, secrets, faults, log } = parts;
  const deliverer = createDeliverer({ ...parts });
  const projector = createProjector({
    faults,
    log,
    hasCarrier: (channelId) => channels.get(channelId)?.deliver !== undefined,
    deliver: () => void deliverer.drain(),
  });
  const adapter = new BufferingAdapter((conversationId) =>
    wakeups.publish({ type: 'typing', conversationId, from: 'bot' }),
  );
  adapter
    .use(turnLog(log))
    .use(blockedMiddleware(parts.customers, parts.district, log))
    .use(handoffMiddleware(parts.emergencies, parts.district));
  const runner = createRunner({
    bot,
    adapter,
    recogniser,
    secrets,
    wakeups,
    faults,
    log,
    deadlineMs: parts.deadlineMs,
    apologise: (session, failure) => apologise(session, failure, parts.district),
    project: projector.project,
    acted: () => void deliverer.drain(),
  });
  const { run } = runner;
  const { project, projectNow } = projector;
  const sweeper = createSweeper({ log, newId, run, project });
  return {
    inbox: createInbox({ clock, secrets, wakeups, faults, newId, run, projectNow }),
    project,
    start() {
      sweeper.start();
      deliverer.start();
    },
    async stop() {
      await sweeper.stop();
      // A turn that hangs is given up: its lease runs out, and it is run again where the app next starts.
      await Promise.race([runner.idle(), setTimeout(stopMs, undefined, { ref: false })]);
      await projector.flush();
      await deliverer.stop();
    },
  };
}
