import { words } from '../dialogs/root/person.ts';
import { choicesOf, sentence } from '../dialogs/say.ts';
import type { TurnSession } from './turn/session.ts';

/**
 * What becomes of a turn that failed: the customer is told, the open question stays open, and a person is
 * offered; where something was changed already, a person is brought in.
 */
export function apologise(session: TurnSession, { acted }: { acted: boolean }): void {
  session.startOver();
  const { language } = session;
  // With a CSR, or in line for one, the customer's words are there for the person to read.
  if (session.holder !== 'bot' && !acted) return;
  const choices = choicesOf(words, language, ['menuPerson']);
  const actions = choices.map(({ title, value }) => ({ type: 'imBack', title, value }));
  const text = sentence(words, language, acted ? 'failedActed' : 'failed');
  session.say({ type: 'message', text, ...(acted ? {} : { suggestedActions: { actions, to: [] } }) }, acted);
  if (acted) {
    session.handOff({ reason: 'failed', priority: 'high', skills: [] });
    return;
  }
  const state = JSON.parse(session.state) as { memory?: TurnSession['memory'] };
  session.state = JSON.stringify({ ...state, memory: { ...state.memory, offer: true } });
}
