import type { Actor } from '../audit.ts';
import { maskAddress, maskEmail, maskName, maskPhone } from '../mask.ts';
import type { Contacts, CustomerMatch, CustomerQuery } from '../records.ts';
import { asEmail, asPhone } from './given.ts';
import { type CustomersDeps, isCsr, isLeading } from './types.ts';

export type LookUpRequest = {
  /** Names the look in the audit log: a repeat of it is the same look. */
  requestId: string;
  by: Actor;
  /** Looked up by one of these. */
  query: { by: CustomerQuery['by']; value: string };
  cursor?: string | null;
  limit?: number;
};
export type LookUpAnswer =
  | { ok: true; matches: CustomerMatch[]; cursor: string | null }
  | { ok: false; reason: 'notAllowed' | 'badQuery' | 'badCursor' };
export type ContactsAnswer =
  | { ok: true; contacts: Contacts }
  | { ok: false; reason: 'notAllowed' | 'noAccount' };
export type AddressAnswer =
  | { ok: true; address: string; zip: string; isSubstitute: boolean }
  | { ok: false; reason: 'notAllowed' | 'noAccount' };

const mostAtOnce = 50;
const leastLetters = 2;

const readers: Record<CustomerQuery['by'], (text: string) => string | null> = {
  accountNumber: (text) => /^\d{8}$/.exec(text.replace(/\D/g, ''))?.[0] ?? null,
  phone: asPhone,
  email: asEmail,
  name: begins,
  address: begins,
};
const masks: Record<CustomerQuery['by'], (text: string) => string> = {
  accountNumber: (number) => `••••${number.slice(-4)}`,
  phone: maskPhone,
  email: maskEmail,
  name: maskName,
  address: maskAddress,
};

/** The desk's looks at customers. Each account that is shown is a look, and each look is in the audit log. */
export function createLookUp(deps: CustomersDeps) {
  const { records, audit, substitutes } = deps;

  return {
    /** Customers by account number, phone, e-mail, or the beginning of a name or an address, a page at a time. */
    async find({ requestId, by, query, cursor = null, limit = 20 }: LookUpRequest): Promise<LookUpAnswer> {
      if (!isCsr(by)) return { ok: false, reason: 'notAllowed' };
      const value = readers[query.by](query.value);
      if (value === null) return { ok: false, reason: 'badQuery' };
      if (cursor !== null && cursor.length > 1_000) return { ok: false, reason: 'badCursor' };
      const count = Math.min(Math.max(1, Math.trunc(limit)), mostAtOnce);
      const page = await records.findCustomers({ by: query.by, value, limit: count, cursor });
      const matches = await shielded(page.matches, query.by, by);
      await audit.note(`look:${requestId}`, 'customer.searched', {
        by,
        accountId: null,
        details: { by: query.by, value: masks[query.by](value), matches: matches.length },
      });
      for (const { accountId } of matches)
        await audit.note(`look:${requestId}:${accountId}`, 'account.looked', { by, accountId });
      return { ok: true, matches, cursor: page.cursor };
    },

    /** How one customer is reached, with the revision that a change of it names. */
    async contactsOf(request: { requestId: string; accountId: string; by: Actor }): Promise<ContactsAnswer> {
      const { requestId, accountId, by } = request;
      if (!isCsr(by)) return { ok: false, reason: 'notAllowed' };
      const [contacts, substitute] = await Promise.all([
        records.contacts(accountId),
        substitutes.ofAccount(accountId),
      ]);
      const isShown = substitute === null || isLeading(by);
      const action = substitute && isShown ? 'account.protectedAddressSeen' : 'account.looked';
      await audit.note(`look:${requestId}:${accountId}`, action, { by, accountId });
      if (contacts === null) return { ok: false, reason: 'noAccount' };
      return {
        ok: true,
        contacts: isShown ? contacts : { ...contacts, mailingAddress: substitute.address },
      };
    },

    /** Where an account has its service; of a protected customer only a lead sees it, and it is noted. */
    async serviceAddressOf(request: {
      requestId: string;
      accountId: string;
      by: Actor;
    }): Promise<AddressAnswer> {
      const { requestId, accountId, by } = request;
      if (!isCsr(by)) return { ok: false, reason: 'notAllowed' };
      const [account, substitute] = await Promise.all([
        records.accountById(accountId),
        substitutes.ofAccount(accountId),
      ]);
      const premise = account && (await records.serviceLocation(account.serviceLocationId));
      const isShown = substitute === null || isLeading(by);
      const action = substitute && isShown ? 'account.protectedAddressSeen' : 'account.looked';
      await audit.note(`look:${requestId}:${accountId}:address`, action, { by, accountId });
      if (!premise) return { ok: false, reason: 'noAccount' };
      return isShown
        ? { ok: true, address: premise.address, zip: premise.zip, isSubstitute: false }
        : { ok: true, address: substitute.address, zip: '', isSubstitute: true };
    },
  };

  /** A search by address must not tell where a protected customer lives. */
  async function shielded(matches: CustomerMatch[], query: CustomerQuery['by'], by: Actor) {
    if (isLeading(by) || matches.length === 0) return matches;
    const kept = await substitutes.among(matches.map(({ accountId }) => accountId));
    const addresses = new Map(kept.map(({ _id, address }) => [_id, address]));
    return matches
      .filter(({ accountId }) => query !== 'address' || !addresses.has(accountId))
      .map((match) => {
        const address = addresses.get(match.accountId);
        return address === undefined ? match : { ...match, mailingAddress: address, serviceLocationId: '' };
      });
  }
}

/** The beginning of a name or an address: two letters or digits at least, no line breaks. */
function begins(text: string): string | null {
  const value = text
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return value.length <= 100 && (value.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= leastLetters ? value : null;
}
