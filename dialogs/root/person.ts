import { EventFactory, type TurnContext } from 'botbuilder';
import type { Priority } from '../../models/conversation.ts';
import { sayPhone } from '../dates.ts';
import { sayHours } from '../hours.ts';
import { say } from '../say.ts';
import type { Services } from '../services.ts';
import { turnOf } from '../turn.ts';
import { en } from './messages.en.ts';
import { es } from './messages.es.ts';

export const words = { en, es };

export type Reason = 'asked' | 'notUnderstood' | 'notVerified' | 'notPossible' | 'emergency' | 'failed';

/**
 * Puts the customer in line for a person: the `handoff.initiate` event, the reason, and an honest word on when.
 * The transcript goes with the event when it is delivered, from the stored entries.
 */
export async function bringPerson(
  context: TurnContext,
  services: Services,
  { reason, skills, priority }: { reason: Reason; skills: string[]; priority: Priority },
): Promise<void> {
  const turn = turnOf(context);
  const { intent } = turn.recognised;
  const event = EventFactory.createHandoffInitiation(context, { reason, intent, skills, priority });
  await context.sendActivity({ type: event.type, name: event.name, value: event.value });
  turn.handOff({ reason, priority, skills });
  const emergencyPhone = sayPhone(services.policy.district.emergencyPhone);
  if (priority === 'emergency') return say(context, words, 'dangerPerson');
  if (!services.officeOpen(turn.now))
    return say(context, words, 'personClosed', {
      office: sayHours(services.policy.hours.office, turn.language),
      emergencyPhone,
    });
  return say(context, words, 'personOpen', { place: await turn.placeInLine() });
}
