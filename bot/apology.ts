import { sayPhone } from '../dialogs/dates.ts';
import type { DistrictPhones } from '../dialogs/root/danger.ts';
import { words } from '../dialogs/root/person.ts';
import { choicesOf, sentence } from '../dialogs/say.ts';
import type { TurnSession } from './turn/session.ts';

/**
 * What becomes of a turn that failed: the customer is told, the open question stays open, and a person is
 * offered; where something was changed already, a person is brought in. Who told of a danger hears what to do and
 * whom to call, whatever failed.
 */
export function apologise(
  session: TurnSession,
  { acted }: { acted: boolean },
  district: DistrictPhones,
): void {
  session.startOver();
  const { language } = session;
  const danger = session.recognised.safety;
  if (danger) {
    sayDanger(session, danger, district);
    return;
  }
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

function sayDanger(session: TurnSession, danger: string, district: DistrictPhones): void {
  const phones = { phone: sayPhone(district.phone), emergencyPhone: sayPhone(district.emergencyPhone) };
  const line = (key: string) => sentence(words, session.language, key, { danger, ...phones });
  session.say({ type: 'message', text: line('danger') }, true);
  // The person is there already.
  if (session.holder === 'csr') {
    session.raise();
    return;
  }
  session.say({ type: 'message', text: line('dangerPerson') }, false);
  session.handOff({ reason: 'emergency', priority: 'emergency', skills: ['emergency'] });
}
