import { randomUUID } from 'node:crypto';
import type { RequestHandler, Server } from 'restify';
import type { DeskService } from '../../services/desk.ts';
import type { Call } from './access.ts';
import { checked, HttpError, sendJson } from './http.ts';
import * as schemas from './schemas.ts';

/** The District's work: an account's orders and cases beside a conversation, and what needs a person. */
export function mountWork(
  server: Server,
  root: string,
  { desk, guard }: { desk: DeskService; guard(handle: (call: Call) => Promise<void>): RequestHandler },
): void {
  server.get(
    `${root}/conversations/:id/work`,
    guard(async ({ response, params, speaker }) => {
      const work = await desk.workOf(String(params.id), speaker);
      if (work === null) throw new HttpError(404, 'notFound', 'There is no such conversation');
      if (work === 'notVerified')
        throw new HttpError(403, 'notVerified', 'The customer is not verified, or not any more');
      sendJson(response, 200, work);
    }),
  );
  server.get(
    `${root}/work`,
    guard(async ({ response }) => sendJson(response, 200, { items: await desk.attention() })),
  );
  server.post(
    `${root}/work/:number/done`,
    guard(async ({ response, params, body, speaker }) => {
      const { note, requestId = randomUUID() } = checked(schemas.lookedAt, body);
      const isDone = await desk.lookedAt({ requestId, number: String(params.number), csr: speaker, note });
      sendJson(response, 200, { done: isDone });
    }),
  );
}
