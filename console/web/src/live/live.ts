import type { Alarm, QueueItem } from '../types.ts';
import { openFeed, silenceMs } from './openFeed.ts';
import { shareAmongTabs } from './shareAmongTabs.ts';

export type LiveState = {
  /** `replaced`: this CSR has the desk open in more places than it may be. */
  status: 'connecting' | 'live' | 'lost' | 'replaced';
  /** Null until the first reading. */
  queue: QueueItem[] | null;
  /** The emergencies that nobody has taken. */
  alarms: Alarm[];
  /** District time less this machine's: waiting is measured in District time. */
  offsetMs: number;
};
export type Hint =
  | { type: 'conversation'; conversationId: string; version: number }
  | { type: 'typing'; conversationId: string; from: string; name?: string }
  | { type: 'mine'; conversationId: string }
  | { type: 'caughtUp' };

export type Live = ReturnType<typeof createLive>;

/** The live feed. Every connection begins with all there is, so whatever happened meanwhile is caught up. */
export function createLive(csrId: string, signedOut: () => void) {
  let state: LiveState = { status: 'connecting', queue: null, alarms: [], offsetMs: 0 };
  const watchers = new Set<() => void>();
  const listeners = new Set<(hint: Hint) => void>();
  let heardAt = Date.now();

  const set = (next: Partial<LiveState>) => {
    state = { ...state, ...next };
    for (const watcher of watchers) watcher();
  };
  const tell = (hint: Hint) => {
    for (const listener of listeners) listener(hint);
  };
  const offset = (now: string) => Date.parse(now) - Date.now();
  const without = (id: string) => state.alarms.filter((alarm) => alarm.conversationId !== id);

  // biome-ignore lint/suspicious/noExplicitAny: each event has a shape of its own, which the server sends
  const heard: Record<string, (data: any) => void> = {
    queue: ({ now, items, alarms }: { now: string; items: QueueItem[]; alarms: Alarm[] }) =>
      set({ status: 'live', queue: items, alarms, offsetMs: offset(now) }),
    versions: () => tell({ type: 'caughtUp' }),
    queueChange({ now, put, gone }: { now: string; put: QueueItem[]; gone: string[] }) {
      const left = new Set([...gone, ...put.map((item) => item.conversationId)]);
      const queue = [...(state.queue ?? []).filter((item) => !left.has(item.conversationId)), ...put];
      set({ queue: queue.sort(byUrgency), offsetMs: offset(now) });
    },
    conversation: (hint) => tell({ type: 'conversation', ...hint }),
    typing: (hint) => tell({ type: 'typing', ...hint }),
    mine: (hint) => tell({ type: 'mine', ...hint }),
    alarm: (alarm: Alarm) => set({ alarms: [...without(alarm.conversationId), alarm] }),
    alarmOver: ({ conversationId }: { conversationId: string }) => set({ alarms: without(conversationId) }),
    lost: () => set({ status: 'lost' }),
    replaced: () => set({ status: 'replaced' }),
    signedOut,
  };
  const tabs = shareAmongTabs(`headgate.desk.${csrId}`, {
    lead: openFeed,
    hear(event, data) {
      heardAt = Date.now();
      heard[event]?.(data);
    },
    recall() {
      const { queue: items, alarms, status, offsetMs } = state;
      if (!items) return [];
      const now = new Date(Date.now() + offsetMs).toISOString();
      return [
        ['queue', { now, items, alarms }],
        ['versions', {}],
        ...(status === 'live' ? [] : [[status, {}] as [string, unknown]]),
      ];
    },
  });
  // The tab that leads looks after its connection itself; the others notice when it is frozen.
  const watch = setInterval(() => {
    if (tabs.leads() || state.status === 'replaced' || Date.now() - heardAt < silenceMs + 15_000) return;
    heardAt = Date.now();
    set({ status: 'lost' });
    tabs.takeOver();
  }, 5_000);

  return {
    state: () => state,
    watch(watcher: () => void) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    listen(listener: (hint: Hint) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Comes back after it was replaced. */
    comeBack() {
      set({ status: 'connecting' });
      tabs.takeOver();
    },
    stop() {
      clearInterval(watch);
      tabs.stop();
    },
  };
}

const urgency = { emergency: 0, high: 1, normal: 2 };
const byUrgency = (a: QueueItem, b: QueueItem): number =>
  urgency[a.priority] - urgency[b.priority] || Date.parse(a.waitingSince) - Date.parse(b.waitingSince);
