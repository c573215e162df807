import type { QueueItem } from '../types.ts';

export type LiveState = {
  status: 'connecting' | 'live' | 'lost';
  /** Null until the first reading. */
  queue: QueueItem[] | null;
  /** District time less this machine's: waiting is measured in District time. */
  offsetMs: number;
};
export type Hint =
  | { type: 'conversation'; conversationId: string; version: number }
  | { type: 'typing'; conversationId: string; from: string; name?: string }
  | { type: 'mine'; conversationId: string }
  | { type: 'caughtUp' };

/** Nothing heard for this long, not even a beat, means that the connection is dead however open it looks. */
const silenceMs = 45_000;

export type Live = ReturnType<typeof createLive>;

/** The live feed. Every connection begins with all there is, so whatever happened meanwhile is caught up. */
export function createLive(signedOut: () => void) {
  let state: LiveState = { status: 'connecting', queue: null, offsetMs: 0 };
  const watchers = new Set<() => void>();
  const listeners = new Set<(hint: Hint) => void>();
  const versions = new Map<string, number>();
  let source: EventSource | null = null;
  let heardAt = Date.now();
  let retry = 0;

  const set = (next: Partial<LiveState>) => {
    state = { ...state, ...next };
    for (const watcher of watchers) watcher();
  };
  const tell = (hint: Hint) => {
    for (const listener of listeners) listener(hint);
  };
  const offset = (now: string) => Date.parse(now) - Date.now();

  function connect(): void {
    source?.close();
    const current = new EventSource('/console/api/events');
    source = current;
    heardAt = Date.now();
    const on = <T>(event: string, handle: (data: T) => void) =>
      current.addEventListener(event, (message) => {
        heardAt = Date.now();
        handle(JSON.parse((message as MessageEvent<string>).data));
      });

    on<{ now: string; items: QueueItem[] }>('queue', ({ now, items }) => {
      retry = 0;
      set({ status: 'live', queue: items, offsetMs: offset(now) });
    });
    on<{ items: { conversationId: string; version: number }[] }>('versions', ({ items }) => {
      for (const { conversationId, version } of items) versions.set(conversationId, version);
      tell({ type: 'caughtUp' });
    });
    on<{ now: string; put: QueueItem[]; gone: string[] }>('queueChange', ({ now, put, gone }) => {
      const left = new Set([...gone, ...put.map((item) => item.conversationId)]);
      const queue = [...(state.queue ?? []).filter((item) => !left.has(item.conversationId)), ...put];
      set({ queue: queue.sort(byUrgency), offsetMs: offset(now) });
    });
    on<{ conversationId: string; version: number }>('conversation', (hint) => {
      versions.set(hint.conversationId, Math.max(hint.version, versions.get(hint.conversationId) ?? 0));
      tell({ type: 'conversation', ...hint });
    });
    on<{ conversationId: string; from: string; name?: string }>('typing', (hint) =>
      tell({ type: 'typing', ...hint }),
    );
    on<{ conversationId: string }>('mine', (hint) => tell({ type: 'mine', ...hint }));
    on('beat', () => {});
    on('signedOut', signedOut);
    current.onerror = () => {
      set({ status: 'lost' });
      // A browser gives up on its own after an answer that is no stream; then it is ours to try again.
      if (current.readyState === EventSource.CLOSED && source === current) void again();
    };
  }

  async function again(): Promise<void> {
    const answer = await fetch('/console/api/session').catch(() => null);
    if (answer?.status === 401) return signedOut();
    setTimeout(connect, Math.min(1_000 * 2 ** retry++, 15_000));
  }

  function check(): void {
    if (Date.now() - heardAt < silenceMs) return;
    set({ status: 'lost' });
    connect();
  }
  const watch = setInterval(check, 5_000);
  const awake = () => document.visibilityState === 'visible' && check();
  document.addEventListener('visibilitychange', awake);
  const offline = () => {
    source?.close();
    set({ status: 'lost' });
  };
  window.addEventListener('online', connect);
  window.addEventListener('offline', offline);
  connect();

  return {
    state: () => state,
    versionOf: (conversationId: string) => versions.get(conversationId) ?? 0,
    watch(watcher: () => void) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    listen(listener: (hint: Hint) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop() {
      clearInterval(watch);
      document.removeEventListener('visibilitychange', awake);
      window.removeEventListener('online', connect);
      window.removeEventListener('offline', offline);
      source?.close();
    },
  };
}

const urgency = { emergency: 0, high: 1, normal: 2 };
const byUrgency = (a: QueueItem, b: QueueItem): number =>
  urgency[a.priority] - urgency[b.priority] || Date.parse(a.waitingSince) - Date.parse(b.waitingSince);
