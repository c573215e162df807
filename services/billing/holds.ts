/** Why an account is left in peace for now. */
export type HoldDeps = {
  /** What was handed in and is in no balance yet, in cents. */
  payments: { onTheWay(accountId: string): PromiseLike<number> };
  plans: { open(accountId: string): Promise<unknown> };
  cases: {
    list(query: {
      accountId: string;
      status: 'open';
      group: 'billing';
      limit: number;
    }): Promise<{ items: unknown[] }>;
  };
};

/** Whether what is billed is being looked into: a dispute, a payment that is missing, a leak. */
export const createDisputed = ({ cases }: Pick<HoldDeps, 'cases'>) =>
  async function isDisputed(accountId: string): Promise<boolean> {
    const open = await cases.list({ accountId, status: 'open', group: 'billing', limit: 1 });
    return open.items.length > 0;
  };

/**
 * Whether late fees wait: a bank transfer is on its way, more time to pay was given and holds, or what is billed is
 * being looked into: Government Code 60372 for the time of a review.
 */
export function createHolds(deps: HoldDeps) {
  const isDisputed = createDisputed(deps);
  return async function isHeld(accountId: string): Promise<boolean> {
    const [onTheWay, plan, disputed] = await Promise.all([
      deps.payments.onTheWay(accountId),
      deps.plans.open(accountId),
      isDisputed(accountId),
    ]);
    return onTheWay > 0 || plan !== null || disputed;
  };
}
