import type { TurnContext } from 'botbuilder';
import { fill } from '../services/knowledge/placeholders.ts';
import type { Answer } from '../services/knowledge.ts';
import { figures } from './figures.ts';
import type { Choice } from './form/task.ts';
import { toActions } from './say.ts';
import type { Services } from './services.ts';
import { turnOf } from './turn.ts';

/**
 * Answers a question from what the District has written down. False where nothing there is near enough: then
 * nothing is said, and nothing is made up.
 */
export async function answerFromKnowledge(
  context: TurnContext,
  services: Services,
  choices: Choice[],
): Promise<boolean> {
  const turn = turnOf(context);
  const { intent } = turn.recognised;
  const answer =
    services.knowledge.find(turn.text, turn.language) ??
    (intent === 'FaqHoursLocation' ? services.knowledge.byId('hours', turn.language) : null);
  if (answer === null) return false;
  const { id, effectiveOn, source } = answer;
  // What it rests on stays with the entry, for a CSR who is asked.
  await context.sendActivity({
    type: 'message',
    text: answerText(answer, services),
    value: { knowledge: id, effectiveOn, source },
    suggestedActions: { actions: toActions(choices), to: [] },
  });
  return true;
}

/** The answer with the policy's figures in it. */
export const answerText = (
  { text, language }: Answer,
  services: Pick<Services, 'policy' | 'today'>,
): string => fill(text, (name) => figures[name]({ ...services, language }));
