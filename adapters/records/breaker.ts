/** So many failures in a row open it; after so long one call is let through to see. */
export type BreakerLimits = { failures: number; openMs: number };
export type Breaker = ReturnType<typeof createBreaker>;

/** While a system is down its callers are refused at once, in place of each waiting for a timeout. Machine time. */
export function createBreaker({ failures, openMs }: BreakerLimits, machineNow: () => Date) {
  let failed = 0;
  let openUntil = 0;
  let probing = false;

  return {
    /** Whether a call may go out now. Whoever is let through says how it went. */
    admit(): boolean {
      if (failed < failures) return true;
      if (probing || machineNow().getTime() < openUntil) return false;
      probing = true;
      return true;
    },
    succeeded(): void {
      failed = 0;
      probing = false;
    },
    failed(): void {
      failed += 1;
      probing = false;
      if (failed >= failures) openUntil = machineNow().getTime() + openMs;
    },
  };
}
