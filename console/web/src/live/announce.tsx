import { useSyncExternalStore } from 'react';

/** What a screen reader is told; the same words twice are told twice. */
let said = { text: '', turn: 0 };
const watchers = new Set<() => void>();

export function announce(text: string): void {
  said = { text, turn: said.turn + 1 };
  for (const watcher of watchers) watcher();
}

const subscribe = (watcher: () => void) => {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
};

/** The one live region of the page. */
export function Announcer() {
  const { text, turn } = useSyncExternalStore(subscribe, () => said);
  return (
    <div aria-live="polite" role="status" className="offscreen">
      <span key={turn}>{text}</span>
    </div>
  );
}
