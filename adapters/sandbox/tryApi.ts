import type { Request, Response, Server } from 'restify';
import restify from 'restify';
import { z } from 'zod';
import type { Sandbox } from './sandbox.ts';

type TryDependencies = { sandbox: Sandbox; clock: { now(): Date; advance(duration: string): Promise<Date> } };

const refuse = (response: Response, message: string) =>
  void response.send(400, { error: { code: 'BadRequest', message } });

/** What a newcomer tries the sandbox with: the phone's texts, the mailbox, the District's clock. Sandbox only. */
export function mountTryApi(server: Server, { sandbox, clock }: TryDependencies): void {
  server.get('/try/api/sms', restify.plugins.queryParser(), async (request: Request, response: Response) => {
    const phone = z.e164().safeParse(String(request.query?.phone ?? '').replace(/^ ?(?=\d)/, '+'));
    if (!phone.success) return refuse(response, 'phone must be E.164, such as +15105550101');
    const messages = sandbox.carrier.texts(phone.data).map(({ sid, ...text }) => text);
    response.send(200, { messages });
  });
  server.get('/try/api/mail', restify.plugins.queryParser(), async (request: Request, response: Response) => {
    const address = z.email().safeParse(request.query?.address);
    if (!address.success) return refuse(response, 'address must be an e-mail address');
    response.send(200, { messages: sandbox.mailbox.mails(address.data).map(({ to, ...mail }) => mail) });
  });
  server.post(
    '/try/api/clock',
    restify.plugins.bodyParser({ maxBodySize: 1_000, mapParams: false }),
    async (request: Request, response: Response) => {
      const body = z.object({ advance: z.string().max(40) }).safeParse(request.body);
      if (!body.success) return refuse(response, 'advance must be an ISO duration, such as PT36H');
      try {
        const now = await clock.advance(body.data.advance);
        response.send(200, { now });
      } catch (error) {
        if ((error as { code?: string }).code !== 'clock.badDuration') throw error;
        refuse(response, 'advance must be an ISO duration, such as PT36H');
      }
    },
  );
}
