import { useCallback, useEffect, useRef, useState } from 'react';
import { messageOf } from '../../../call.ts';
import { useHints } from '../../../live/liveContext.tsx';
import type { Entry, Reading } from '../../../types.ts';
import { read } from './conversation.ts';

export type Opened = {
  reading: Omit<Reading, 'transcript'> | null;
  entries: Entry[];
  failure: string;
  typing: string | null;
  reread(): Promise<void>;
  /** Takes in entries that came another way, right after the last that is shown. */
  take(newer: Entry[]): void;
};
const page = 200;

/**
 * One conversation, live: reads on from the last number it has whenever a hint or a new connection says there
 * is more. Entries are kept by number, so nothing is doubled, and numbers have no gaps, so nothing is missing.
 */
export function useConversation(id: string): Opened {
  const [reading, setReading] = useState<Opened['reading']>(null);
  const [entries, setEntries] = useState<Entry[]>([]);
  const [failure, setFailure] = useState('');
  const [typing, setTyping] = useState<string | null>(null);
  const last = useRef(0);
  const run = useRef<Promise<void> | null>(null);
  const again = useRef(false);
  const shown = useRef(true);

  const take = useCallback((newer: Entry[]) => {
    const fresh = newer.filter((entry) => entry.seq > last.current);
    last.current = fresh.at(-1)?.seq ?? last.current;
    if (fresh.length > 0) setEntries((known) => [...known, ...fresh]);
    if (fresh.some((entry) => entry.from === 'customer')) setTyping(null);
  }, []);
  const readOn = useCallback(async () => {
    do {
      again.current = false;
      try {
        const { transcript, ...rest } = await read(id, last.current, page);
        if (!shown.current) return;
        take(transcript);
        setReading(rest);
        setFailure('');
        if (last.current < rest.conversation.version && transcript.length > 0) again.current = true;
      } catch (error) {
        setFailure(messageOf(error));
      }
    } while (again.current);
  }, [id, take]);
  /** One reading at a time; whoever asks meanwhile gets one more after it. */
  const reread = useCallback(() => {
    if (run.current) again.current = true;
    run.current ??= readOn().finally(() => {
      run.current = null;
    });
    return run.current;
  }, [readOn]);

  useEffect(() => {
    shown.current = true;
    void reread();
    return () => {
      shown.current = false;
    };
  }, [reread]);
  useHints((hint) => {
    if (hint.type === 'caughtUp') void reread();
    // The same number again may tell of something that was not numbered.
    if (hint.type === 'conversation' && hint.conversationId === id && hint.version >= last.current)
      void reread();
    if (hint.type === 'typing' && hint.conversationId === id && hint.from === 'customer')
      setTyping(hint.name || 'The customer');
  });
  // The signal is never stored, and nothing says that it has ended.
  useEffect(() => {
    if (!typing) return;
    const timer = setTimeout(() => setTyping(null), 6_000);
    return () => clearTimeout(timer);
  }, [typing]);

  return { reading, entries, failure, typing, reread, take };
}
