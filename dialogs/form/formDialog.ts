import { Dialog, type DialogContext, type DialogTurnResult } from 'botbuilder-dialogs';
import type { Task } from '../../models/conversation.ts';
import { choicesOf, say } from '../say.ts';
import type { Services } from '../services.ts';
import { type DialogTurn, turnOf } from '../turn.ts';
import { asYesNo } from './answers.ts';
import { en } from './messages.en.ts';
import { es } from './messages.es.ts';
import type { Field, FormContext, Refusal, TaskDialog, Values } from './task.ts';
import { mayNot, provingFields } from './verification.ts';

/** What a form ends with, for the root dialog to act on. */
export type FormResult = 'done' | 'person' | 'dropped';

/** The open question that sums up and asks for the last yes. */
const confirming = '$confirm';
/** Misunderstood answers to one question before a person is offered. */
const mostFailures = 3;

/**
 * Fills a task's fields: asks for the first that is missing, takes what is said in any order, lets every
 * answer be corrected, and acts after the last yes. The task document is the whole of its state, so that a
 * CSR can go on with it.
 */
export class FormDialog extends Dialog {
  readonly task: TaskDialog;
  private readonly services: Services;
  private readonly fields: Field[];
  private readonly words: TaskDialog['words'];

  constructor(task: TaskDialog, services: Services) {
    super(task.kind);
    this.task = task;
    this.services = services;
    const { access } = services;
    this.fields = [...(task.needs ? provingFields(task.needs, access) : []), ...task.fields];
    this.words = { en: { ...en, ...task.words.en }, es: { ...es, ...task.words.es } };
  }

