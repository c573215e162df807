import { pipeline } from 'node:stream/promises';
import type { RequestHandler, Server } from 'restify';
import type { DeskService, FieldChange, Outcome } from '../../services/desk.ts';
import type { Call } from './access.ts';
import { checked, HttpError, sendJson } from './http.ts';
import { sendOutcome } from './outcome.ts';
import * as schemas from './schemas.ts';

type Guard = (handle: (call: Call) => Promise<void>) => RequestHandler;

/** The conversations: reading them, and the verbs of the desk, one address each. */
export function mountConversations(
  server: Server,
  root: string,
  { desk, skills, guard }: { desk: DeskService; skills: string[]; guard: Guard },
): void {
  const at = `${root}/conversations`;
  const verb = (name: string, run: (call: Call, request: ReturnType<typeof requestOf>) => Promise<Outcome>) =>
    server.post(
      `${at}/:id/${name}`,
      guard(async (call) => {
        const request = requestOf(call);
        sendOutcome(call.response, await run(call, request), request.conversationId);
      }),
    );

  server.get(
    `${root}/queue`,
    guard(async ({ response }) => sendJson(response, 200, { now: desk.now(), items: await desk.queue() })),
  );
  server.get(
    at,
    guard(async ({ response, query, speaker }) =>
      sendJson(response, 200, await desk.list(checked(schemas.listQuery, query), speaker)),
    ),
  );
  server.get(
    `${at}/:id`,
    guard(async ({ response, query, params, speaker }) => {
      const found = await desk.read(String(params.id), checked(schemas.readQuery, query), speaker);
      if (!found) throw new HttpError(404, 'notFound', 'There is no such conversation');
      sendJson(response, 200, found);
    }),
  );
  server.get(
    `${at}/:id/files/:fileId`,
    guard(async ({ response, params }) => {
      const file = await desk.file(String(params.id), String(params.fileId));
      if (!file) throw new HttpError(404, 'notFound', 'There is no such file');
      response.writeHead(200, {
        'Content-Type': file.contentType,
        'Content-Length': file.size,
        // Always a download and never a page of ours: a customer made it.
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        'Content-Security-Policy': "sandbox; default-src 'none'",
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      });
      await pipeline(file.stream, response).catch(() => response.destroy()); // the CSR went away
    }),
  );

  verb('claim', (_, request) => desk.claim(request));
  verb('seen', (_, request) => desk.see(request));
  verb('typing', (_, request) => desk.typing(request));
  verb('return', (_, request) => desk.giveBack(request));
  verb('messages', ({ body }, request) => desk.say({ ...request, ...checked(schemas.message, body) }));
  verb('notes', ({ body }, request) => desk.note({ ...request, ...checked(schemas.note, body) }));
  verb('resolve', ({ body }, request) => desk.resolve({ ...request, ...checked(schemas.resolution, body) }));
  verb('transfer', ({ body }, request) => {
    const { csr, ...rest } = checked(schemas.transfer, body);
    if (rest.skill && !skills.includes(rest.skill))
      throw new HttpError(400, 'noSuchSkill', `Nobody is asked for ${rest.skill}`);
    return desk.transfer({ ...request, ...rest, ...(csr ? { to: csr } : {}) });
  });
  verb('task/complete', (_, request) => desk.completeTask(request));
  server.patch(
    `${at}/:id/task`,
    guard(async (call) => {
      const { fields } = checked(schemas.taskFields, call.body);
      const changes = Object.fromEntries(
        Object.entries(fields).map(([name, given]) => [name, asChange(given)]),
      );
      const request = requestOf(call);
      sendOutcome(
        call.response,
        await desk.patchTask({ ...request, fields: changes }),
        request.conversationId,
      );
    }),
  );
}

const requestOf = ({ params, body, speaker }: Call) => ({
  conversationId: String(params.id),
  csr: speaker,
  ...checked(schemas.deed, body),
});

const asChange = (given: unknown): FieldChange =>
  given !== null && typeof given === 'object' && !Array.isArray(given)
    ? (given as FieldChange)
    : { value: given };
