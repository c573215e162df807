import type { Hear } from './openFeed.ts';

type Tab = {
  /** Begins to listen for all tabs; answers how to end it. */
  lead(hear: Hear): () => void;
  hear: Hear;
  /** What a tab that has just been opened must be told. */
  recall(): [event: string, data: unknown][];
};

/**
 * One of this browser's tabs has the connection and tells the others what it hears: a browser opens six connections
 * to an address and no more, and a feed keeps one for as long as it is open. When that tab closes, the next has it.
 */
export function shareAmongTabs(name: string, { lead, hear, recall }: Tab) {
  const channel = new BroadcastChannel(name);
  let stopped = false;
  let end: (() => void) | null = null;
  let release = () => {};
  let waiting = new AbortController();

  const pass = (event: string, data: unknown) => {
    if (!stopped) channel.postMessage({ event, data });
  };
  const begin = () => {
    end = lead((event, data) => {
      pass(event, data);
      hear(event, data);
    });
  };
  const cease = () => {
    end?.();
    end = null;
  };
  channel.onmessage = ({ data: { event, data } }: MessageEvent<{ event: string; data: unknown }>) => {
    if (event !== 'hello') hear(event, data);
    else if (end) for (const known of recall()) pass(...known);
  };

  async function standInLine(how: LockOptions): Promise<void> {
    const mine = new AbortController();
    waiting = mine;
    const holding = () =>
      new Promise<void>((done) => {
        release = done;
        if (stopped) done();
        else begin();
      });
    // It ends in an error where another tab takes the lead, and where this one waits no longer.
    await navigator.locks
      .request(name, how.steal ? how : { ...how, signal: mine.signal }, holding)
      .catch(() => {});
    if (waiting !== mine) return;
    cease();
    if (!stopped) void standInLine({});
  }
  void standInLine({});
  pass('hello', {});

  return {
    /** The tab that leads is silent, or was put out: this one leads from now on. */
    takeOver(): void {
      if (end) {
        cease();
        begin();
        return;
      }
      waiting.abort();
      void standInLine({ steal: true });
    },
    leads: () => end !== null,
    stop(): void {
      stopped = true;
      waiting.abort();
      cease();
      release();
      channel.close();
    },
  };
}
