import type { ContactChangeRecord } from '../../models/contactChange.ts';
import { maskAccount } from '../mask.ts';
import type { Contacts } from '../records.ts';
import type { CustomersDeps } from './types.ts';

type Values = Partial<Record<string, string | null>>;
type Reached = { phone?: string | null; email?: string | null; language: string };
type Notice = {
  key: string;
  channel: 'sms' | 'email';
  to: string;
  template: string;
  language: string;
  values: Record<string, string>;
  at: Date;
};

/** What the District writes when something about a customer has changed: to whom it concerned, and to whom it now does. */
export function createContactNotices(deps: Pick<CustomersDeps, 'records' | 'outbox' | 'secrets'>) {
  const { records, outbox, secrets } = deps;

  function send({ key, values, ...notice }: Notice): Promise<void> {
    return outbox.enqueueNotice({ key, ...notice, sealed: secrets.seal(JSON.stringify(values), key) });
  }

  return {
    send,
    /**
     * Whoever could be reached before hears of the change where they could be reached; a phone or an e-mail that
     * was added is confirmed there.
     */
    async tell(
      asked: ContactChangeRecord,
      { before, after, stood }: { before: Values; after: Values; stood: Contacts },
    ): Promise<void> {
      const { _id: requestId, accountId, at, changed } = asked;
      if (changed.every((name) => name === 'language')) return;
      const account = await records.accountById(accountId);
      const { language } = stood;
      const values = { account: maskAccount(account?.accountNumber ?? ''), changed: changed.join(',') };
      for (const [channel, field] of [
        ['sms', 'phone'],
        ['email', 'email'],
      ] as const) {
        const old = stood[field];
        if (old !== null)
          await send({
            key: `${requestId}:old:${field}`,
            channel,
            to: old,
            template: 'contactChanged',
            language,
            values,
            at,
          });
        const added = after[field] ?? null;
        if (added !== null && added !== before[field])
          await send({
            key: `${requestId}:new:${field}`,
            channel,
            to: added,
            template: 'contactAdded',
            language,
            values,
            at,
          });
      }
    },
    /**
     * An account has come to another record of its customer: whoever was reached for it hears of it there, and whoever
     * is from now on.
     */
    async tellMoved(
      { key, accountId, changed, at }: { key: string; accountId: string; changed: string[]; at: Date },
      from: Reached,
      to: Reached,
    ): Promise<void> {
      const account = await records.accountById(accountId);
      const values = { account: maskAccount(account?.accountNumber ?? ''), changed: changed.join(',') };
      for (const [channel, field] of [
        ['sms', 'phone'],
        ['email', 'email'],
      ] as const) {
        if (!changed.includes(field)) continue;
        for (const [whose, template, one] of [
          ['old', 'contactChanged', from],
          ['new', 'contactAdded', to],
        ] as const) {
          const address = one[field];
          if (!address) continue;
          const { language } = one;
          await send({
            key: `${key}:${whose}:${field}`,
            channel,
            to: address,
            template,
            language,
            values,
            at,
          });
        }
      }
    },
    /** One notice to the contact on file: the phone, or else the e-mail address. */
    async toContactOnFile(notice: {
      key: string;
      accountId: string;
      accountNumber: string;
      template: string;
      at: Date;
    }): Promise<void> {
      const { key, accountId, accountNumber, template, at } = notice;
      const contacts = await records.contacts(accountId);
      const to = contacts?.phone ?? contacts?.email ?? null;
      if (!contacts || to === null) return;
      const values = { account: maskAccount(accountNumber) };
      const channel = contacts.phone === null ? ('email' as const) : ('sms' as const);
      await send({ key, channel, to, template, language: contacts.language, values, at });
    },
  };
}
