import { useEffect, useRef } from 'react';

/** Every action has a key; `?` shows this list. */
export const keys: [string, string][] = [
  ['?', 'Show this list'],
  ['1 2 3', 'Waiting, mine, all'],
  ['j / k', 'Next and previous in the list'],
  ['↑ ↓', 'Move in the list, Enter opens'],
  ['t', 'Take the conversation'],
  ['r', 'Reply'],
  ['n', 'Private note'],
  ['h', 'Hand on'],
  ['b', 'Return to the bot'],
  ['e', 'Resolve'],
  ['a', 'What needs a person'],
  ['Enter', 'Send; Shift+Enter begins a new line'],
  ['Escape', 'Leave the text field or close'],
];

/** Plain keys count only where nobody is typing and no dialog is open. */
export function useKeys(handle: (key: string) => boolean): void {
  const latest = useRef(handle);
  latest.current = handle;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      if (typing && event.key === 'Escape') target.blur();
      if (typing || document.querySelector('[role="dialog"], [role="menu"]')) return;
      if (latest.current(event.key)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
