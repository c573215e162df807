import type { Request } from 'restify';
import { type Answer, HttpError, readJson, urlOf } from '../http.ts';
import { type Caller, knownConversation, unknownConversation } from './access.ts';
import type { WebchatContext } from './context.ts';
import { randomId } from './tokens.ts';
import { type ClientActivity, type SavedFile, toActivity, toInbound } from './translate.ts';
import { asWatermark } from './watermark.ts';

const pageSize = 200;

/** What is said: read by polling, and sent. */
export function createActivities(context: WebchatContext) {
  const { inbox, reader, wakeups, access, limiter, limits, links, origins, botName, addressOf } = context;

  async function list(request: Request): Promise<Answer> {
    const { id } = request.params as { id: string };
    const caller = await access.callerFor(request, id);
    limiter.take('poll', id);
    const watermark = asWatermark(urlOf(request).searchParams.get('watermark')) ?? 0;
    const entries = await reader.shownAfter(id, watermark, pageSize);
    if (entries.length === 0 || caller.kind === 'secret') await known(id);
    const base = origins.baseFor(request);
    const customerId = await customerOf(caller, id);
    const linkTo = (fileId: string) => links.linkTo(base, id, fileId);
    return {
      status: 200,
      body: {
        activities: entries.map((entry) =>
          toActivity(entry, { conversationId: id, customerId, botName, linkTo }),
        ),
        watermark: String(entries.at(-1)?.shown ?? watermark),
      },
    };
  }

  async function post(request: Request): Promise<Answer> {
    const { id } = request.params as { id: string };
    limiter.take('postFromIp', addressOf(request));
    const caller = await access.callerFor(request, id);
    limiter.take('post', id);
    const activity = await readJson(request, limits.activityBytes);
    if (activity.type === 'typing') {
      wakeups.publish({ type: 'typing', conversationId: id, from: 'customer' });
      return { status: 200, body: { id: randomId() } };
    }
    if (activity.type === 'endOfConversation') return leave(id);
    return take(caller, id, activity);
  }

  /** What is there can still be read. */
  async function leave(id: string): Promise<Answer> {
    await inbox.leave(id).catch((error: unknown) => {
      throw refusal(error);
    });
    return { status: 200, body: { id: randomId() } };
  }

  /** Stores what was sent; durable when it answers, and the bot's turn comes afterwards. */
  async function take(
    caller: Caller,
    id: string,
    activity: ClientActivity,
    files?: SavedFile[],
  ): Promise<Answer> {
    const customer = { id: await customerOf(caller, id) };
    const { activityDepth } = limits;
    const inbound = toInbound(activity, {
      conversationId: id,
      customer,
      newKey: randomId,
      activityDepth,
      files,
    });
    try {
      const { entry } = await inbox.receive(inbound);
      return { status: 200, body: { id: entry.id } };
    } catch (error) {
      throw refusal(error);
    }
  }

  const known = (id: string) => knownConversation(reader, id);

  /** From the token only; who holds the secret speaks as the conversation's customer. */
  const customerOf = async (caller: Caller, id: string): Promise<string> =>
    caller.kind === 'token' ? caller.claims.user : (await known(id)).customer.id;

  return { list, post, take, known };
}

/** The inbox's refusals in HTTP's words; anything else is ours and stays inside. */
function refusal(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (code === 'conversation.unknown') return unknownConversation();
  if (code === 'conversation.ended')
    return new HttpError(409, 'ConversationEnded', 'The conversation has ended. Start a new one.');
  if (code === 'conversation.full')
    return new HttpError(429, 'TooManyRequests', 'Too much is waiting for an answer.', {
      'Retry-After': '5',
    });
  return error;
}
