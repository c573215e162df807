import type { TurnContext } from 'botbuilder';
import type { Danger } from '../../language/recogniser.ts';
import type { EmergencyService } from '../../services/emergencies.ts';
import { sayPhone } from '../dates.ts';
import { followLanguage, say } from '../say.ts';
import { type DialogTurn, turnOf } from '../turn.ts';
import { words } from './person.ts';

export type DistrictPhones = { phone: string; emergencyPhone: string };

/**
 * What to do and whom to call. A receipt: the customer hears it even where a CSR takes over in this instant, and the
 * CSR reads in its place that it was said.
 */
export async function sayDanger(
  context: TurnContext,
  { phone, emergencyPhone }: DistrictPhones,
  danger: Danger,
): Promise<void> {
  followLanguage(turnOf(context));
  const values = { danger, phone: sayPhone(phone), emergencyPhone: sayPhone(emergencyPhone) };
  await say(context, words, 'danger', values, { receipt: true });
}

/**
 * Makes an emergency case of a danger and wakes who is on call. It does not keep the turn's beginning first, as
 * other deeds do: it must be done whoever takes the conversation over, and a second run finds the case that stands.
 * Answers whether this conversation had told of it before.
 */
export async function reportDanger(
  turn: DialogTurn,
  emergencies: Pick<EmergencyService, 'report'>,
  danger: Danger,
): Promise<boolean> {
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
  return report.ok && report.again;
}
