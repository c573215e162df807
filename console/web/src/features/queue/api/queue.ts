import { useCallback, useEffect, useRef, useState } from 'react';
import { call } from '../../../call.ts';
import { useHints } from '../../../live/liveContext.tsx';
import type { Conversation } from '../../../types.ts';

const list = (query: Record<string, string>) =>
  call<{ items: Conversation[]; cursor: string | null }>(
    'GET',
    `conversations?${new URLSearchParams(query)}`,
  );

/** A list that reads itself again when a hint says that it may have changed, at most three times a second. */
function useList(query: Record<string, string>, concerns: 'mine' | 'none') {
  const [items, setItems] = useState<Conversation[] | null>(null);
  const [failed, setFailed] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const key = JSON.stringify(query);
  const read = useCallback(async () => {
    timer.current = null;
    try {
      setItems((await list(JSON.parse(key))).items);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  }, [key]);
  useEffect(() => {
    setItems(null);
    void read();
  }, [read]);
  useHints((hint) => {
    if (concerns === 'none') return;
    const known =
      hint.type === 'conversation' && items?.some((item) => item.conversationId === hint.conversationId);
    if (hint.type === 'mine' || hint.type === 'caughtUp' || known) timer.current ??= setTimeout(read, 300);
  });
  return { items, failed, read };
}

/** The conversations that this CSR has. */
export const useMine = () => useList({ mine: '1', limit: '100' }, 'mine');
/** Conversations with anybody, found by name, account or number. */
export const useFound = (q: string) => useList({ ...(q ? { q } : {}), limit: '50' }, 'none');
