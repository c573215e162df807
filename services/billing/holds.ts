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

/**
 * Whether late fees wait: a bank transfer is on its way, more time to pay was given and holds, or what is billed is
 * being looked into (a dispute,
 * a payment that is missing, a leak): Government Code 60372 for the time of a review.
 */
export const createHolds = ({ payments, plans, cases }: HoldDeps) =>
  async function isHeld(accountId: string): Promise<boolean> {
    const [onTheWay, plan, open] = await Promise.all([
      payments.onTheWay(accountId),
      plans.open(accountId),
      cases.list({ accountId, status: 'open', group: 'billing', limit: 1 }),
    ]);
    return onTheWay > 0 || plan !== null || open.items.length > 0;
  };
