import type { Conversation, Proof } from '../../models/conversation.ts';
import type { Policy } from '../policy.ts';

export type ProofPolicy = { verify: Pick<Policy['verify'], 'keepMinutes'> };
/** A proof that counts, and until when (District time). */
export type StandingProof = Proof & { until: Date };

/** The proof that counts at a moment of District time: at the desk it lasts no longer than with the bot. */
export function proofAt(
  { proof }: Pick<Conversation, 'proof'>,
  now: Date,
  { verify }: ProofPolicy,
): StandingProof | null {
  if (!proof) return null;
  const until = new Date(new Date(proof.at).getTime() + verify.keepMinutes * 60_000);
  return now > until ? null : { ...proof, until };
}
