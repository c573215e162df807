import type { Entry } from '../../models/entry.ts';
import type { ConversationReader, Wakeup, Wakeups } from '../channel.ts';

const pageSize = 25;

export type Following = {
  conversationId: string;
  cursor: number;
  reader: Pick<ConversationReader, 'shownAfter'>;
  wakeups: Pick<Wakeups, 'subscribe'>;
  /** Entries in order, each exactly once. */
  onEntries(entries: Entry[]): void;
  /** Settles when there is room for more; a long replay waits for a slow reader instead of piling up. */
  room(): Promise<void>;
  onTyping(from: 'bot' | 'csr', name: string | undefined, cursor: number): void;
  onError(error: unknown): void;
};

/**
 * Follows a conversation under one cursor: subscribes first, then reads from the cursor, so that nothing falls
 * between; every wake-up is only a hint to read on from there, so that nothing comes twice. Where a wake-up
 * brings the very entries that come next, the read is saved. Returns the function that stops it.
 */
export function follow({ conversationId, cursor, reader, wakeups, ...on }: Following): () => void {
  let stopped = false;
  let reading = false;
  let wanted = 0;

  function pass(entries: Entry[]): void {
    const last = entries.at(-1)?.shown;
    if (last == null) return;
    cursor = last;
    on.onEntries(entries);
  }

  async function readOn(): Promise<void> {
    reading = true;
    try {
      for (let asked = -1; !stopped && asked !== wanted; ) {
        asked = wanted;
        for (let full = true; full && !stopped; ) {
          const entries = await reader.shownAfter(conversationId, cursor, pageSize);
          if (stopped) return;
          pass(entries);
          full = entries.length === pageSize;
          if (full) await on.room();
        }
      }
    } catch (error) {
      if (!stopped) on.onError(error);
    } finally {
      reading = false;
    }
  }

  function hear(wakeup: Wakeup): void {
    if (stopped) return;
    if (wakeup.type === 'typing') {
      if (wakeup.from !== 'customer') on.onTyping(wakeup.from, wakeup.name, cursor);
      return;
    }
    if (wakeup.shown <= cursor) return;
    wanted += 1;
    if (reading) return;
    const next = (wakeup.entries ?? []).filter(({ shown }) => shown !== null && shown > cursor);
    if (continues(next, cursor, wakeup.shown)) pass(next);
    else void readOn();
  }

  const unsubscribe = wakeups.subscribe(conversationId, hear);
  void readOn();
  return () => {
    stopped = true;
    unsubscribe();
  };
}

/** Whether these are all the entries from the cursor to the last, without a gap. A long text is read whole. */
const continues = (entries: Entry[], cursor: number, last: number): boolean =>
  entries.length > 0 &&
  entries.at(-1)?.shown === last &&
  entries.every(({ shown, bodyRef }, index) => shown === cursor + 1 + index && bodyRef === undefined);
