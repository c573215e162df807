import type { SubstituteStore } from './stores.ts';
import type { CustomersDeps } from './types.ts';

/** Active accounts of one premise that are looked at: a master-metered building has the most. */
const mostAtPremise = 200;

/**
 * A programme protects a person, not an account: wherever one account of a customer is protected, so are the others,
 * those that are begun later at another premise as well.
 */
export function protectPeople(deps: {
  substitutes: SubstituteStore;
  customers: Pick<NonNullable<CustomersDeps['customers']>, 'ofAccount'>;
  accounts: {
    atPremises(
      serviceLocationIds: string[],
      limit: number,
    ): PromiseLike<{ _id: string; state: 'active' | 'closed' }[]>;
  };
}): SubstituteStore {
  const { substitutes, customers, accounts } = deps;

  // The same two reads for any account, there or not: what it costs tells nothing.
  async function ofAccount(accountId: string) {
    const customer = await customers.ofAccount(accountId);
    const found = await substitutes.among(customer?.accountIds ?? [accountId]);
    return found.find(({ _id }) => _id === accountId) ?? found[0] ?? null;
  }

  return {
    byAccount: (accountId) => substitutes.byAccount(accountId),
    put: (accountId, change, set) => substitutes.put(accountId, change, set),
    ofAccount,
    async at(serviceLocationId) {
      const [own, there] = await Promise.all([
        substitutes.at(serviceLocationId),
        accounts.atPremises([serviceLocationId], mostAtPremise),
      ]);
      if (own) return own;
      for (const { _id, state } of there) {
        const found = state === 'active' ? await ofAccount(_id) : null;
        if (found) return found;
      }
      return null;
    },
    async among(accountIds) {
      const found = await Promise.all(
        accountIds.map(async (_id) => {
          const one = await ofAccount(_id);
          return one && { ...one, _id };
        }),
      );
      return found.filter((one) => one !== null);
    },
  };
}
