import type { SubstituteAddress } from '../../models/substituteAddress.ts';
import { maskAddress } from '../mask.ts';
import type { Records, ServiceLocation } from '../records.ts';
import { asOneLine } from './given.ts';
import type { SubstituteStore } from './stores.ts';
import { type Asked, type CustomersDeps, hashOf, isLeading, sameArgs } from './types.ts';

export type SubstituteAnswer =
  | { ok: true }
  | { ok: false; reason: 'notAllowed' | 'badAddress' | 'noAccount' | 'notThere' };

/** The substitute address of a programme such as Safe at Home (Government Code 6205 to 6216). */
export function createSubstitute({ records, substitutes, audit, secrets }: CustomersDeps) {
  /** Sets or ends it, once by the request. */
  async function put(
    { requestId, accountId, by }: Asked,
    set: { serviceLocationId: string; address: string; active: boolean },
  ): Promise<SubstituteAnswer> {
    const argsHash = hashOf(secrets, 'substitute', [accountId, set]);
    const stands = await substitutes.byAccount(accountId);
    const done = madeBefore(stands, requestId);
    if (done !== null) sameArgs({ argsHash: done }, argsHash);
    const action = set.active ? 'account.addressProtected' : 'account.addressUnprotected';
    const values = { old: stands?.active ? stands.address : null, new: set.active ? set.address : null };
    // First of all: who takes a protection away is known even where the process dies in it.
    await audit.note(`${requestId}:substitute`, action, {
      by,
      accountId,
      details: {
        addressOld: values.old && maskAddress(values.old),
        addressNew: values.new && maskAddress(values.new),
        sealed: secrets.seal(JSON.stringify(values), `audit:${requestId}:substitute`),
      },
    });
    if (done === null) await substitutes.put(accountId, `${argsHash} ${requestId}`, set);
    return { ok: true };
  }

  function madeBefore(stands: SubstituteAddress | null, requestId: string): string | null {
    const change = stands?.changes?.find((one) => one.endsWith(` ${requestId}`));
    return change?.slice(0, -requestId.length - 1) ?? null;
  }

  return {
    /** From now on the true service address is seen only by who may, and never said by the bot. */
    async protectAddress(request: Asked & { address: string }): Promise<SubstituteAnswer> {
      if (!isLeading(request.by)) return { ok: false, reason: 'notAllowed' };
      const address = asOneLine(request.address);
      if (address === null) return { ok: false, reason: 'badAddress' };
      const account = await records.accountById(request.accountId);
      if (account === null) return { ok: false, reason: 'noAccount' };
      return put(request, { serviceLocationId: account.serviceLocationId, address, active: true });
    },

    async unprotectAddress(request: Asked): Promise<SubstituteAnswer> {
      if (!isLeading(request.by)) return { ok: false, reason: 'notAllowed' };
      const stands = await substitutes.byAccount(request.accountId);
      if (stands === null) return { ok: false, reason: 'notThere' };
      const { serviceLocationId, address } = stands;
      return put(request, { serviceLocationId, address, active: false });
    },
  };
}

/**
 * The records as everybody but a permitted CSR sees them: a protected customer's premise bears the substitute
 * address, and their mail goes there. Whatever the bot says comes from these.
 */
export function shieldRecords(
  records: Records,
  substitutes: Pick<SubstituteStore, 'at' | 'ofAccount'>,
): Records {
  return {
    ...records,
    async serviceLocation(serviceLocationId): Promise<ServiceLocation | null> {
      const [found, substitute] = await Promise.all([
        records.serviceLocation(serviceLocationId),
        substitutes.at(serviceLocationId),
      ]);
      return found && substitute ? { ...found, address: substitute.address, zip: '' } : found;
    },
    async contacts(accountId) {
      const [found, substitute] = await Promise.all([
        records.contacts(accountId),
        substitutes.ofAccount(accountId),
      ]);
      return found && substitute ? { ...found, mailingAddress: substitute.address } : found;
    },
  };
}
