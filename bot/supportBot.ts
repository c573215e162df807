import { ActivityHandler, ConversationState, type TurnContext } from 'botbuilder';
import { DialogSet } from 'botbuilder-dialogs';
import { sayPhone } from '../dialogs/dates.ts';
import type { TaskDialog } from '../dialogs/form/task.ts';
import { words } from '../dialogs/root/person.ts';
import { RootDialog } from '../dialogs/root/rootDialog.ts';
import { choicesOf, say } from '../dialogs/say.ts';
import type { Services } from '../dialogs/services.ts';
import { turnKey, turnOf } from '../dialogs/turn.ts';
import type { TurnSession } from './turn/session.ts';
import { TurnStorage } from './turn/turnStorage.ts';

/** Greets a customer once and hands every message to the root dialog. */
export class SupportBot extends ActivityHandler {
  private readonly root: RootDialog;

  constructor(tasks: TaskDialog[], services: Services) {
    super();
    this.root = new RootDialog(tasks, services);
    this.onMembersAdded(async (context, next) => {
      const turn = turnOf(context);
      const joined = context.activity.membersAdded?.some(({ id }) => id !== context.activity.recipient.id);
      const { name, phone, emergencyPhone } = services.policy.district;
      if (joined && turn.holder === 'bot') {
        const values = { district: name, phone: sayPhone(phone), emergencyPhone: sayPhone(emergencyPhone) };
        const choices = choicesOf(words, turn.language, ['menuBill', 'menuStop', 'menuPerson']);
        await say(context, words, 'greeting', values, { choices });
      }
      await next();
    });
    this.onEvent(async (context, next) => {
      // A CSR has given the conversation back: the open question is asked again.
      if (context.activity.name === 'desk.returned') await this.talk(context);
      await next();
    });
    this.onMessage(async (context, next) => {
      await this.talk(context);
      await next();
    });
  }

  private async talk(context: TurnContext): Promise<void> {
    const turn = turnOf(context);
    if (turn.recognised.language !== turn.language && words[turn.recognised.language as 'es'])
      turn.language = turn.recognised.language;
    const state = new ConversationState(new TurnStorage(context.turnState.get(turnKey) as TurnSession));
    turn.memory = await state.createProperty<typeof turn.memory>('memory').get(context, {});
    const dialogs = new DialogSet(state.createProperty('dialogs')).add(this.root);
    const dc = await dialogs.createContext(context);
    if (dc.activeDialog) await dc.continueDialog();
    else await dc.beginDialog(this.root.id);
    await state.saveChanges(context);
  }
}
