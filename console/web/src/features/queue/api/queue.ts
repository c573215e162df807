import { useCallback, useEffect, useRef, useState } from 'react';
import { call } from '../../../call.ts';
import type { Hint } from '../../../live/live.ts';
import { useHints } from '../../../live/liveContext.tsx';
import type { Conversation } from '../../../types.ts';

const list = (query: Record<string, string>) =>
  call<{ items: Conversation[]; cursor: string | null }>(
    'GET',
    `conversations?${new URLSearchParams(query)}`,
  );

type Concern = (hint: Hint, items: Conversation[]) => boolean;

/** A list that reads itself again when a hint concerns it, at most once in `everyMs`, as far as it was paged. */
function useList(query: Record<string, string>, everyMs: number, concerns: Concern) {
  const [items, setItems] = useState<Conversation[] | null>(null);
  const [hasMore, setHasMore] = useState(false);
  const [failed, setFailed] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const reading = useRef(0);
  const pages = useRef(1);
  const key = JSON.stringify(query);
  const read = useCallback(async () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    reading.current += 1;
    const own = reading.current;
    try {
      // By their ids: one that changed while the pages were read stands on two of them.
      const found = new Map<string, Conversation>();
      let cursor: string | null = '';
      for (let page = 0; page < pages.current && cursor !== null; page++) {
        const answer = await list({ ...JSON.parse(key), ...(cursor ? { cursor } : {}) });
        for (const item of answer.items) found.set(item.conversationId, item);
        cursor = answer.cursor;
      }
      if (own !== reading.current) return;
      setItems([...found.values()]);
      setHasMore(cursor !== null);
      setFailed(false);
    } catch {
      if (own === reading.current) setFailed(true);
    }
  }, [key]);
  useEffect(() => {
    pages.current = 1;
    setItems(null);
    void read();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      reading.current += 1;
    };
  }, [read]);
  useHints((hint) => {
    if (concerns(hint, items ?? [])) timer.current ??= setTimeout(read, everyMs);
  });
  const more = () => {
    pages.current += 1;
    void read();
  };
  return { items, failed, read, more: hasMore ? more : undefined };
}

const isListed: Concern = (hint, items) =>
  hint.type === 'conversation' && items.some((item) => item.conversationId === hint.conversationId);

/** The conversations that this CSR has. */
export const useMine = () =>
  useList(
    { mine: '1', limit: '100' },
    300,
    (hint, items) => hint.type === 'mine' || hint.type === 'caughtUp' || isListed(hint, items),
  );
/** Conversations with anybody, found by name, account or number. */
export const useFound = (q: string) =>
  useList(
    { ...(q ? { q } : {}), limit: '50' },
    2_000,
    // What is new comes on top where nothing is searched; a search renews what it has found.
    (hint, items) =>
      hint.type === 'caughtUp' || (hint.type === 'conversation' && !q) || isListed(hint, items),
  );
