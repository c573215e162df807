import type { CaseContact } from '../models/case.ts';
import type { NoticeRequest } from '../models/outbox.ts';
import type { DistrictClock } from './clock.ts';
import type { ConsentService, Topic } from './consents.ts';
import type { Records } from './records.ts';
import type { Secrets } from './secrets.ts';

/** Whom a notice is for: the contact that was given, or else the one on the account. */
export type NoticeTo = { accountId?: string | null; contact?: CaseContact | null };

export type NoticeOutcome = 'queued' | 'optedOut' | 'noContact';

export type CustomerNoticeDeps = {
  records: Pick<Records, 'contacts'>;
  consents: Pick<ConsentService, 'allows'>;
  outbox: {
    enqueueNotice(notice: NoticeRequest): Promise<void>;
  };
  secrets: Pick<Secrets, 'seal'>;
  clock: Pick<DistrictClock, 'now'>;
};

export type CustomerNotices = ReturnType<typeof createCustomerNotices>;

/**
 * What the District writes to a customer on its own account: by text where there is a phone that takes them, else
 * by mail, and not at all where the customer wants none. Quiet hours are the follow-up's that calls it.
 */
export function createCustomerNotices({ records, consents, outbox, secrets, clock }: CustomerNoticeDeps) {
  return {
    /** Sends it once under its key; answers what became of it. */
    async send(notice: {
      key: string;
      to: NoticeTo;
      topic: Topic;
      template: string;
      values: Record<string, string>;
    }): Promise<NoticeOutcome> {
      const { key, to, topic, template, values } = notice;
      const reach = to.contact ?? (to.accountId ? await records.contacts(to.accountId) : null);
      const ways = [
        { channel: 'sms' as const, address: reach?.phone },
        { channel: 'email' as const, address: reach?.email },
      ].flatMap(({ channel, address }) => (address ? [{ channel, address }] : []));
      if (reach === null || ways.length === 0) return 'noContact';
      for (const { channel, address } of ways) {
        if (!(await consents.allows(address, topic))) continue;
        await outbox.enqueueNotice({
          key,
          channel,
          to: address,
          template,
          language: reach.language,
          sealed: secrets.seal(JSON.stringify(values), key),
          at: clock.now(),
        });
        return 'queued';
      }
      return 'optedOut';
    },
  };
}
