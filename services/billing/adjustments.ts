import { createDecide, type DecideDeps } from './decide.ts';
import { createLateFees, type LateFeeDeps } from './lateFees.ts';
import { createLeaks, type LeakDeps } from './leaks.ts';
import { createRefunds, type RefundDeps } from './refunds.ts';

export type AdjustmentDeps = DecideDeps & LateFeeDeps & LeakDeps & RefundDeps;
export type AdjustmentService = ReturnType<typeof createAdjustments>;

/** Fees, credits and refunds on an account, each by its policy and once. Whoever asks has been verified before. */
export function createAdjustments(deps: AdjustmentDeps) {
  const decide = createDecide(deps);
  return { ...createLateFees(deps, decide), ...createLeaks(deps, decide), ...createRefunds(deps, decide) };
}
