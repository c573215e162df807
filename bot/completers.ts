import type { Field, Finish, FormContext, TaskDialog, Values } from '../dialogs/form/task.ts';
import { sentence } from '../dialogs/say.ts';
import type { Services } from '../dialogs/services.ts';
import type { DialogTurn } from '../dialogs/turn.ts';
import type { Conversation, Task } from '../models/conversation.ts';
import type { DistrictClock } from '../services/clock.ts';
import type { Completer, FieldCheck } from '../services/desk.ts';
import { reasonForCsr } from './completerWords.ts';

type Clock = Pick<DistrictClock, 'now'>;

/**
 * What a CSR's "complete the task" does, by kind of task: the same `finish` that the form ends with, on the fields as
 * they stand, under the CSR's own requestId.
 */
export function createCompleters(
  tasks: TaskDialog[],
  services: Services,
  clock: Clock,
): Record<string, Completer> {
  return Object.fromEntries(tasks.map((task) => [task.kind, completerOf(task, services, clock)]));
}

/** What a CSR may set of a kind of task, in the order in which it is asked: never what proves who it is. */
export function fieldsOf(tasks: TaskDialog[], kind: string): string[] | undefined {
  const task = tasks.find((one) => one.kind === kind);
  return task?.fields.filter((field) => !field.secret).map((field) => field.name);
}

/** Reads and checks what a CSR wrote into a field with the field's own `parse` and `check`; CSRs write English. */
export function createFieldCheck(tasks: TaskDialog[], services: Services, clock: Clock): FieldCheck {
  return async ({ task, name, value }, conversation) => {
    const dialog = tasks.find((one) => one.kind === task.kind);
    const field = dialog?.fields.find((one) => one.name === name);
    if (!dialog || !field) return { ok: true, value, resets: [] };
    const context = contextOf(task, { ...conversation, language: 'en' }, services, clock, '');
    const read = field.parse(String(value), context);
    if (read === null || read === undefined) {
      const example = dialog.words.en[field.example ?? ''];
      return { ok: false, why: typeof example === 'string' ? example : 'This was not understood.' };
    }
    const checked = (await field.check?.(read, context)) ?? { ok: true as const };
    if (!checked.ok) {
      const { say, with: values = {} } = checked;
      return {
        ok: false,
        why: reasonForCsr(say, values, services.today()) ?? sentence(dialog.words, 'en', say, values),
      };
    }
    return { ok: true, value: checked.value ?? read, resets: field.resets ?? [] };
  };
}

const completerOf =
  (dialog: TaskDialog, services: Services, clock: Clock): Completer =>
  async (task, { conversation, requestId }) => {
    const refuse = (reason: string, message: string) => ({ ok: false as const, reason, message });
    const { proof, channelId: channel } = conversation;
    if (dialog.needs && !services.access.allows(dialog.needs, { proof, channel }).ok)
      return refuse('notVerified', 'The customer is not verified, or not any more.');
    const context = contextOf(task, conversation, services, clock, requestId);
    const missing = dialog.fields.filter((field) => isMissing(field, context)).map((field) => field.name);
    if (missing.length > 0) return refuse('incomplete', `Still missing: ${missing.map(inWords).join(', ')}.`);
    const end = await dialog.finish(context);
    const inEnglish = () => sentence(dialog.words, 'en', end.say, end.with);
    if (end.refused || end.person)
      return refuse(end.refused?.reason ?? end.say, whyRefused(end, services) ?? inEnglish());
    const say = sentence(dialog.words, conversation.language, end.say, end.with);
    // A task that changes nothing was a question: it is completed by its answer.
    return { ok: true, summary: end.done ? Object.values(end.done.detail).join(', ') : inEnglish(), say };
  };

const whyRefused = ({ refused }: Finish, services: Services): string | null =>
  refused ? reasonForCsr(refused.reason, refused, services.today()) : null;

const isMissing = (field: Field, context: FormContext): boolean =>
  field.when?.(context) !== false && context.values[field.name] == null;

/** "forwardingAddress" as words. */
const inWords = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

/** A turn of nobody: there is no message to read, and what is done is done under the CSR's requestId. */
function contextOf(
  task: Task,
  conversation: Conversation,
  services: Services,
  clock: Clock,
  requestId: string,
): FormContext {
  const values: Values = Object.fromEntries(
    Object.entries(task.fields).map(([name, field]) => [name, field.value]),
  );
  const turn = {
    conversationId: conversation._id,
    now: clock.now(),
    text: '',
    channelId: conversation.channelId,
    network: null,
    address: null,
    language: conversation.language,
    proof: conversation.proof,
    requestId: async (action: string, target: string) => `${requestId}:${action}:${target}`,
  } as unknown as DialogTurn;
  return { turn, services, values };
}
