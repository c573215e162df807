import type { NewAuditEntry } from '../models/auditEntry.ts';
import type { ConsentRecord } from '../models/consent.ts';
import type { DistrictClock } from './clock.ts';
import type { Secrets } from './secrets.ts';

/** What notices are about; a customer may opt out of one, or of all. Emergencies are of none. */
export const topics = ['cases', 'outages', 'service', 'billing', 'program'] as const;
export type Topic = (typeof topics)[number];

export type ConsentDeps = {
  store: {
    of(addressKey: string): PromiseLike<Pick<ConsentRecord, 'topic' | 'status'>[]>;
    set(consent: Omit<ConsentRecord, '_id' | 'requests'>, request: string): Promise<boolean>;
  };
  audit: { record(entry: NewAuditEntry): Promise<void> };
  secrets: Pick<Secrets, 'mac'>;
  clock: Pick<DistrictClock, 'now'>;
};

export type ConsentService = ReturnType<typeof createConsentService>;

export type ConsentChange = {
  requestId: string;
  /** E.164 or a mail address. */
  address: string;
  topic: Topic | 'all';
  /** How it came: `customer`, `carrier`, or a CSR's id. */
  source: string;
};
export type ConsentAnswer = { ok: true } | { ok: false; reason: 'badAddress' | 'noSuchTopic' };

/** Which addresses the District may write to, and about what. What nobody has said anything about is allowed. */
export function createConsentService({ store, audit, secrets, clock }: ConsentDeps) {
  const keyOf = (address: string) => secrets.mac(`consent ${normal(address)}`);

  async function set(
    { requestId, address, topic, source }: ConsentChange,
    status: 'out' | 'in',
  ): Promise<ConsentAnswer> {
    if (normal(address) === '') return { ok: false, reason: 'badAddress' };
    if (topic !== 'all' && !topics.includes(topic)) return { ok: false, reason: 'noSuchTopic' };
    const at = clock.now();
    const addressKey = keyOf(address);
    // A repeat sets nothing: it must not take back what was said since.
    const request = secrets.mac(`consent request ${requestId}`);
    await store.set({ addressKey, topic, status, at, source }, request);
    await audit.record({
      key: request,
      at,
      actor: source,
      action: status === 'out' ? 'consent.withdrawn' : 'consent.given',
      accountId: null,
      conversationId: null,
      details: { address: addressKey, topic },
    });
    return { ok: true };
  }

  return {
    /** Whether notices about a topic may go to an address. */
    async allows(address: string, topic: Topic): Promise<boolean> {
      const said = await store.of(keyOf(address));
      return !said.some((one) => one.status === 'out' && (one.topic === 'all' || one.topic === topic));
    },
    /** No more notices about the topic, or about anything, to that address; holds at once. */
    optOut: (change: ConsentChange): Promise<ConsentAnswer> => set(change, 'out'),
    /** Notices are welcome again. */
    optIn: (change: ConsentChange): Promise<ConsentAnswer> => set(change, 'in'),
  };
}

/** The same address however it is written. */
const normal = (address: string): string => {
  const trimmed = address.trim().toLowerCase();
  if (trimmed.includes('@')) return trimmed;
  const digits = trimmed.replace(/\D/g, '');
  return digits.length === 10 ? `1${digits}` : digits;
};
