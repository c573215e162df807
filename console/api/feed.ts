import type { CsrsService } from '../../services/csrs.ts';
import type { DeskService, Emergency, QueueItem } from '../../services/desk.ts';
import { createAlarms } from './alarms.ts';
import { frame, type Stream } from './stream.ts';

type Heard =
  | { type: 'changed'; conversationId: string; seq: number }
  | { type: 'typing'; conversationId: string; from: string; name?: string };
/** What the feed hears: that a conversation changed, or that somebody types in it. */
export type FeedWakeups = {
  subscribe(conversationId: string, listener: (wakeup: Heard) => void): () => void;
};
type FeedDependencies = {
  desk: Pick<DeskService, 'now' | 'queue' | 'standings' | 'versions' | 'emergencies'>;
  csrs: Pick<CsrsService, 'sessionOf'>;
  wakeups: FeedWakeups;
  log: { error(fields: object, message?: string): void };
};

const mostStreams = 1_000;
const mostPerCsr = 6;
const heartbeatMs = 20_000;
const gatherMs = 50;

/**
 * The desk's live feed, one a process. A stream begins with the whole line and the emergencies that ring (`queue`),
 * and the number of every open conversation (`versions`), all read after the stream was counted in; what is heard from
 * then on follows. So nothing is missed however long a reader was away, and what a reader had is never new again.
 */
export function createFeed({ desk, csrs, wakeups, log }: FeedDependencies) {
  const streams = new Set<Stream>();
  let joining: Stream[] = [];
  /** The line as the readers have it. */
  const line = new Map<string, string>();
  const alarms = createAlarms();
  const changed = new Set<string>();
  let gathering: NodeJS.Timeout | null = null;
  // The line is read by one at a time, so that an older reading never comes after a newer one.
  let readings: Promise<unknown> = Promise.resolve();
  const inOrder = (read: () => Promise<void>) => {
    readings = readings.then(read).catch((err) => log.error({ err }, 'the desk feed could not read'));
  };

  const broadcast = (frames: string) => {
    for (const stream of streams) stream.send(frames);
  };
  // What is an emergency before the first desk opens is with whoever has it.
  inOrder(async () => void alarms.look(await desk.emergencies()));

  const unsubscribe = wakeups.subscribe('*', (wakeup) => {
    if (streams.size === 0) return;
    const { conversationId } = wakeup;
    if (wakeup.type === 'typing')
      return broadcast(frame('typing', { conversationId, from: wakeup.from, name: wakeup.name }));
    broadcast(frame('conversation', { conversationId, version: wakeup.seq }));
    changed.add(conversationId);
    gathering ??= setTimeout(() => inOrder(tellChanges), gatherMs);
  });
  const heartbeat = setInterval(() => streams.size > 0 && inOrder(beat), heartbeatMs).unref();

  /** Says how the line differs for the conversations that changed. */
  async function tellChanges(): Promise<void> {
    gathering = null;
    const ids = [...changed];
    changed.clear();
    const [{ waiting, held }, emergencies] = await Promise.all([desk.standings(ids), desk.emergencies()]);
    tellLine(ids, waiting);
    tellAlarms(emergencies);
    for (const { csrId, conversationId } of held)
      for (const stream of streams)
        if (stream.csrId === csrId) stream.send(frame('mine', { conversationId }));
  }

  function tellLine(ids: string[], items: QueueItem[]): void {
    const now = new Map(items.map((item) => [item.conversationId, JSON.stringify(item)]));
    const put = items.filter(({ conversationId: id }) => line.get(id) !== now.get(id));
    const gone = ids.filter((id) => !now.has(id) && line.has(id));
    for (const { conversationId: id } of put) line.set(id, now.get(id) as string);
    for (const id of gone) line.delete(id);
    if (put.length === 0 && gone.length === 0) return;
    const change = frame('queueChange', { now: desk.now(), put, gone });
    for (const stream of streams) stream.update(change);
  }

  function tellAlarms(emergencies: Emergency[]): void {
    const { rang, over } = alarms.look(emergencies);
    const frames = [
      ...rang.map((emergency) => frame('alarm', emergency)),
      ...over.map((conversationId) => frame('alarmOver', { conversationId })),
    ].join('');
    if (frames) for (const stream of streams) stream.update(frames);
  }

  /** Keeps proxies awake, ends streams whose session has ended, and finds what no hint told of. */
  async function beat(): Promise<void> {
    // A comment would keep the line open, but only an event lets a page notice that it hears nothing.
    broadcast(frame('beat', { now: desk.now() }));
    tellLine([...line.keys()], await desk.queue());
    tellAlarms(await desk.emergencies());
    for (const { sessionId } of streams)
      if (!(await csrs.sessionOf(sessionId, { seen: false }))) signedOut(sessionId);
  }

  /** Brings those who joined up to date, all with one reading. */
  async function welcome(): Promise<void> {
    const newcomers = joining;
    joining = [];
    if (newcomers.length === 0) return;
    for (const stream of newcomers) stream.forget();
    try {
      const [items, versions, emergencies] = await Promise.all([
        desk.queue(),
        desk.versions(),
        desk.emergencies(),
      ]);
      tellLine([...line.keys()], items);
      tellAlarms(emergencies);
      const first = [
        frame('queue', { now: desk.now(), items, alarms: alarms.ringing() }),
        frame('versions', { items: versions }),
      ].join('');
      for (const stream of newcomers) stream.begin(first);
    } catch (err) {
      for (const stream of newcomers) leave(stream); // their browsers try again
      throw err;
    }
  }

  function join(stream: Stream): void {
    const own = [...streams].filter(({ csrId }) => csrId === stream.csrId);
    if (own.length >= mostPerCsr) {
      const [oldest] = own as [Stream];
      oldest.send(frame('replaced', {})); // else it would come back, and put out the next
      leave(oldest);
    }
    streams.add(stream);
    joining.push(stream);
    inOrder(welcome);
  }
  function leave(stream: Stream): void {
    streams.delete(stream);
    stream.close();
  }
  function signedOut(sessionId: string): void {
    for (const stream of streams) {
      if (stream.sessionId !== sessionId) continue;
      stream.send(frame('signedOut', {}));
      leave(stream);
    }
  }
  function close(): void {
    unsubscribe();
    clearInterval(heartbeat);
    if (gathering) clearTimeout(gathering);
    for (const stream of streams) leave(stream);
  }

  return { join, leave, signedOut, close, isFull: () => streams.size >= mostStreams };
}
