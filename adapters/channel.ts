import type { Server } from 'restify';
import type { Conversation } from '../models/conversation.ts';
import type { ActivityParts, Entry } from '../models/entry.ts';

/** What a channel understood of something that came in; everything else about it is the turn's business. */
export type Inbound = {
  conversationId: string;
  /** The channel's own name for this message, unique for ever. The inbox prefixes it with the channel. */
  key: string;
  customer: { id: string; name?: string };
  kind: 'message' | 'event';
  visible: boolean;
  text: string;
  activity?: ActivityParts;
};

export type Received = { entry: { id: string; seq: number }; duplicate: boolean };

/** Why a message was not taken in: nothing of it is kept. */
export class InboxError extends Error {
  readonly code: 'conversation.unknown' | 'conversation.full' | 'conversation.ended';

  constructor(code: InboxError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Takes in what customers send: durable when the promise settles, answered by a turn afterwards. */
export type Inbox = {
  /** Makes the conversation unless it is there; `created` tells which. A newer `reference` replaces the old one. */
  start(conversation: {
    id: string;
    channelId: string;
    customer: { id: string; name?: string };
    language: string;
    reference?: unknown;
    /** A keyed hash of the client's network; the newest counts. The address itself goes no further. */
    network?: string | null;
    /** The same of the client's own address. */
    address?: string | null;
  }): Promise<{ created: boolean }>;
  /**
   * Stores one message and starts its turn; a key seen before changes nothing and answers as at first.
   * Throws InboxError 'conversation.unknown', 'conversation.full', 'conversation.ended'.
   */
  receive(inbound: Inbound): Promise<Received>;
  /** The customer has gone for good: nothing more is taken in. Again, it changes nothing. */
  leave(conversationId: string): Promise<void>;
  /** Settles when every customer entry up to `seq` has had its turn, or after `timeoutMs`. */
  turned(conversationId: string, seq: number, timeoutMs: number): Promise<boolean>;
};

/** Reads what a customer may see. */
export type ConversationReader = {
  find(conversationId: string): Promise<Conversation | null>;
  /** The entries with `shown` above the cursor, in order, at most `limit`. */
  shownAfter(conversationId: string, shown: number, limit?: number): Promise<Entry[]>;
};

/** A hint that a conversation has changed, or that somebody types in it; the receiver fetches after its cursor. */
export type Wakeup =
  | { type: 'changed'; conversationId: string; seq: number; shown: number; entries?: Entry[] }
  | { type: 'typing'; conversationId: string; from: 'customer' | 'bot' | 'csr'; name?: string };
export type Wakeups = {
  /** `conversationId` '*' hears of all. Returns the unsubscribe function. */
  subscribe(conversationId: string, listener: (wakeup: Wakeup) => void): () => void;
  publish(wakeup: Wakeup): void;
};

/** Files in GridFS: capped, typed by content, behind a random id. */
export type Files = {
  save(file: { name: string; bytes: Buffer; conversationId: string }): Promise<{
    id: string;
    name: string;
    contentType: string;
    size: number;
  }>;
  open(id: string): Promise<{
    name: string;
    contentType: string;
    size: number;
    conversationId: string;
    stream: NodeJS.ReadableStream;
  } | null>;
};

/** What is handed to a carrier. `ref` is our own id for it and stays the same on every try. */
export type Outgoing = {
  ref: string;
  to: string;
  text: string;
  subject?: string;
  entry?: Entry;
  conversation?: Conversation;
  /** An earlier try was cut off: the carrier may have it. Ask it first; where it cannot be asked, say `unknown`. */
  inDoubt?: boolean;
};
/** The carrier could not be reached or would not take it now. It is tried again: nothing was sent, or twice is right. */
export class CarrierUnavailable extends Error {}

/** `unknown` means that the carrier may or may not have it: it is never sent again without asking. */
export type Delivery = {
  status: 'delivered' | 'failed' | 'refused' | 'unknown';
  carrierId?: string;
  code?: string;
  /** The customer has told the carrier that they want no more. */
  optedOut?: boolean;
};

/** A way in and out. It carries; it runs no turn and sends nothing on its own. */
export type Channel = {
  id: string;
  /** Mounts its addresses. */
  mount?(server: Server): void;
  /** Hands one entry to the carrier; a channel whose customers follow by cursor has none. */
  deliver?(outgoing: Outgoing): Promise<Delivery>;
  close?(): Promise<void>;
};

/** Tokens of a Direct Line that is not ours: for the conversation that is known there, or for a new one. */
export type RemoteTokens = (
  known: { conv: string; user: string } | null,
  newUser: () => string,
  trustedOrigins: string[],
) => Promise<{
  token: string;
  expires_in: number;
  conversationId: string;
  userId: string;
  resumed: boolean;
  domain: string;
}>;
