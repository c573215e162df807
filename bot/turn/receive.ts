import { type Inbound, type Inbox, InboxError, type Received, type Wakeups } from '../../adapters/channel.ts';
import { hush, maskSensitive } from '../../language/sensitive.ts';
import { type Appended, append } from '../../models/append.ts';
import { type Conversation, ConversationModel } from '../../models/conversation.ts';
import { EntryBodyModel } from '../../models/entryBody.ts';
import { InboxKeyModel, shortKey } from '../../models/inboxKey.ts';
import type { Secrets } from '../../services/secrets.ts';
import { newEntry } from '../../services/transcript.ts';
import type { Faults } from './faults.ts';
import { leaseIfFree } from './lease.ts';
import { createLeave } from './leave.ts';
import { toWakeup } from './toWakeup.ts';

/** A conversation's document holds at most this much that is not projected yet, in bytes. */
const tailLimit = 256 * 1024;
/** A longer text lies apart, and its entry carries the beginning. */
const bodyLimit = 16 * 1024;

type InboxDependencies = {
  clock: { now(): Date };
  secrets: Secrets;
  wakeups: Wakeups;
  faults: Faults;
  newId(): string;
  /** Runs the turns of a conversation whose lease `owner` has just taken. */
  run(conversation: Conversation, owner: string): void;
  /** Makes room in a conversation that is full. */
  projectNow(id: string): Promise<void>;
};

/**
 * Receive, the first step: what a channel understood is masked, numbered and stored with one update that also
 * takes the lease where it is free. The carrier is answered when this settles; the turn comes afterwards.
 */
export function createInbox(dependencies: InboxDependencies): Inbox {
  const { clock, wakeups, faults, newId, run, projectNow } = dependencies;

  async function start(conversation: Parameters<Inbox['start']>[0]): Promise<{ created: boolean }> {
    const { id, reference, network, address, ...rest } = conversation;
    const fresh = new ConversationModel({ _id: id, ...rest, createdAt: clock.now(), updatedAt: new Date() });
    const newest = {
      ...(reference === undefined ? {} : { reference }),
      ...(network ? { network } : {}),
      ...(address ? { address } : {}),
    };
    const made = await ConversationModel.collection.updateOne(
      { _id: id as never },
      {
        $setOnInsert: { ...fresh.toObject(), _id: undefined } as never,
        // The way back to a customer can change while a conversation lasts: the newest counts.
        ...(Object.keys(newest).length === 0 ? {} : { $set: newest as never }),
      },
      { upsert: true, ignoreUndefined: true },
    );
    return { created: made.upsertedCount === 1 };
  }

  /**
   * A key is looked up among those that were projected, then the entry is stored where neither the tail nor the
   * keys last pulled from it have it. So no write is needed for the key alone, and a repeat is stopped wherever its
   * first copy stands. It could pass only if, between the look and the store, its first copy and 64 more of the same
   * conversation were stored, answered, projected and pulled.
   */
  async function receive(inbound: Inbound): Promise<Received> {
    const entry = await toEntry(inbound, dependencies);
    const repeated = await stored(entry.key as string);
    await faults('receive.looked');
    return repeated ?? store(inbound.conversationId, entry);
  }

  async function store(id: string, entry: Appended, tries = 5): Promise<Received> {
    const owner = newId();
    const key = entry.key as string;
    const isNew = { 'tail.key': { $ne: key }, recent: { $ne: shortKey(key) } };
    const set = {
      ...leaseIfFree(owner),
      // A customer who writes again after all was settled starts anew with the bot.
      holder: { $cond: [{ $eq: ['$holder', 'resolved'] }, 'bot', '$holder'] },
      epoch: { $cond: [{ $eq: ['$holder', 'resolved'] }, { $add: ['$epoch', 1] }, '$epoch'] },
      secret: { $and: ['$secret', { $eq: ['$holder', 'bot'] }] },
      disposition: { $cond: [{ $eq: ['$holder', 'resolved'] }, null, '$disposition'] },
    };
    const conversation = await append(
      id,
      { ended: { $ne: true }, tailBytes: { $lt: tailLimit }, ...isNew },
      { entries: [entry], set },
    );
    await faults('receive.stored');
    if (!conversation) return notStored(id, entry, tries - 1);
    wakeups.publish(toWakeup(conversation, conversation.seq - 1));
    if (conversation.lease?.owner === owner) run(conversation, owner);
    return { entry: { id: entry.id, seq: conversation.seq }, duplicate: false };
  }

  /** Why an entry was not stored: it is there already, there is no such conversation, or there is no room. */
  async function notStored(id: string, entry: Appended, tries: number): Promise<Received> {
    const key = entry.key as string;
    const conversation = await ConversationModel.findById(id).lean<Conversation>();
    if (!conversation) throw new InboxError('conversation.unknown', 'No such conversation');
    const standing = conversation.tail.find((other) => other.key === key);
    if (standing) return { entry: { id: standing.id, seq: standing.seq }, duplicate: true };
    const repeated = await stored(key);
    if (repeated) return repeated;
    if (conversation.ended) throw new InboxError('conversation.ended', 'The customer has left it');
    if (conversation.tailBytes >= tailLimit) {
      await projectNow(id);
      const after = await ConversationModel.findById(id, { tailBytes: 1 }).lean<Conversation>();
      if (!after || after.tailBytes >= tailLimit)
        throw new InboxError('conversation.full', 'Too much has come in that is not answered yet');
    }
    // It changed between the two looks; somebody else's projecting made room, say.
    if (tries === 0) throw new InboxError('conversation.full', 'The conversation changes too fast');
    return store(id, entry, tries);
  }

  /** Polls as well as listens: the entry may be handled by another process. */
  async function turned(id: string, seq: number, timeoutMs: number): Promise<boolean> {
    const ends = Date.now() + timeoutMs;
    while (Date.now() < ends) {
      const handled = await ConversationModel.findById(id, { handled: 1 }).lean();
      if (handled && handled.handled >= seq) return true;
      await changed(id, wakeups, Math.min(200, ends - Date.now()));
    }
    return false;
  }

  return { start, receive, leave: createLeave(dependencies), turned };
}

