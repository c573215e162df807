/** Who speaks in a conversation. `system` holds receipts, notices and handoff lines: they belong to no holder. */
export type Speaker = 'customer' | 'bot' | 'csr' | 'system';

/** A `message` is said, a `note` is for CSRs alone, an `event` is something that happened. */
export type EntryKind = 'message' | 'note' | 'event';

/** What else an activity carried: attachments, suggested actions, channel data, an event's name and value. */
export type ActivityParts = {
  type?: string;
  name?: string;
  value?: unknown;
  attachments?: unknown[];
  attachmentLayout?: string;
  suggestedActions?: unknown;
  inputHint?: string;
  locale?: string;
  channelData?: Record<string, unknown>;
  [part: string]: unknown;
};

/** One line of a conversation before it has its numbers. Times are District time. */
export type NewEntry = {
  /** Random, unguessable; the activity id that a customer's client sees. */
  id: string;
  at: Date;
  from: Speaker;
  author?: { id: string; name: string };
  kind: EntryKind;
  /** Whether the customer sees it, and it so takes the next `shown` number. */
  visible: boolean;
  /** Whether the bot must have a turn for it: what customers send, what comes back from outside. */
  turn?: boolean;
  text: string;
  /** Where a text of more than 16 kB lies instead (models/entryBody.ts); `text` is then its beginning. */
  bodyRef?: string;
  activity?: ActivityParts;
  replyTo?: string;
  /** The channel's own name for this message, unique for ever: MessageSid, Message-ID, clientActivityID. */
  key?: string;
  /** The answer to a secret question, AES-GCM; gone when the turn that read it commits. */
  sealed?: string | null;
  salt: string;
  /** SHA-256 of salt and text: what the hash chain covers, so that text can be erased by law. */
  textHash: string;
  /** What of an action the customer must be told even when a CSR has taken over meanwhile. */
  receipt?: boolean;
};

/** An entry with its numbers: `seq` over all entries, `shown` over those the customer sees; both gap-free. */
export type Entry = NewEntry & { seq: number; shown: number | null };
