import type { Proof } from '../models/conversation.ts';
import { type Action, actions, type Level, levels } from './policy/contact.ts';
import type { Policy } from './policy.ts';

export type { Action, Level } from './policy/contact.ts';
/** A proof of identity and when it was given; null where there is none. */
export type GivenProof = Pick<Proof, 'level' | 'at' | 'by'> | null;

export type Allowed = { ok: true } | { ok: false; reason: 'needsProof'; needs: Level };
export type Access = ReturnType<typeof createAccess>;

/**
 * Who may be told and who may change what, by the policy: each action needs a level, and each channel says which
 * proofs reach L2 on it. L1 is account number and ZIP, L2 a code or the PIN, L3 photo ID before a CSR.
 */
export function createAccess({ policy }: { policy: Pick<Policy, 'verify'> }) {
  const { needs, proofs, keepMinutes } = policy.verify;

  /** The least level for an action; a level stands for itself. */
  const levelOf = (action: Action | Level): Level => (isLevel(action) ? action : (needs[action] ?? 'L2'));

  /** The proofs that reach L2 on a channel. */
  const proofsOn = (channel: string) => proofs[channel] ?? proofs.other;

  function reached(proof: GivenProof, channel: string, now: Date | undefined): Level {
    if (proof === null || (now && now.getTime() - new Date(proof.at).getTime() > keepMinutes * 60_000))
      return 'L0';
    // A proof from before proofs were named was a code or a PIN.
    const counts = proof.level !== 'L2' || !proof.by || proofsOn(channel).includes(proof.by);
    return counts ? proof.level : 'L1';
  }

  return {
    levelOf,
    proofsOn,
    /** Whether a customer with that proof may, on that channel; with `now`, whether the proof still holds. */
    allows(
      action: Action | Level,
      { proof, channel, now }: { proof: GivenProof; channel: string; now?: Date },
    ): Allowed {
      const least = levelOf(action);
      const has = reached(proof, channel, now);
      return levels.indexOf(has) >= levels.indexOf(least)
        ? { ok: true }
        : { ok: false, reason: 'needsProof', needs: least };
    },
  };
}

const isLevel = (text: string): text is Level => (levels as readonly string[]).includes(text);
export const isAction = (text: string): text is Action => (actions as readonly string[]).includes(text);
