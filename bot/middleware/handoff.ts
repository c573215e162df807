import { ActivityTypes, type Middleware, type TurnContext } from 'botbuilder';
import { type DistrictPhones, reportDanger, sayDanger } from '../../dialogs/root/danger.ts';
import { words } from '../../dialogs/root/person.ts';
import { say } from '../../dialogs/say.ts';
import { turnOf } from '../../dialogs/turn.ts';
import type { EmergencyService } from '../../services/emergencies.ts';

const asksHowLong =
  /\b(how long|still there|anyone|anybody|hello|wait|line|when|place|cuanto (falta|tiempo)|alguien|hola|fila|cuando)\b|\?/i;

/**
 * Who holds the conversation decides who answers. With a CSR the bot says nothing but what to do in a danger;
 * while the customer waits it tells the place in line, lets them come back to it, and in both it sees to emergencies.
 */
export const handoffMiddleware = (
  emergencies: Pick<EmergencyService, 'report'>,
  district: DistrictPhones,
): Middleware => ({
  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    const turn = turnOf(context);
    if (turn.holder === 'bot') return next();
    if (context.activity.type !== ActivityTypes.Message) return;
    const { safety, intent } = turn.recognised;
    if (turn.holder === 'csr') {
      if (!safety) return;
      await sayDanger(context, district, safety);
      turn.raise({ again: await reportDanger(turn, emergencies, safety) });
      return;
    }
    // A danger goes through the root: its words first, then the front of the line.
    if (safety) return next();
    if (intent === 'Cancel') {
      turn.takeBack();
      await say(context, words, 'backWithBot');
    } else if (asksHowLong.test(turn.text)) {
      await say(context, words, 'waiting', { place: await turn.placeInLine() });
    }
  },
});
