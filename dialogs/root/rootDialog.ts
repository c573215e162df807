import { ActivityTypes } from 'botbuilder';
import { ComponentDialog, Dialog, type DialogContext, type DialogTurnResult } from 'botbuilder-dialogs';
import type { Danger } from '../../language/recogniser.ts';
import { asYesNo } from '../form/answers.ts';
import { FormDialog, type FormResult } from '../form/formDialog.ts';
import type { TaskDialog } from '../form/task.ts';
import { answerFromKnowledge } from '../knowledge.ts';
import { choicesOf, say } from '../say.ts';
import type { Services } from '../services.ts';
import { type DialogTurn, turnOf } from '../turn.ts';
import { reportDanger, sayDanger } from './danger.ts';
import { bringPerson, type Reason, words } from './person.ts';

/** Misunderstandings in a row before a person is brought in. */
const mostMisunderstood = 3;

/**
 * Every message comes here first: dangers, a person, cancelling and help are dealt with once, for all
 * dialogs; the rest goes to the task that is open, or to the one that was meant.
 */
export class RootDialog extends ComponentDialog {
  private readonly services: Services;
  private readonly tasks: Map<string, TaskDialog>;

  constructor(tasks: TaskDialog[], services: Services) {
    super('root');
    this.services = services;
    this.tasks = new Map(tasks.map((task) => [task.kind, task]));
    for (const task of tasks) this.addDialog(new FormDialog(task, services));
  }

  protected override onBeginDialog(dc: DialogContext): Promise<DialogTurnResult> {
    return this.route(dc);
  }

  protected override onContinueDialog(dc: DialogContext): Promise<DialogTurnResult> {
    return this.route(dc);
  }

