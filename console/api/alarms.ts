import type { Emergency } from '../../services/desk.ts';

/**
 * Which emergencies ring: those in line, and those that rose while a CSR had the conversation, until somebody takes
 * them over or whoever has the customer has seen it. It is told of all there are at each look, so it does not matter
 * which process they came to.
 */
export function createAlarms() {
  /** What each emergency rang for, and the epoch at which that was first seen; null from before the first look. */
  const seen = new Map<string, { rung: number; epoch: number | null }>();
  let rings = new Map<string, Emergency>();
  let looked = false;

  /** How that differs from the last look. */
  function look(now: Emergency[]): { rang: Emergency[]; over: string[] } {
    const ids = new Set(now.map(({ conversationId }) => conversationId));
    for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id);
    for (const { conversationId: id, epoch, rung } of now)
      if (seen.get(id)?.rung !== rung) seen.set(id, { rung, epoch: looked ? epoch : null });
    looked = true;
    const before = rings;
    rings = new Map(
      now
        .filter(({ conversationId: id, csrId, epoch }) => csrId === null || seen.get(id)?.epoch === epoch)
        .map((emergency) => [emergency.conversationId, emergency]),
    );
    return {
      rang: [...rings.values()].filter((one) => {
        const known = before.get(one.conversationId);
        return known?.epoch !== one.epoch || known.rung !== one.rung;
      }),
      over: [...before.keys()].filter((id) => !rings.has(id)),
    };
  }

  return { look, ringing: () => [...rings.values()] };
}