  override async beginDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    // A form that was left half-way is gone on with; its answers are kept.
    if (turn.task?.kind !== this.task.kind) {
      turn.task = { kind: this.task.kind, version: this.task.version, fields: {}, open: null };
    }
    if (this.needsPhotoId(turn)) {
      await say(dc.context, this.words, 'needsPhotoId');
      return dc.endDialog('person' satisfies FormResult);
    }
    // What was not understood then is asked with new patience.
    for (const [name, field] of Object.entries(turn.task.fields))
      if (field.failed) delete turn.task.fields[name];
    const refused = await this.take(dc, this.spot(turn, this.fields));
    return refused ? this.after(dc, refused) : this.proceed(dc);
  }

  override async continueDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    const task = turn.task;
    turn.secret = false; // until a question says otherwise
    if (!task) return dc.endDialog('dropped' satisfies FormResult);
    if (task.open === confirming) return this.confirmed(dc, turn);
    const open = this.fields.find((field) => field.name === task.open);
    if (!open) return this.proceed(dc);
    const found = this.spot(
      turn,
      this.fields.filter((field) => field !== open),
    );
    const answer = open.parse(turn.text, this.contextOf(turn));
    if (answer !== null) found.set(open, answer);
    if (open.secret && answer !== null) turn.hush();
    if (found.size === 0) return this.misunderstood(dc, open);
    const refused = await this.take(dc, found);
    return refused ? this.after(dc, refused) : this.proceed(dc);
  }

  /** Asks the open question once more: after something else was said, or when a CSR gave the task back. */
  override async repromptDialog(): Promise<void> {}

  async ask(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    const open = this.fields.find((field) => field.name === turn.task?.open);
    if (!open) return this.proceed(dc);
    await this.question(dc, open, open.ask);
    return Dialog.EndOfTurn;
  }

  /** Whether the text answers the open question. */
  answers(turn: DialogTurn): boolean {
    const task = turn.task;
    if (task?.open === confirming) return asYesNo(turn.text) !== null;
    const open = this.fields.find((field) => field.name === task?.open);
    return open !== undefined && open.parse(turn.text, this.contextOf(turn)) !== null;
  }

  /** Only a CSR who has seen a photo ID can go on: no question of the bot's leads there. */
  private needsPhotoId(turn: DialogTurn): boolean {
    const { needs } = this.task;
    const { access } = this.services;
    return (
      needs !== undefined && access.levelOf(needs) === 'L3' && mayNot(needs, access)(this.contextOf(turn))
    );
  }

  private contextOf(turn: DialogTurn): FormContext {
    return { turn, services: this.services, values: valuesOf(turn.task) };
  }

  private spot(turn: DialogTurn, fields: Field[]): Map<Field, unknown> {
    const context = this.contextOf(turn);
    const found = fields
      .filter((field) => field.spot && field.when?.(context) !== false)
      .map((field) => [field, field.spot?.(turn.text, context)] as const)
      .filter(([field, value]) => value != null && value !== context.values[field.name]);
    return new Map(found);
  }

  /** Keeps the answers that will do; stops at the first that will not and answers why. */
  private async take(dc: DialogContext, found: Map<Field, unknown>): Promise<Refusal | null> {
    const turn = turnOf(dc.context);
    for (const [field, answer] of found) {
      const checked = (await field.check?.(answer, this.contextOf(turn))) ?? { ok: true as const };
      const task = turn.task as Task;
      if (!checked.ok) {
        task.fields[field.name] = { value: null, source: 'customer', failed: failures(task, field) + 1 };
        return checked;
      }
      const value = field.secret ? null : (checked.value ?? answer);
      task.fields[field.name] = { value, source: 'customer', ...(field.secret ? { verified: true } : {}) };
      this.forget(turn, field.resets ?? []);
    }
    return null;
  }

  private forget(turn: DialogTurn, names: string[]): void {
    const task = turn.task as Task;
    for (const name of names) delete task.fields[name];
    if (task.open !== null && names.includes(task.open)) task.open = null;
  }

  /** Says why an answer will not do, and asks again or ends with a person. */
  private async after(dc: DialogContext, refusal: Refusal): Promise<DialogTurnResult> {
    await say(dc.context, this.words, refusal.say, refusal.with);
    if (refusal.person) return dc.endDialog('person' satisfies FormResult);
    const turn = turnOf(dc.context);
    this.forget(turn, refusal.forget ?? []);
    // An answer that was refused says itself what to do; the question is open as before.
    if ((turn.task as Task).open !== null && !refusal.forget) {
      turn.secret = this.isSecret(turn);
      return Dialog.EndOfTurn;
    }
    return this.proceed(dc);
  }

  private isSecret(turn: DialogTurn): boolean {
    return this.fields.find((field) => field.name === turn.task?.open)?.secret === true;
  }

  private async misunderstood(dc: DialogContext, open: Field): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    const task = turn.task as Task;
    const failed = failures(task, open) + 1;
    task.fields[open.name] = { value: null, source: 'customer', failed };
    if (failed >= mostFailures) {
      await say(dc.context, this.words, 'again');
      return dc.endDialog('person' satisfies FormResult);
    }
    await this.question(dc, open, open.example ?? open.ask);
    return Dialog.EndOfTurn;
  }

  /** Asks for the first field that is missing; with none missing, sums up or finishes. */
  private async proceed(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    const task = turn.task as Task;
    const context = this.contextOf(turn);
    const missing = this.fields.find((field) => isMissing(task, field) && field.when?.(context) !== false);
    if (!missing) return this.task.confirm ? this.sumUp(dc) : this.finish(dc);
    if (missing.prepare && task.open !== missing.name) {
      const refused = await missing.prepare(context);
      if (refused) return this.after(dc, refused);
    }
    task.open = missing.name;
    await this.question(dc, missing, missing.ask);
    return Dialog.EndOfTurn;
  }

  private async question(dc: DialogContext, field: Field, key: string): Promise<void> {
    const turn = turnOf(dc.context);
    turn.secret = field.secret === true;
    const choices = choicesOf(this.words, turn.language, field.choices ?? []);
    const { district, verify } = this.services.policy;
    const figures = { zip: district.zips[0], digits: verify.codeDigits, minutes: verify.codeMinutes };
    await say(dc.context, this.words, key, figures, { choices });
  }

  private async sumUp(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    (turn.task as Task).open = confirming;
    const choices = choicesOf(this.words, turn.language, ['yes', 'no']);
    const { confirm } = this.task;
    if (confirm)
      await say(dc.context, this.words, confirm.say, confirm.with(this.contextOf(turn)), { choices });
    return Dialog.EndOfTurn;
  }

  /** After the summary: yes acts, a corrected answer is taken and summed up again, no asks what is wrong. */
  private async confirmed(dc: DialogContext, turn: DialogTurn): Promise<DialogTurnResult> {
    const found = this.spot(turn, this.fields);
    if (found.size > 0) {
      const refused = await this.take(dc, found);
      return refused ? this.after(dc, refused) : this.proceed(dc);
    }
    const answer = asYesNo(turn.text);
    if (answer === 'yes') return this.finish(dc);
    if (answer === 'no') {
      await say(dc.context, this.words, 'askWhatToChange');
      return Dialog.EndOfTurn;
    }
    await say(dc.context, this.words, 'again');
    return this.sumUp(dc);
  }

  private async finish(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    const end = await this.task.finish(this.contextOf(turn));
    if (end.done) turn.done(end.done.event, end.done.detail);
    await say(dc.context, this.words, end.say, end.with, { receipt: end.done !== undefined });
    turn.task = null;
    return dc.endDialog((end.person ? 'person' : 'done') satisfies FormResult);
  }
}

const failures = (task: Task, field: Field): number => task.fields[field.name]?.failed ?? 0;

const isMissing = (task: Task, field: Field): boolean => {
  const kept = task.fields[field.name];
  return kept === undefined || (kept.value === null && !kept.verified);
};

const valuesOf = (task: Task | null): Values =>
  Object.fromEntries(Object.entries(task?.fields ?? {}).map(([name, field]) => [name, field.value]));
