import type { Cents } from '../money.ts';
import type { Applicant, KnownCustomer, ServiceOrderDeps } from './types.ts';

const mostAlike = 10;
const mostAccounts = 50;
const longest = { name: 200, email: 254, mailingAddress: 300 };

/** Who asks for service: what they must say, and what they themselves still owe. */
export function createApplicants({ customers, records }: ServiceOrderDeps) {
  /** What a customer's closed accounts owe together, in cents. */
  async function debtOf({ accountIds }: KnownCustomer): Promise<Cents> {
    const owed = await Promise.all(
      accountIds.slice(0, mostAccounts).map(async (accountId) => {
        const account = await records.accountById(accountId);
        return account?.state === 'closed' ? Math.max(0, await records.balance(accountId)) : 0;
      }),
    );
    return owed.reduce((sum, one) => sum + one, 0);
  }

  return {
    isComplete(applicant: Applicant): boolean {
      const { name, language, phone, email, mailingAddress } = applicant;
      return (
        /\p{L}/u.test(name) &&
        name.length <= longest.name &&
        /^[a-z]{2,3}$/.test(language) &&
        (phone !== null || email !== null) &&
        (phone === null || /^\+[1-9]\d{7,14}$/.test(phone)) &&
        (email === null || (email.length <= longest.email && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))) &&
        (mailingAddress ?? '').length <= longest.mailingAddress
      );
    },
    /** The customer behind a proven account, and what they owe. */
    async known(accountId: string): Promise<{ customerId: string; debt: Cents } | null> {
      const customer = await customers.ofAccount(accountId);
      return customer && { customerId: customer._id, debt: await debtOf(customer) };
    },
    /**
     * Whether somebody of that name and phone or mail owes from before. Nothing was proven, so the applicant is
     * never told: a CSR is. What somebody else owes, as a former tenant of the premise, does not count.
     */
    async mayOwe({ name, phone, email }: Applicant): Promise<boolean> {
      const alike = await customers.reachedBy({ phone, email }, mostAlike);
      const same = alike.filter((customer) => plain(customer.name) === plain(name));
      const debts = await Promise.all(same.map(debtOf));
      return debts.some((debt) => debt > 0);
    },
  };
}
export type Applicants = ReturnType<typeof createApplicants>;

const plain = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/[^\p{L} ]/gu, '')
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .join(' ');
