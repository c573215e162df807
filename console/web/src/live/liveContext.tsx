import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Hint, Live, LiveState } from './live.ts';

export const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('The live feed is missing above this component');
  return live;
}

export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(live.watch, live.state);
}

/** Hears hints for as long as the component is there. */
export function useHints(handle: (hint: Hint) => void): void {
  const live = useLive();
  const latest = useRef(handle);
  latest.current = handle;
  useEffect(() => live.listen((hint) => latest.current(hint)), [live]);
}
