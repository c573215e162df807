import type { ContactChangeRecord } from '../../models/contactChange.ts';
import type { Actor } from '../audit.ts';
import { addDays, type Day, localTime } from '../calendar.ts';
import type { Submitted } from '../changes.ts';
import type { ChangedContact } from '../codesTo.ts';
import { maskAddress, maskEmail, maskName, maskPhone } from '../mask.ts';
import type { ContactChange, Contacts } from '../records.ts';
import { asName, type BadContact, type GivenContacts, readContacts } from './given.ts';
import { createContactNotices } from './notices.ts';
import { type Asked, type CustomersDeps, hashOf, isCsr, sameArgs } from './types.ts';

/** `pending`: asked for, and not confirmed yet by the system that holds the records. */
export type ContactAnswer =
  | { ok: true; status: 'confirmed' | 'pending'; changed: string[] }
  | { ok: false; reason: BadContact | 'noAccount' | 'changedMeanwhile' | 'nothingChanges' | 'refused' };
export type NameAnswer = ContactAnswer | { ok: false; reason: 'badName' | 'needsPhotoId' | 'notAllowed' };

const dayMs = 86_400_000;
const watched = ['phone', 'email', 'mailingAddress', 'customerName', 'language'] as const;
type Watched = (typeof watched)[number];
type Values = Partial<Record<Watched, string | null>>;
type Opened = { before: Values; after: ContactChange; stood: Contacts };

/**
 * How a customer is reached, and their name. What is asked for is written first, with what stood before, and holds
 * refunds and codes from then on; the change, the notices and the audit entries follow under keys of their own.
 */