/** Resolves at the next change of a conversation, or after `ms`. */
const changed = (id: string, wakeups: Wakeups, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(finish, Math.max(ms, 1));
    const unsubscribe = wakeups.subscribe(id, (wakeup) => wakeup.type === 'changed' && finish());
  });

/** The answer that a message got whose entry has been projected, or null. */
async function stored(key: string): Promise<Received | null> {
  const known = await InboxKeyModel.findById(key).lean();
  return known && { entry: { id: known.entryId, seq: known.seq }, duplicate: true };
}

/** Masks what must not be kept and prepares how the text stands if the open question is secret. */
async function toEntry(inbound: Inbound, { clock, secrets, newId }: InboxDependencies): Promise<Appended> {
  const { text, found } = maskSensitive(inbound.text);
  const hushedText = hush(text);
  const base = {
    id: newId(),
    at: clock.now(),
    from: 'customer' as const,
    author: { id: inbound.customer.id, name: inbound.customer.name ?? '' },
    kind: inbound.kind,
    visible: inbound.visible,
    turn: true,
    key: `${inbound.conversationId}:${inbound.key}`,
    activity: found ? { ...inbound.activity, sensitive: true } : inbound.activity,
  };
  if (text.length > bodyLimit) {
    await EntryBodyModel.collection.insertOne({ _id: base.id as never, text });
    // The hash is over the whole text; the entry carries its beginning along.
    return {
      ...newEntry({ ...base, text, bodyRef: base.id }),
      text: `${text.slice(0, 1_000).toWellFormed()} …`,
    };
  }
  const entry: Appended = newEntry({ ...base, text });
  if (hushedText !== text) {
    const sealed = secrets.seal(text, `entry:${entry.id}`);
    entry.hushed = newEntry({ ...base, text: hushedText, sealed });
  }
  return entry;
}
