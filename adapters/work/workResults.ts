import type { Logger } from 'pino';
import type { Request, Response, Server } from 'restify';
import { z } from 'zod';
import { CodedError } from '../../services/errors.ts';
import type { FieldEventAnswer, FieldOrderService } from '../../services/fieldOrders.ts';
import { type Answer, HttpError, readBody, send, toAnswer } from '../http.ts';
import { isSigned } from '../signedPost.ts';
import type { WorkConfig } from './workWebhook.ts';

const largest = 32_768;
const text = z.string().max(2000);
const eventSchema = z.object({
  eventId: z.string().min(1).max(200),
  orderNumber: z.string().regex(/^FO-[0-9A-Z]{8}$/),
  status: z.enum(['dispatched', 'enRoute', 'done', 'cannot', 'cancelled']),
  technician: z.string().max(100).nullish(),
  result: z
    .object({
      code: z.string().min(1).max(100),
      reading: z.number().nullish(),
      photo: text.nullish(),
      notes: text.nullish(),
    })
    .nullish(),
});

/**
 * `POST /work/results`: what the field says of its orders, signed as orders are (`isSigned`). 200 once it is
 * kept, and for the same `eventId` again; 401 for a wrong signature, 400 for what cannot be read, 404 for an order
 * that is not there, 409 where an event says something else than before or would turn a status back, 422 for a
 * result that cannot be. Everything but 200 changed nothing.
 */
export function mountWorkResults(
  server: Server,
  parts: {
    config: Pick<WorkConfig, 'secret'>;
    fieldOrders: Pick<FieldOrderService, 'takeEvent'>;
    log: Pick<Logger, 'error'>;
  },
): void {
  const { config, fieldOrders, log } = parts;
  server.post('/work/results', async (request: Request, response: Response) => {
    try {
      const body = await readBody(request, largest);
      if (!isSigned(config.secret, request.headers, body, new Date()))
        throw new HttpError(401, 'Unauthorized', 'The signature is missing, wrong or too old.');
      const event = eventSchema.safeParse(parsed(body));
      if (!event.success) throw new HttpError(400, 'BadArgument', z.prettifyError(event.error));
      send(response, toReply(await fieldOrders.takeEvent(event.data)));
    } catch (err) {
      if (err instanceof CodedError && err.code === 'action.conflict')
        return send(response, refusal(409, 'Conflict', 'This eventId has said something else.'));
      if (!(err instanceof HttpError)) log.error({ err }, 'a result of the field was not kept');
      send(response, toAnswer(err));
    }
  });
}

const statusOf = {
  noOrder: 404,
  backwards: 409,
  readingMissing: 422,
  badReading: 422,
  textTooLong: 422,
} as const;

function toReply(answer: FieldEventAnswer): Answer {
  if (answer.ok) return { status: 200, body: { status: answer.status } };
  return refusal(statusOf[answer.reason], answer.reason, 'Nothing was changed.');
}

const refusal = (status: number, code: string, message: string): Answer =>
  toAnswer(new HttpError(status, code, message));

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
