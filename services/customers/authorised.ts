import { nameKey } from '../../models/customer.ts';
import { maskName } from '../mask.ts';
import { asName } from './given.ts';
import { type Asked, type CustomersDeps, hashOf, sameArgs } from './types.ts';

export type Authorised = { personId: string; name: string; addedAt: Date };
export type AuthorisedAnswer =
  | { ok: true; personId: string }
  | { ok: false; reason: 'badName' | 'noAccount' | 'alreadyThere' | 'notThere' };

/** People who may ask about an account that is not theirs. They may change nothing. */
export function createAuthorised({ records, authorised, audit, secrets, clock }: CustomersDeps) {
  return {
    async addAuthorised({
      requestId,
      accountId,
      by,
      ...asked
    }: Asked & { name: string }): Promise<AuthorisedAnswer> {
      const name = asName(asked.name);
      if (name === null) return { ok: false, reason: 'badName' };
      const argsHash = hashOf(secrets, 'authorise', [accountId, name]);
      let person = await authorised.byId(requestId);
      if (person === null) {
        if ((await records.accountById(accountId)) === null) return { ok: false, reason: 'noAccount' };
        const fresh = {
          _id: requestId,
          argsHash,
          accountId,
          name,
          nameKey: nameKey(name),
          active: true,
          addedBy: by.id,
          addedAt: clock.now(),
        };
        person = (await authorised.add(fresh)) ? fresh : await authorised.byId(requestId);
        if (person === null) return { ok: false, reason: 'alreadyThere' };
      }
      sameArgs(person, argsHash);
      const details = { name: maskName(name), personId: requestId };
      await audit.note(`${requestId}:authorised`, 'account.personAuthorised', {
        by,
        accountId,
        at: person.addedAt,
        details,
      });
      return { ok: true, personId: requestId };
    },

    async removeAuthorised({
      requestId,
      accountId,
      by,
      personId,
    }: Asked & { personId: string }): Promise<AuthorisedAnswer> {
      const person = await authorised.byId(personId);
      if (person === null || person.accountId !== accountId) return { ok: false, reason: 'notThere' };
      await authorised.remove(personId, { removedBy: by.id, removedAt: clock.now() });
      const details = { name: maskName(person.name), personId };
      await audit.note(`${requestId}:${personId}:removed`, 'account.personRemoved', {
        by,
        accountId,
        details,
      });
      return { ok: true, personId };
    },

    async authorisedOf({ requestId, accountId, by }: Asked): Promise<Authorised[]> {
      await audit.note(`look:${requestId}:${accountId}`, 'account.looked', { by, accountId });
      const people = await authorised.ofAccount(accountId);
      return people.map(({ _id, name, addedAt }) => ({ personId: _id, name, addedAt }));
    },

    /** Whether somebody of that name may ask about the account; nobody but the customer may change it. */
    async mayAsk({ requestId, accountId, by, name }: Asked & { name: string }): Promise<boolean> {
      const found = await authorised.named(accountId, nameKey(name));
      await audit.note(`look:${requestId}:${accountId}:authorised`, 'account.authorisationChecked', {
        by,
        accountId,
        details: { name: maskName(name), found: found !== null },
      });
      return found !== null;
    },
  };
}
