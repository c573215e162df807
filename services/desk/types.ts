import type { Conversation, Task } from '../../models/conversation.ts';
import type { Entry, NewEntry } from '../../models/entry.ts';
import type { AuditService } from '../audit.ts';
import type { ProofPolicy } from './proof.ts';
import type { WorkPorts } from './work.ts';

/** A CSR as the desk's verbs need to know one. */
export type Csr = { id: string; email: string; name: string };

/** Where hints go; the receiver fetches after its own cursor. */
export type DeskWakeups = {
  publish(
    wakeup:
      | { type: 'changed'; conversationId: string; seq: number; shown: number }
      | { type: 'typing'; conversationId: string; from: 'csr'; name?: string },
  ): void;
};

/** Does what a task is for. The same requestId does it once, however often it is asked. A proof that has lapsed is gone. */
export type Completer = (
  task: Task,
  context: { conversation: Conversation; csr: Csr; requestId: string },
) => Promise<{ ok: true; summary: string; say?: string } | { ok: false; reason: string; message?: string }>;

/**
 * Reads what a CSR wrote into a field as the form reads a customer's answer, and asks whether it will do.
 * `resets` are the fields that were about the old value. `why` is a sentence for the CSR.
 */
export type FieldCheck = (
  field: { task: Task; name: string; value: unknown },
  conversation: Conversation,
) => Promise<{ ok: true; value: unknown; resets: string[] } | { ok: false; why: string }>;

export type DeskDependencies = {
  /** District time. */
  clock: { now(): Date };
  /** How long proof of who a customer is lasts. */
  policy: ProofPolicy;
  wakeups: DeskWakeups;
  log: { info(fields: object, message?: string): void; error(fields: object, message?: string): void };
  /** The District's name as customers read it. */
  districtName: string;
  findCsr(id: string): Promise<Csr | null>;
  findCsrByEmail(email: string): Promise<Csr | null>;
  /** Per kind of task; a kind without one cannot be completed from the desk. */
  completers?: Record<string, Completer>;
  /** The fields a CSR may set of a kind of task, in the order they are asked; unknown kinds take any field. */
  taskFields?(kind: string): string[] | undefined;
  /** Without it a field takes any value. */
  checkField?: FieldCheck;
  /** Whose photo ID a CSR can have seen; without it no proof is raised at the desk. */
  identity?: Identity;
  /** Projects and delivers what was said; without it the sweeper does within seconds. */
  changed?(conversation: Conversation): void;
  /** Orders, the crews' work and cases; without it the desk shows none. */
  work?: WorkPorts;
  newId?(): string;
};

/** What the desk needs to vouch for a customer. */
export type Identity = {
  /** Kinds of photo ID that count. */
  photoIds: readonly string[];
  find(by: {
    accountNumber: string;
    zip: string;
  }): Promise<{ accountId: string; customerName: string } | null>;
  note: AuditService['note'];
};

/** Why a verb was refused. Nothing has changed then, and asking again is judged anew. */
export type Refusal = { ok: false } & (
  | { reason: 'notFound' | 'noTask' | 'notCompletable' | 'noSuchCsr' | 'requestIdReused' | 'closed' }
  | { reason: 'notMatched' | 'notAPhotoId' }
  | { reason: 'taken' | 'notYours'; by: Csr | null }
  | { reason: 'stale'; newer: Entry[] }
  | { reason: 'unknownField'; field: string }
  | { reason: 'badField'; field: string; why: string }
  | { reason: 'notCompleted'; why: string; message?: string }
);

/** What was done: the entry that tells it, the same on a repeat; null where nothing had to change. */
export type Done = { ok: true; conversationId: string; seq: number; entry: Entry | null };
export type Outcome = Done | Refusal;

/** Who asks, about what, and under which id of theirs. */
export type Request = { conversationId: string; csr: Csr; requestId?: string };

/** What a verb wants written where the conversation still is as the verb saw it. The first entry tells the deed. */
export type Change = {
  entries: [NewEntry, ...NewEntry[]];
  set?: Record<string, unknown>;
};
