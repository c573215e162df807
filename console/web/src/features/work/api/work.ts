import { useCallback, useEffect, useState } from 'react';
import { ApiError, call, messageOf } from '../../../call.ts';
import { useHints } from '../../../live/liveContext.tsx';
import type { AttentionItem, Work } from '../../../types.ts';

/** How often the list of what needs a person is read again, in milliseconds. */
const everyMs = 60_000;

export const lookedAt = (number: string, note: string) =>
  call<{ done: boolean }>('POST', `work/${encodeURIComponent(number)}/done`, { note });

/** An account's orders and cases, read again with each change of the conversation. */
export function useWork(id: string, version: number): { work: Work | null; failure: string } {
  const [work, setWork] = useState<Work | null>(null);
  const [failure, setFailure] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is a reason to read again
  useEffect(() => {
    let shown = true;
    call<Work>('GET', `conversations/${encodeURIComponent(id)}/work`).then(
      (found) => {
        if (!shown) return;
        setWork(found);
        setFailure('');
      },
      (error: unknown) => {
        if (!shown) return;
        setWork(null);
        // The proof has just lapsed: the pane says so itself.
        setFailure(error instanceof ApiError && error.code === 'notVerified' ? '' : messageOf(error));
      },
    );
    return () => {
      shown = false;
    };
  }, [id, version]);
  return { work, failure };
}

/** What needs a person, whoever's it is. */
export function useAttention(): { items: AttentionItem[]; reread(): Promise<void> } {
  const [items, setItems] = useState<AttentionItem[]>([]);
  const reread = useCallback(async () => {
    // What was read last stands where this fails: the page says elsewhere that the connection is lost.
    const answer = await call<{ items: AttentionItem[] }>('GET', 'work').catch(() => null);
    if (answer) setItems(answer.items);
  }, []);
  useEffect(() => {
    void reread();
    const timer = setInterval(() => void reread(), everyMs);
    return () => clearInterval(timer);
  }, [reread]);
  useHints((hint) => {
    if (hint.type === 'caughtUp') void reread();
  });
  return { items, reread };
}