  private async route(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context);
    this.lapse(turn);
    if (dc.context.activity.type === ActivityTypes.Event) {
      return this.resume(dc, turn);
    }
    if (turn.sensitive) await say(dc.context, words, 'sensitive');
    if (turn.recognised.safety) return this.danger(dc, turn.recognised.safety);
    const open = this.openForm(dc, turn);
    if (isOnlyFile(dc, turn)) return this.file(dc, turn, open);
    const answered = open?.answers(turn) === true;
    // What answers the open question is an answer, whatever it looks like on its own.
    if (!answered && (await this.interrupted(dc, turn, open))) return Dialog.EndOfTurn;
    const { memory } = turnOf(dc.context);
    memory.misunderstood = open ? 0 : memory.misunderstood;
    if (open) return this.ended(dc, await dc.continueDialog());
    return this.begin(dc, turn);
  }

  /** A picture says nothing to the bot, and is no misunderstanding. */
  private async file(
    dc: DialogContext,
    turn: DialogTurn,
    open: FormDialog | null,
  ): Promise<DialogTurnResult> {
    if (open) {
      await say(dc.context, words, 'gotFileInForm');
      await open.ask(dc);
    } else await say(dc.context, words, 'gotFile', {}, { choices: this.menu(turn) });
    return Dialog.EndOfTurn;
  }

  /** A CSR has given the conversation back: the task goes on at its open question, or at the next one. */
  private async resume(dc: DialogContext, turn: DialogTurn): Promise<DialogTurnResult> {
    const open = this.openForm(dc, turn);
    if (open) await open.ask(dc);
    else if (turn.task && this.tasks.has(turn.task.kind))
      await this.ended(dc, await dc.beginDialog(turn.task.kind));
    return Dialog.EndOfTurn;
  }

  /** Proof of who the customer is lasts so long in District time and no longer. */
  private lapse(turn: DialogTurn): void {
    const { keepMinutes } = this.services.policy.verify;
    if (turn.proof && turn.now.getTime() - new Date(turn.proof.at).getTime() > keepMinutes * 60_000)
      turn.proof = null;
  }

  private openForm(dc: DialogContext, turn: DialogTurn): FormDialog | null {
    const form = dc.activeDialog && dc.findDialog(dc.activeDialog.id);
    return form instanceof FormDialog && turn.task !== null ? form : null;
  }

  /** Deals with what is above any dialog. Answers whether it was that. */
  private async interrupted(dc: DialogContext, turn: DialogTurn, open: FormDialog | null): Promise<boolean> {
    const { memory } = turnOf(dc.context);
    const { intent, action } = turn.recognised;
    if (memory.offer) {
      memory.offer = false;
      const answer = asYesNo(turn.text);
      if (answer === 'yes') return this.person(dc, 'failed', open);
      if (answer === 'no') {
        await say(dc.context, words, 'offerDeclined');
        if (open) await open.ask(dc);
        return true;
      }
    }
    if (action !== 'act') return false;
    if (intent === 'TalkToHuman') return this.person(dc, 'asked', open);
    if (!open) return false;
    if (intent === 'Cancel') {
      await this.drop(dc, turn);
      await say(dc.context, words, 'nothingOpen', {}, { choices: this.menu(turn) });
      return true;
    }
    if (intent === 'Help') {
      await open.ask(dc);
      return true;
    }
    const other = this.taskFor(intent);
    if (!other || other.kind === turn.task?.kind) return false;
    await this.drop(dc, turn);
    await this.ended(dc, await dc.beginDialog(other.kind));
    return true;
  }

  private async drop(dc: DialogContext, turn: DialogTurn): Promise<void> {
    turn.task = null;
    turn.secret = false;
    await dc.cancelAllDialogs();
  }

  private async person(dc: DialogContext, reason: Reason, open: FormDialog | null): Promise<boolean> {
    const skills = open ? [open.task.skill] : [];
    await bringPerson(dc.context, this.services, { reason, skills, priority: 'normal' });
    return true;
  }

  /** No dialog is open: begins the one that was meant, or answers the small things. */
  private async begin(dc: DialogContext, turn: DialogTurn): Promise<DialogTurnResult> {
    const { intent, action } = turn.recognised;
    const { memory } = turnOf(dc.context);
    if (action === 'reject') {
      if (!(await answerFromKnowledge(dc.context, this.services, this.menu(turn))))
        return this.misunderstood(dc, memory);
      memory.misunderstood = 0;
      return Dialog.EndOfTurn;
    }
    memory.misunderstood = 0;
    const task = this.taskFor(intent);
    if (task) return this.ended(dc, await dc.beginDialog(task.kind));
    const choices = this.menu(turn);
    const small: Record<string, string> = {
      Greeting: 'hello',
      Help: 'help',
      ThanksBye: 'thanks',
      Cancel: 'nothingOpen',
    };
    const key = small[intent];
    if (key) await say(dc.context, words, key, {}, { choices });
    else if (!(await answerFromKnowledge(dc.context, this.services, this.menu(turn)))) {
      await say(dc.context, words, 'notYet');
      await bringPerson(dc.context, this.services, { reason: 'notPossible', skills: [], priority: 'normal' });
    }
    return Dialog.EndOfTurn;
  }

  private async misunderstood(dc: DialogContext, memory: DialogTurn['memory']): Promise<DialogTurnResult> {
    memory.misunderstood = (memory.misunderstood ?? 0) + 1;
    if (memory.misunderstood >= mostMisunderstood) {
      memory.misunderstood = 0;
      await bringPerson(dc.context, this.services, {
        reason: 'notUnderstood',
        skills: [],
        priority: 'normal',
      });
    } else {
      const key = memory.misunderstood === 1 ? 'misunderstood' : 'misunderstoodAgain';
      await say(dc.context, words, key, {}, { choices: this.menu(turnOf(dc.context)) });
    }
    return Dialog.EndOfTurn;
  }

  /** The safety words first, then a person at once, with no verification, whatever dialog was open. */
  private async danger(dc: DialogContext, danger: Danger): Promise<DialogTurnResult> {
    await sayDanger(dc.context, this.services.policy.district, danger);
    await reportDanger(turnOf(dc.context), this.services.emergencies, danger);
    await bringPerson(dc.context, this.services, {
      reason: 'emergency',
      skills: ['emergency'],
      priority: 'emergency',
    });
    return Dialog.EndOfTurn;
  }

  /** What a form left behind: a person where it could not go on. */
  private async ended(dc: DialogContext, { status, result }: DialogTurnResult): Promise<DialogTurnResult> {
    if (status === 'complete' && (result as FormResult) === 'person') {
      const skill = this.tasks.get(turnOf(dc.context).task?.kind ?? '')?.skill;
      await bringPerson(dc.context, this.services, {
        reason: 'notPossible',
        skills: skill ? [skill] : [],
        priority: 'normal',
      });
    }
    return Dialog.EndOfTurn;
  }

  private taskFor(intent: string): TaskDialog | undefined {
    return [...this.tasks.values()].find((task) => task.intents.includes(intent));
  }

  private menu(turn: DialogTurn) {
    return choicesOf(words, turn.language, ['menuBill', 'menuStop', 'menuPerson']);
  }
}

const isOnlyFile = ({ context }: DialogContext, turn: DialogTurn): boolean =>
  turn.text.trim() === '' && (context.activity.attachments?.length ?? 0) > 0;
