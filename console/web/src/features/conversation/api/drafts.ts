import { useSyncExternalStore } from 'react';

export type DraftKind = 'message' | 'note';
const prefix = 'headgate.draft.';
let owner = '';
const watchers = new Set<() => void>();

/** Another tab writes into the same draft, and both show it. */
function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  window.addEventListener('storage', watcher);
  return () => {
    watchers.delete(watcher);
    window.removeEventListener('storage', watcher);
  };
}
const read = (key: string) => localStorage.getItem(key) ?? '';
function keep(key: string, text: string): void {
  if (text) localStorage.setItem(key, text);
  else localStorage.removeItem(key);
  for (const watcher of watchers) watcher();
}

/** What was begun and not sent, kept in this browser for each conversation until it is sent. */
export function useDraft(id: string, kind: DraftKind) {
  const key = `${prefix}${owner}.${kind}.${id}`;
  const sending = `${key}.sending`;
  const text = useSyncExternalStore(watch, () => read(key));
  return {
    text,
    write: (next: string) => keep(key, next),
    /** The same for the same words until they are sent: whoever got no answer and tries again says them once. */
    requestId(): string {
      const [words, known] = JSON.parse(localStorage.getItem(sending) ?? '[]') as [string?, string?];
      const requestId = words === text && known ? known : crypto.randomUUID();
      localStorage.setItem(sending, JSON.stringify([text, requestId]));
      return requestId;
    },
    /** These words have gone; what was typed while they went stays. */
    sent(words: string): void {
      localStorage.removeItem(sending);
      const now = read(key);
      if (now.startsWith(words)) keep(key, now.slice(words.length).trimStart());
    },
  };
}

/** Whose drafts these are from now on; what somebody else left on this machine is forgotten. */
export function keepDraftsOf(csrId: string): void {
  owner = csrId;
  forget((key) => !key.startsWith(`${prefix}${csrId}.`));
}

/** On signing out nothing of a customer's stays on a machine that others use. */
export const forgetDrafts = (): void => forget(() => true);

function forget(which: (key: string) => boolean): void {
  for (const key of Object.keys(localStorage))
    if (key.startsWith(prefix) && which(key)) localStorage.removeItem(key);
}
