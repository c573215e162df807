import { useState } from 'react';

export type DraftKind = 'message' | 'note';
const prefix = 'headgate.draft.';
const keyOf = (id: string, kind: DraftKind) => `${prefix}${kind}.${id}`;

/** What was begun and not sent, kept in this browser for each conversation until it is sent. */
export function useDraft(id: string, kind: DraftKind): [string, (text: string) => void] {
  const key = keyOf(id, kind);
  const [drafts, setDrafts] = useState<Record<string, string>>({});
  const text = drafts[key] ?? localStorage.getItem(key) ?? '';
  const keep = (next: string) => {
    setDrafts((known) => ({ ...known, [key]: next }));
    if (next) localStorage.setItem(key, next);
    else localStorage.removeItem(key);
  };
  return [text, keep];
}

/** On signing out nothing of a customer's stays on a machine that others use. */
export function forgetDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}
