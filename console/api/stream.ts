import { randomBytes } from 'node:crypto';
import type { Response } from 'restify';

/** A reader this far behind is cut off; its browser connects again and starts from what is. */
const mostUnread = 1024 * 1024;

/** One open event stream of one browser. */
export type Stream = {
  sessionId: string;
  csrId: string;
  /** Sends frames; until `begin` they are kept, so that what is comes before what changes. */
  send(frames: string): void;
  begin(first: string): void;
  /** Sends what only changes the beginning; a stream that has not begun will have it in there. */
  update(frames: string): void;
  /** Drops what was kept: it is older than what the stream will begin with. */
  forget(): void;
  close(): void;
};

const process_ = randomBytes(6).toString('base64url');
let count = 0;

/** One event with an id that says nothing: the first frames of a stream always bring a reader up to date. */
export const frame = (event: string, data: unknown): string =>
  `id: ${process_}.${(++count).toString(36)}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export function openStream(response: Response, owner: { sessionId: string; csrId: string }): Stream {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Content-Type-Options': 'nosniff',
    'X-Accel-Buffering': 'no', // a proxy that gathers would make it anything but live
    Connection: 'keep-alive',
  });
  response.flushHeaders();
  let kept: string[] | null = [];
  const write = (frames: string) => {
    if (response.destroyed) return;
    response.write(frames);
    if (response.writableLength > mostUnread) response.destroy();
  };
  return {
    ...owner,
    send(frames) {
      if (kept) kept.push(frames);
      else write(frames);
    },
    update(frames) {
      if (!kept) write(frames);
    },
    begin(first) {
      write(['retry: 1000\n\n', first, ...(kept ?? [])].join(''));
      kept = null;
    },
    forget() {
      kept &&= [];
    },
    close: () => void response.end(),
  };
}
