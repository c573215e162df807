import type { Danger } from '../../language/recogniser.ts';
import type { EmergencyService } from '../../services/emergencies.ts';
import type { DialogTurn } from '../turn.ts';

/**
 * Makes an emergency case of a danger and wakes who is on call. It does not keep the turn's beginning first, as
 * other deeds do: it must be done whoever takes the conversation over, and a second run finds the case that stands.
 */
export async function reportDanger(
  turn: DialogTurn,
  emergencies: Pick<EmergencyService, 'report'>,
  danger: Danger,
): Promise<void> {
  const { conversationId, messageKey, proof, text } = turn;
  const report = await emergencies.report({
    requestId: `${messageKey}:emergency.report:${danger}:1`,
    danger,
    conversationId,
    accountId: proof?.accountId ?? null,
    zip: /\b\d{5}\b/.exec(text)?.[0] ?? null,
  });
  // The desk reads it in its place; where it could not be recorded, a person must do it.
  if (report.ok) turn.done('emergency.reported', { danger, caseNumber: report.caseNumber });
  else turn.done('emergency.notRecorded', { danger });
}
