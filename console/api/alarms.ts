import type { Emergency } from '../../services/desk.ts';

/**
 * Which emergencies ring: those in line, and those that rose while a CSR had the conversation, until somebody takes
 * them over or whoever has the customer has seen it. It is told of all there are at each look, so it does not matter
 * which process they came to.
 */
export function createAlarms() {
  /** The epoch at which each emergency was first seen; null for those from before the first look. */
  const seen = new Map<string, number | null>();
  let rings = new Map<string, Emergency>();
  let looked = false;

  /** How that differs from the last look. */
  function look(now: Emergency[]): { rang: Emergency[]; over: string[] } {
    const ids = new Set(now.map(({ conversationId }) => conversationId));
    for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id);
    for (const { conversationId: id, epoch } of now) if (!seen.has(id)) seen.set(id, looked ? epoch : null);
    looked = true;
    const before = rings;
    rings = new Map(
      now
        .filter(({ conversationId: id, csrId, epoch }) => csrId === null || seen.get(id) === epoch)
        .map((emergency) => [emergency.conversationId, emergency]),
    );
    return {
      rang: [...rings.values()].filter((one) => before.get(one.conversationId)?.epoch !== one.epoch),
      over: [...before.keys()].filter((id) => !rings.has(id)),
    };
  }

  return { look, ringing: () => [...rings.values()] };
}