export function createContacts(deps: CustomersDeps) {
  const { records, changes, contactChanges, customers, audit, secrets, clock, policy } = deps;
  const notices = createContactNotices(deps);

  changes.onAnswered(async (requestId, submitted, { kind }) => {
    const asked = kind === 'contacts' ? await contactChanges.byRequest(requestId) : null;
    if (asked) await settle(asked, submitted);
  });

  /**
   * Changes phone, e-mail, mailing address, language. The contact before is told, the new one confirmed. With
   * `revision` (as `contactsOf` gave it) it is refused where somebody else has changed them since.
   */
  async function changeContacts(
    request: Asked & { contacts: GivenContacts; revision?: number },
  ): Promise<ContactAnswer> {
    const read = readContacts(request.contacts, policy.district.languages);
    return read.ok ? change(request, read.contacts) : read;
  }

  /** Changes the customer's name; only a CSR who has seen a photo ID of the kinds that the policy names. */
  async function changeName(request: Asked & { name: string; seen: string }): Promise<NameAnswer> {
    if (!isCsr(request.by)) return { ok: false, reason: 'notAllowed' };
    if (!policy.verify.photoIds.includes(request.seen)) return { ok: false, reason: 'needsPhotoId' };
    const customerName = asName(request.name);
    return customerName === null
      ? { ok: false, reason: 'badName' }
      : change(request, { customerName }, request.seen);
  }

  async function change(
    request: Asked & { revision?: number },
    wanted: ContactChange,
    seen?: string,
  ): Promise<ContactAnswer> {
    const { requestId, accountId, by } = request;
    const argsHash = hashOf(secrets, 'contacts', [accountId, wanted, request.revision ?? null]);
    let asked = await contactChanges.byRequest(requestId);
    if (asked === null) {
      const begun = await begin(request, wanted, argsHash);
      // The same request at the same instant may have changed what was read: what it asked for is there then.
      asked = await contactChanges.byRequest(requestId);
      if (asked === null) return begun ?? { ok: false, reason: 'refused' };
    }
    sameArgs(asked, argsHash);
    const { after } = opened(asked);
    const submitted = await changes.submit(
      {
        requestId,
        accountId,
        kind: 'contacts',
        contacts: { ...after, ...(asked.revision === null ? {} : { ifRevision: asked.revision }) },
      },
      { conversationId: asked.conversationId ?? null },
    );
    if (seen !== undefined)
      await audit.note(`${requestId}:seen`, 'customer.photoIdSeen', { by, accountId, details: { seen } });
    return settle(asked, submitted);
  }

  /** Writes down what is asked for, or answers why it is not. */
  async function begin(
    request: Asked & { revision?: number },
    wanted: ContactChange,
    argsHash: string,
  ): Promise<ContactAnswer | null> {
    const stands = await records.contacts(request.accountId);
    if (stands === null) return { ok: false, reason: 'noAccount' };
    if (request.revision !== undefined && request.revision !== (stands.revision ?? 0))
      return { ok: false, reason: 'changedMeanwhile' };
    const changed = watched.filter((name) => wanted[name] !== undefined && wanted[name] !== stands[name]);
    if (changed.length === 0) return { ok: false, reason: 'nothingChanges' };
    await contactChanges.ask(await toAsked(request, { stands, wanted, changed, argsHash }));
    return null;
  }

  async function toAsked(
    { requestId, accountId, by }: Asked,
    change: { stands: Contacts; wanted: ContactChange; changed: Watched[]; argsHash: string },
  ): Promise<ContactChangeRecord> {
    const { stands, wanted, changed, argsHash } = change;
    const pick = (from: Values) => Object.fromEntries(changed.map((name) => [name, from[name] ?? null]));
    const values = { before: pick(stands), after: pick(wanted), stood: { ...stands } };
    const customer = await customers?.ofAccount(accountId);
    return {
      _id: requestId,
      argsHash,
      accountId,
      accountIds: customer?.accountIds ?? [accountId],
      at: clock.now(),
      actor: by.id,
      conversationId: by.conversationId ?? null,
      changed,
      sealed: secrets.seal(JSON.stringify(values), `contactChange:${requestId}`),
      revision: stands.revision ?? null,
      status: 'asked',
    };
  }

  /** Opens what stood and what is to stand. */
  function opened({ _id, sealed }: ContactChangeRecord): Opened {
    return JSON.parse(secrets.open(sealed, `contactChange:${_id}`)) as Opened;
  }

  /** Writes what became of it; each part under a key of its own, so that it can be done again. */
  async function settle(asked: ContactChangeRecord, submitted: Submitted): Promise<ContactAnswer> {
    const { _id: requestId, accountId, changed } = asked;
    const by: Actor = { id: asked.actor, conversationId: asked.conversationId ?? null };
    const { before, after, stood } = opened(asked);
    const details = {
      changed: changed.join(', '),
      ...masked(before, 'old'),
      ...masked(after as Values, 'new'),
    };
    await audit.note(`${requestId}:asked`, 'customer.contactsAsked', {
      by,
      accountId,
      at: asked.at,
      details: { ...details, sealed: asked.sealed },
    });
    if (submitted.status === 'pending') return { ok: true, status: 'pending', changed };
    if (submitted.status === 'refused') {
      await contactChanges.settle(requestId, 'refused');
      const { reason } = submitted;
      await audit.note(`${requestId}:refused`, 'customer.contactsRefused', {
        by,
        accountId,
        details: { reason },
      });
      return {
        ok: false,
        reason: reason === 'changedMeanwhile' || reason === 'noAccount' ? reason : 'refused',
      };
    }
    await contactChanges.settle(requestId, 'confirmed');
    await notices.tell(asked, { before, after: after as Values, stood });
    await audit.note(`${requestId}:changed`, 'customer.contactsChanged', { by, accountId, details });
    return { ok: true, status: 'confirmed', changed };
  }

  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * dayMs);

  return {
    changeContacts,
    changeName,
    /** The day up to which no refund leaves, because a contact or the name was changed; null where none holds it. */
    async refundHeldUntil(accountId: string): Promise<Day | null> {
      const { holdRefundDays } = policy.verify;
      const recent = await contactChanges.since(accountId, daysAgo(holdRefundDays + 1));
      const last = recent.find(({ changed }) => changed.some((name) => name !== 'language'));
      if (!last) return null;
      const until = addDays(localTime(last.at, clock.timeZone).day, holdRefundDays);
      return until > localTime(clock.now(), clock.timeZone).day ? until : null;
    },
    /** For the codes: which contacts were changed since a time, the newest first. */
    async since(accountId: string, since: Date): Promise<ChangedContact[]> {
      const recent = await contactChanges.since(accountId, since);
      return recent.flatMap((asked) => {
        const { before, after } = opened(asked);
        return (['phone', 'email'] as const)
          .filter((field) => asked.changed.includes(field))
          .map((field) => ({
            field,
            before: before[field] ?? null,
            after: after[field] ?? null,
            at: asked.at,
            conversationId: asked.conversationId ?? null,
          }));
      });
    },
  };
}

const masks: Record<Watched, (value: string) => string> = {
  phone: maskPhone,
  email: maskEmail,
  mailingAddress: maskAddress,
  customerName: maskName,
  language: (code) => code,
};

/** `phoneOld`, `emailNew`: enough to recognise it, too little to use it. */
const masked = (values: Values, when: 'old' | 'new'): Record<string, string | null> =>
  Object.fromEntries(
    watched
      .filter((name) => values[name] !== undefined)
      .map((name) => {
        const value = values[name] ?? null;
        return [`${name}${when === 'old' ? 'Old' : 'New'}`, value === null ? null : masks[name](value)];
      }),
  );
