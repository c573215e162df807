import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import {
  type ConversationReader,
  type Files,
  type Inbound,
  type Inbox,
  InboxError,
  type Wakeup,
  type Wakeups,
} from '../../adapters/channel.ts';
import type { Conversation } from '../../models/conversation.ts';
import type { ActivityParts, Entry, Speaker } from '../../models/entry.ts';

const newId = () => randomBytes(16).toString('base64url');

type Kept = { conversation: Conversation; entries: Entry[]; keys: Map<string, Entry> };
export type Said = {
  from: Speaker;
  kind?: 'message' | 'event';
  visible?: boolean;
  text: string;
  activity?: ActivityParts;
  replyTo?: string;
  author?: { id: string; name: string };
};

export type FakeTurn = ReturnType<typeof createFakeTurn>;

/**
 * The ports behind a channel, in memory: conversations are numbered as the turn numbers them, and a small bot
 * greets and repeats. `slow` holds reads back, `mute` keeps the bot from answering.
 */
export function createFakeTurn() {
  const kept = new Map<string, Kept>();
  const listeners = new Map<string, Set<(wakeup: Wakeup) => void>>();
  const stored = new Map<
    string,
    { name: string; bytes: Buffer; contentType: string; conversationId: string }
  >();
  const behaviour = { mute: false, hideEntries: false, beforeRead: async () => {} };
  const received: Inbound[] = [];
  const published: Wakeup[] = [];

  const wakeups: Wakeups = {
    subscribe(conversationId, listener) {
      const those = listeners.get(conversationId) ?? new Set();
      listeners.set(conversationId, those.add(listener));
      return () => those.delete(listener);
    },
    publish(wakeup) {
      published.push(wakeup);
      for (const listener of listeners.get(wakeup.conversationId) ?? []) listener(wakeup);
    },
  };

  /** Appends an entry with its numbers and wakes who follows. */
  function say(conversationId: string, { visible = true, kind = 'message', activity, ...said }: Said): Entry {
    const { conversation, entries } = known(conversationId);
    conversation.seq += 1;
    if (visible) conversation.shown += 1;
    const entry: Entry = {
      ...said,
      id: newId(),
      at: new Date(),
      kind,
      visible,
      ...(activity ? { activity } : {}),
      salt: '',
      textHash: '',
      seq: conversation.seq,
      shown: visible ? conversation.shown : null,
    };
    entries.push(entry);
    const { seq, shown } = conversation;
    const withEntries = behaviour.hideEntries ? {} : { entries: [entry] };
    wakeups.publish({ type: 'changed', conversationId, seq, shown, ...withEntries });
    return entry;
  }

  const inbox: Inbox = {
    async start({ id, ...given }) {
      if (kept.has(id)) return { created: false };
      const conversation = { _id: id, ...given, seq: 0, shown: 0 } as unknown as Conversation;
      kept.set(id, { conversation, entries: [], keys: new Map() });
      return { created: true };
    },
    async receive(inbound) {
      const { keys } = known(inbound.conversationId);
      const before = keys.get(inbound.key);
      if (before) return { entry: before, duplicate: true };
      if (known(inbound.conversationId).conversation.ended)
        throw new InboxError('conversation.ended', 'The customer has left it');
      received.push(inbound);
      const { conversationId, customer, kind, visible, text, activity } = inbound;
      const author = { id: customer.id, name: customer.name ?? '' };
      const entry = say(conversationId, { from: 'customer', author, kind, visible, text, activity });
      keys.set(inbound.key, entry);
      if (!behaviour.mute) setImmediate(() => answer(inbound, entry));
      return { entry, duplicate: false };
    },
    async leave(conversationId) {
      known(conversationId).conversation.ended = true;
    },
    turned: async () => true,
  };

  function answer({ conversationId, text, activity }: Inbound, entry: Entry): void {
    if (activity?.type === 'conversationUpdate') {
      const greeting = activity.locale === 'zh-CN' ? '欢迎' : 'Welcome';
      say(conversationId, { from: 'bot', text: greeting });
    } else if (entry.kind === 'message') {
      wakeups.publish({ type: 'typing', conversationId, from: 'bot' });
      setTimeout(() => say(conversationId, { from: 'bot', text: `You said: ${text}`, replyTo: entry.id }), 5);
    }
  }

  const reader: ConversationReader = {
    find: async (id) => kept.get(id)?.conversation ?? null,
    async shownAfter(id, shown, limit = 200) {
      const found = (kept.get(id)?.entries ?? []).filter((entry) => (entry.shown ?? 0) > shown);
      await behaviour.beforeRead();
      return found.slice(0, limit);
    },
  };

  const files: Files = {
    async save({ name, bytes, conversationId }) {
      const id = newId();
      const contentType = (await fileTypeFromBuffer(bytes))?.mime ?? 'text/plain';
      stored.set(id, { name, bytes, contentType, conversationId });
      return { id, name, contentType, size: bytes.length };
    },
    async open(id) {
      const file = stored.get(id);
      return file ? { ...file, size: file.bytes.length, stream: Readable.from([file.bytes]) } : null;
    },
  };

  const known = (id: string): Kept => {
    const found = kept.get(id);
    if (!found) throw Object.assign(new Error('No such conversation'), { code: 'conversation.unknown' });
    return found;
  };
  const entriesOf = (id: string) => known(id).entries;

  return { inbox, reader, wakeups, files, say, entriesOf, behaviour, received, published };
}
