import { createHolding } from './desk/holding.ts';
import { createProving } from './desk/proving.ts';
import { createQueue } from './desk/queue.ts';
import { createReading } from './desk/reading.ts';
import { createSeeing } from './desk/seeing.ts';
import { createSpeaking } from './desk/speaking.ts';
import { createTasks } from './desk/tasks.ts';
import type { DeskDependencies } from './desk/types.ts';
import { createWork } from './desk/work.ts';
import { createTranscriptService, type TranscriptService } from './transcript.ts';

export type { Emergency, QueueItem } from './desk/queue.ts';
export type { ConversationPage, ConversationReading, ListQuery } from './desk/reading.ts';
export type { FieldChange } from './desk/tasks.ts';
export type {
  Completer,
  Csr,
  DeskDependencies,
  Done,
  FieldCheck,
  Identity,
  Outcome,
  Refusal,
  Request,
} from './desk/types.ts';
export { type EntryView, toEntryView } from './desk/views.ts';
export type { WorkPorts } from './desk/work.ts';

export type DeskService = ReturnType<typeof createDeskService>;

/**
 * What a CSR does with a conversation. Each verb is one conditional update that takes no lease, tells what
 * happened in an entry, and is done once per requestId; what it refuses it refuses with a reason.
 */
export function createDeskService(dependencies: DeskDependencies & { transcript?: TranscriptService }) {
  const transcript = dependencies.transcript ?? createTranscriptService();
  return {
    /** District time, by which waiting is measured. */
    now: () => dependencies.clock.now(),
    ...createQueue(dependencies),
    ...createReading(dependencies, transcript),
    ...createHolding(dependencies),
    ...createSpeaking(dependencies, transcript),
    ...createSeeing(dependencies),
    ...createTasks(dependencies),
    ...createProving(dependencies),
    ...createWork(dependencies),
  };
}
