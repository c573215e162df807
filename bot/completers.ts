import type { Field, FormContext, TaskDialog, Values } from '../dialogs/form/task.ts';
import { verificationFields } from '../dialogs/form/verification.ts';
import { sentence } from '../dialogs/say.ts';
import type { Services } from '../dialogs/services.ts';
import type { DialogTurn } from '../dialogs/turn.ts';
import type { Conversation, Task } from '../models/conversation.ts';
import type { Completer } from '../services/desk.ts';

/**
 * What a CSR's "complete the task" does, by kind of task: the same `finish` that the form ends with, on the fields as
 * they stand, under the CSR's own requestId.
 */
export function createCompleters(tasks: TaskDialog[], services: Services): Record<string, Completer> {
  return Object.fromEntries(tasks.map((task) => [task.kind, completerOf(task, services)]));
}

/** The fields of a kind of task, in the order in which they are asked. */
export function fieldsOf(tasks: TaskDialog[], kind: string): string[] | undefined {
  const task = tasks.find((one) => one.kind === kind);
  if (!task) return undefined;
  return [...(task.needs ? verificationFields : []), ...task.fields].map((field) => field.name);
}

const completerOf =
  (dialog: TaskDialog, services: Services): Completer =>
  async (task, { conversation, requestId }) => {
    const refuse = (reason: string, message: string) => ({ ok: false as const, reason, message });
    if (dialog.needs && !conversation.proof) return refuse('notVerified', 'The customer is not verified.');
    const context = contextOf(task, conversation, services, requestId);
    const missing = dialog.fields.filter((field) => isMissing(field, context)).map((field) => field.name);
    if (missing.length > 0) return refuse('incomplete', `Still missing: ${missing.join(', ')}.`);
    const end = await dialog.finish(context);
    const say = sentence(dialog.words, conversation.language, end.say, end.with);
    if (!end.done) return refuse(end.say, say);
    return { ok: true, summary: Object.values(end.done.detail).join(', '), say };
  };

const isMissing = (field: Field, context: FormContext): boolean =>
  field.when?.(context) !== false && context.values[field.name] == null;

/** A turn of nobody: there is no message to read, and what is done is done under the CSR's requestId. */
function contextOf(
  task: Task,
  conversation: Conversation,
  services: Services,
  requestId: string,
): FormContext {
  const values: Values = Object.fromEntries(
    Object.entries(task.fields).map(([name, field]) => [name, field.value]),
  );
  const turn = {
    conversationId: conversation._id,
    language: conversation.language,
    proof: conversation.proof,
    requestId: async (action: string, target: string) => `${requestId}:${action}:${target}`,
  } as unknown as DialogTurn;
  return { turn, services, values };
}
