import type { ConversationState, TurnContext } from 'botbuilder';
import { DialogSet, DialogTurnStatus, TextPrompt, WaterfallDialog } from 'botbuilder-dialogs';

/** The plainest bot there is: one waterfall that asks for the account number and then answers. */
export function createWaterfallBot(state: ConversationState) {
  const dialogs = new DialogSet(state.createProperty('dialogs'));
  dialogs.add(new TextPrompt('text'));
  dialogs.add(
    new WaterfallDialog('bill', [
      (step) => step.prompt('text', 'What is your account number?'),
      async (step) => {
        await step.context.sendActivity(`Account ${step.result} owes $130.15. It is due on December 3.`);
        return step.endDialog();
      },
    ]),
  );
  return async (context: TurnContext): Promise<void> => {
    const dc = await dialogs.createContext(context);
    const { status } = await dc.continueDialog();
    if (status === DialogTurnStatus.empty) await dc.beginDialog('bill');
    await state.saveChanges(context);
  };
}

/** What a customer says to it, over and over; each line has one reply. */
export const waterfallLines = ['what do I owe?', '10023414'];
