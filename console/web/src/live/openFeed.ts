/** What the page hears of the feed: its events as they come, and `lost` where the connection is. */
export type Hear = (event: string, data: unknown) => void;

/** Nothing heard for this long, not even a beat, means that the connection is dead however open it looks. */
export const silenceMs = 45_000;
const events = [
  ...['queue', 'versions', 'queueChange', 'conversation', 'typing', 'mine'],
  ...['alarm', 'alarmOver', 'beat', 'signedOut', 'replaced'],
];

/** Opens the feed and opens it again whenever it breaks off; answers how to close it. */
export function openFeed(hear: Hear): () => void {
  let source: EventSource | null = null;
  let heardAt = 0;
  let retry = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function connect(): void {
    clearTimeout(waiting);
    source?.close();
    if (closed) return;
    const current = new EventSource('/console/api/events');
    source = current;
    heardAt = Date.now();
    for (const event of events)
      current.addEventListener(event, (message) => {
        heardAt = Date.now();
        retry = 0;
        // Another window of this CSR has taken this one's place: coming back would put that one out.
        if (event === 'replaced') close();
        hear(event, JSON.parse((message as MessageEvent<string>).data));
      });
    current.onerror = () => {
      if (source !== current || closed) return;
      hear('lost', {});
      // A browser gives up on its own after an answer that is no stream; then it is ours to try again.
      if (current.readyState === EventSource.CLOSED) void again();
    };
  }

  async function again(): Promise<void> {
    const answer = await fetch('/console/api/session').catch(() => null);
    if (closed) return;
    if (answer?.status === 401) return hear('signedOut', {});
    waiting = setTimeout(connect, Math.min(1_000 * 2 ** retry++, 15_000));
  }

  function check(): void {
    if (Date.now() - heardAt < silenceMs) return;
    hear('lost', {});
    connect();
  }
  const watch = setInterval(check, 5_000);
  const awake = () => document.visibilityState === 'visible' && check();
  const offline = () => {
    source?.close();
    hear('lost', {});
  };
  document.addEventListener('visibilitychange', awake);
  window.addEventListener('online', connect);
  window.addEventListener('offline', offline);
  connect();

  function close(): void {
    closed = true;
    clearInterval(watch);
    clearTimeout(waiting);
    document.removeEventListener('visibilitychange', awake);
    window.removeEventListener('online', connect);
    window.removeEventListener('offline', offline);
    source?.close();
  }
  return close;
}
