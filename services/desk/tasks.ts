import { isDeepStrictEqual } from 'node:util';
import { append } from '../../models/append.ts';
import type { Conversation, Task, TaskField } from '../../models/conversation.ts';
import type { NewEntry } from '../../models/entry.ts';
import { argsHash } from '../requests.ts';
import { newEntry } from '../transcript.ts';
import { act, deed, findConversation } from './act.ts';
import { authorOf, unlessHeldBy } from './holding.ts';
import { proofAt } from './proof.ts';
import type { Csr, DeskDependencies, Outcome, Refusal, Request } from './types.ts';

export type FieldChange = { value: unknown; verified?: boolean };

/** The task the bot was filling goes on in a CSR's hands. */
export function createTasks(dependencies: DeskDependencies) {
  const {
    clock,
    policy,
    completers = {},
    taskFields,
    checkField,
    log,
    wakeups,
    changed,
    newId,
  } = dependencies;
  const happened = (csr: Csr, name: string, text: string, value?: unknown): NewEntry =>
    newEntry({
      id: newId?.(),
      at: clock.now(),
      from: 'system',
      author: authorOf(csr),
      kind: 'event',
      visible: false,
      text,
      activity: { type: 'event', name, ...(value === undefined ? {} : { value }) },
    });

  /** Corrects fields; a value of null makes a field unknown again. The transcript tells which, by whom. */
  const patchTask = (request: Request & { fields: Record<string, FieldChange> }): Promise<Outcome> =>
    act(
      dependencies,
      request,
      deed('desk.taskChanged', ({ text }) => text === Object.keys(request.fields).join(', ')),
      async (conversation) => {
        const { csr, fields } = request;
        const refusal = await unlessHeldBy(csr, conversation, dependencies);
        if (refusal) return refusal;
        const { task } = conversation;
        if (!task) return { ok: false, reason: 'noTask' };
        const known = taskFields?.(task.kind);
        const stranger = Object.keys(fields).find((name) => known && !known.includes(name));
        if (stranger) return { ok: false, reason: 'unknownField', field: stranger };
        const names = Object.keys(fields);
        const corrected = await corrections(conversation, task, fields);
        if ('ok' in corrected) return corrected;
        return {
          entries: [happened(csr, 'desk.taskChanged', names.join(', '), { fields: names })],
          set: { task: { $literal: corrected } },
        };
      },
    );

  /** The task with a CSR's corrections, each read and checked as the form would; what failed before counts no more. */
  async function corrections(
    conversation: Conversation,
    task: Task,
    changes: Record<string, FieldChange>,
  ): Promise<Task | Refusal> {
    const fields: Record<string, TaskField> = { ...task.fields };
    for (const [name, { value, verified }] of Object.entries(changes)) {
      if (value === null) {
        delete fields[name];
        continue;
      }
      const isSame = isDeepStrictEqual(value, fields[name]?.value);
      const checked = isSame
        ? null
        : await checkField?.({ task: { ...task, fields }, name, value }, conversation);
      if (checked && !checked.ok) return { ok: false, reason: 'badField', field: name, why: checked.why };
      for (const other of checked?.resets ?? []) if (!(other in changes)) delete fields[other];
      fields[name] = {
        value: checked ? checked.value : value,
        source: 'csr',
        ...(verified === undefined ? {} : { verified }),
      };
    }
    return { ...task, fields };
  }

  /**
   * Does what the task is for, once per request, and tells the customer. The deed comes before the line that
   * tells it, so a line that is refused because somebody else took over becomes an event they see.
   */
  async function completeTask(request: Request): Promise<Outcome> {
    const { conversationId, csr } = request;
    const conversation = await findConversation(conversationId);
    if (!conversation) return { ok: false, reason: 'notFound' };
    // Who gives no id asks for this task as it stands: another one is another request.
    const { epoch, task: asked } = conversation;
    const asIs = () => argsHash('task', [epoch, asked?.kind, asked?.fields]);
    const requestId = `desk:${conversationId}:${csr.id}:${request.requestId ?? asIs()}`;
    let done: { summary: string; say?: string } | null = null;
    const outcome = await act(dependencies, request, deed('desk.taskCompleted'), async (current) => {
      const refusal = await completable(csr, current);
      if (refusal) return refusal;
      const task = current.task as Task;
      if (!done) {
        const answer = await (completers[task.kind] as NonNullable<(typeof completers)[string]>)(task, {
          conversation: { ...current, proof: proofAt(current, clock.now(), policy) },
          csr,
          requestId,
        });
        if (!answer.ok)
          return { ok: false, reason: 'notCompleted', why: answer.reason, message: answer.message };
        done = answer;
      }
      return { entries: entriesOf(csr, done), set: { task: null } };
    });
    if (!outcome.ok && done) await leaveWord(conversationId, csr, done);
    return outcome;
  }

  async function completable(csr: Csr, conversation: Conversation): Promise<Refusal | null> {
    const refusal = await unlessHeldBy(csr, conversation, dependencies);
    if (refusal) return refusal;
    if (!conversation.task) return { ok: false, reason: 'noTask' };
    return completers[conversation.task.kind] ? null : { ok: false, reason: 'notCompletable' };
  }

  const entriesOf = (
    csr: Csr,
    { summary, say }: { summary: string; say?: string },
  ): [NewEntry, ...NewEntry[]] => [
    happened(csr, 'desk.taskCompleted', summary),
    ...(say
      ? [newEntry({ at: clock.now(), from: 'system', kind: 'message', visible: true, text: say })]
      : []),
  ];

  /** Done, but the conversation is somebody else's by now: who has it must know, the customer was not told. */
  async function leaveWord(conversationId: string, csr: Csr, done: { summary: string }): Promise<void> {
    const text = `${done.summary} (customer not yet told)`;
    const after = await append(conversationId, {}, { entries: [happened(csr, 'desk.taskCompleted', text)] });
    log.error(
      { event: 'desk.completedAfterHandover', conversationId, csrId: csr.id },
      'customer not yet told',
    );
    if (!after) return;
    wakeups.publish({ type: 'changed', conversationId, seq: after.seq, shown: after.shown });
    changed?.(after);
  }

  return { patchTask, completeTask };
}
