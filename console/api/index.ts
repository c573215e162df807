import type { IncomingMessage } from 'node:http';
import type { Server } from 'restify';
import type { CsrsService } from '../../services/csrs.ts';
import type { DeskService } from '../../services/desk.ts';
import { type Call, signedIn } from './access.ts';
import { mountConversations } from './conversations.ts';
import { createFeed, type FeedWakeups } from './feed.ts';
import { HttpError } from './http.ts';
import { mountSession } from './session.ts';
import { openStream } from './stream.ts';
import { mountWork } from './work.ts';

export { mountConsoleWeb } from './web.ts';

export type ConsoleApiDependencies = {
  desk: DeskService;
  csrs: CsrsService;
  wakeups: FeedWakeups;
  log: { error(fields: object, message?: string): void };
  secureCookies: boolean;
  /** The desk's address where a proxy stands in front (TRUST_PROXY). */
  clientAddress?(request: IncomingMessage): string;
  districtName: string;
  /** The District's: times are shown in it wherever a CSR sits. */
  timeZone: string;
  dispositions?: string[];
  skills?: string[];
};

const root = '/console/api';
const addressOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? '';
const usualDispositions = [
  'Answered',
  'Payment taken',
  'Service order made',
  'Case opened',
  'Customer did not reply',
  'Not for the District',
];
const usualSkills = ['billing', 'service', 'emergency', 'complaints'];

/** Mounts the Console API. `close` ends the open event streams. */
export function mountConsoleApi(server: Server, dependencies: ConsoleApiDependencies): { close(): void } {
  const { desk, csrs, wakeups, log, secureCookies } = dependencies;
  const { districtName, timeZone, dispositions = usualDispositions, skills = usualSkills } = dependencies;
  const feed = createFeed({ desk, csrs, wakeups, log });
  const guard = (handle: (call: Call) => Promise<void>) => signedIn(csrs, log, handle);

  const about = { district: districtName, timeZone, dispositions, skills };
  const { clientAddress = addressOf } = dependencies;
  mountSession(server, root, {
    csrs,
    log,
    secureCookies,
    clientAddress,
    guard,
    about,
    signedOut: feed.signedOut,
  });
  mountConversations(server, root, { desk, skills, guard });
  mountWork(server, root, { desk, guard });
  server.get(
    `${root}/events`,
    guard(async ({ response, sessionId, csr }) => {
      // Last-Event-ID needs no answer of its own: every stream begins with what is, and hints are never kept.
      if (feed.isFull()) throw new HttpError(503, 'busy', 'Too many open desks');
      const stream = openStream(response, { sessionId, csrId: csr.id });
      response.on('close', () => feed.leave(stream));
      feed.join(stream);
    }),
  );
  return { close: feed.close };
}
