import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Wakeup, Wakeups } from '../../adapters/channel.ts';
import { ConversationModel } from '../../models/conversation.ts';

/** Of so many conversations the newest number told is remembered; a hint too many does no harm. */
const mostRemembered = 10_000;
/** How long a hint of the change stream waits for our own, in milliseconds. */
const hintDelayMs = 30;
/** How often subscribed conversations are looked at, should every hint have been lost, in milliseconds. */
const pollMs = 5_000;

/**
 * Wake-ups: at once within the process, by a change stream between processes, and by a slow poll as the net.
 * They are hints; whoever is woken fetches after its own cursor, so a lost or doubled one does no harm.
 */
export function createWakeups(log: Logger): Wakeups & { watch(): void; close(): Promise<void> } {
  const local = new EventEmitter();
  local.setMaxListeners(0);
  const latest = new Map<string, number>(); // the newest seq that was told, of the conversations last told of
  let stream: ReturnType<typeof ConversationModel.watch> | null = null;
  let poll: NodeJS.Timeout | null = null;
  let closed = false;

  const publish = (wakeup: Wakeup): void => {
    if (wakeup.type === 'changed') {
      const { conversationId, seq } = wakeup;
      const told = Math.max(seq, latest.get(conversationId) ?? 0);
      latest.delete(conversationId);
      latest.set(conversationId, told);
      if (latest.size > mostRemembered) latest.delete(latest.keys().next().value as string);
    }
    local.emit(wakeup.conversationId, wakeup);
    local.emit('*', wakeup);
  };

  function watch(): void {
    if (closed) return;
    stream = ConversationModel.watch([
      // Only what numbers an entry is news; what projecting takes away is not.
      { $match: { 'updateDescription.updatedFields.seq': { $exists: true } } },
      {
        $project: {
          'documentKey._id': 1,
          'updateDescription.updatedFields.seq': 1,
          'updateDescription.updatedFields.shown': 1,
        },
      },
    ]);
    stream.on('change', (change: unknown) => {
      const { documentKey, updateDescription } = change as {
        documentKey?: { _id: string };
        updateDescription?: { updatedFields?: { seq?: number; shown?: number } };
      };
      const seq = updateDescription?.updatedFields?.seq;
      const id = documentKey?._id;
      if (!id || seq === undefined || local.listenerCount(id) + local.listenerCount('*') === 0) return;
      const shown = updateDescription?.updatedFields?.shown ?? 0;
      // The stream can be faster than our own update's answer, which brings the entries with it: that goes first,
      // and what this process has told itself needs no second telling.
      setTimeout(() => {
        if ((latest.get(id) ?? 0) < seq) publish({ type: 'changed', conversationId: id, seq, shown });
      }, hintDelayMs).unref();
    });
    stream.on('error', (err: unknown) => {
      log.warn({ err }, 'change stream broke off; begun again');
      void stream?.close().catch(() => {});
      setTimeout(watch, 1_000).unref();
    });
    poll ??= setInterval(
      () => void look().catch((err) => log.warn({ err }, 'wake-up poll failed')),
      pollMs,
    ).unref();
  }

  async function look(): Promise<void> {
    const ids = local.eventNames().filter((name): name is string => typeof name === 'string' && name !== '*');
    for (let first = 0; first < ids.length; first += 500) {
      const some = await ConversationModel.find(
        { _id: { $in: ids.slice(first, first + 500) } },
        { seq: 1, shown: 1 },
      ).lean();
      for (const { _id, seq, shown } of some) {
        if (seq > (latest.get(_id) ?? 0)) publish({ type: 'changed', conversationId: _id, seq, shown });
      }
    }
  }

  return {
    subscribe(conversationId, listener) {
      local.on(conversationId, listener);
      return () => void local.off(conversationId, listener);
    },
    publish,
    watch,
    async close() {
      closed = true;
      if (poll) clearInterval(poll);
      await stream?.close().catch(() => {});
    },
  };
}
