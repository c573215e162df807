import type { Request } from 'restify';
import { type Answer, HttpError, readJson, urlOf } from '../http.ts';
import { asLocale, languageOf } from '../sanitise.ts';
import { channelId, knownConversation, refused } from './access.ts';
import type { WebchatContext } from './context.ts';
import { type Grant, newUserId, randomId } from './tokens.ts';
import { toJoined } from './translate.ts';
import { asWatermark } from './watermark.ts';

const smallBody = 16 * 1024;

/** Tokens and conversations: generate, refresh, start, reconnect. */
export function createConversations(context: WebchatContext) {
  const { inbox, reader, tokens, access, origins, limiter, addressOf, networkOf, addressKeyOf } = context;

  /** For a site's own server, which holds the secret: a token to hand to one customer's page. */
  async function generate(request: Request): Promise<Answer> {
    limiter.take('mint', addressOf(request));
    const caller = await access.callerOf(request);
    if (caller.kind !== 'secret') throw new HttpError(403, 'InvalidToken', 'This needs the secret.');
    const body = await readJson(request, smallBody);
    const conv = randomId();
    const issued = await tokens.issue({
      conv,
      user: userOf(body) ?? newUserId(),
      trustedOrigins: originsOf(body.trustedOrigins ?? body.TrustedOrigins),
    });
    return { status: 200, body: { conversationId: conv, ...issued } };
  }

  async function refresh(request: Request): Promise<Answer> {
    limiter.take('mint', addressOf(request));
    const caller = await access.callerOf(request);
    if (caller.kind !== 'token') throw new HttpError(403, 'InvalidToken', 'A secret is not refreshed.');
    return { status: 200, body: await issued(caller.claims) };
  }

  /** Starts the conversation of a token, once: a repeat answers 200, and its stream tells all from the start. */
  async function start(request: Request): Promise<Answer> {
    limiter.take('start', addressOf(request));
    const caller = await access.callerOf(request);
    const body = await readJson(request, smallBody);
    const grant: Grant =
      caller.kind === 'token' ? caller.claims : { conv: randomId(), user: userOf(body) ?? newUserId() };
    const locale = asLocale(body.locale) ?? grant.locale;
    const customer = { id: grant.user };
    const { created } = await inbox.start({
      id: grant.conv,
      channelId,
      customer,
      language: languageOf(locale),
      // Who holds the secret is a server: its network says nothing of the customer's.
      ...(caller.kind === 'token' ? { network: networkOf(request), address: addressKeyOf(request) } : {}),
    });
    // Also on a repeat: a crash between the two steps must not leave the customer without a greeting.
    await inbox.receive(toJoined(grant.conv, customer, locale));
    return { status: created ? 201 : 200, body: await opened(request, grant, 0) };
  }

  /** For a client that lost its socket. Without a watermark it is told what comes from now on. */
  async function reconnect(request: Request): Promise<Answer> {
    limiter.take('start', addressOf(request));
    const { id } = request.params as { id: string };
    const caller = await access.callerFor(request, id);
    const conversation = await knownConversation(reader, id);
    const watermark = asWatermark(urlOf(request).searchParams.get('watermark')) ?? conversation.shown;
    const grant = caller.kind === 'token' ? caller.claims : { conv: id, user: conversation.customer.id };
    return { status: 200, body: await opened(request, grant, watermark) };
  }

  async function opened(request: Request, grant: Grant, watermark: number) {
    const ticket = await tokens.issueStream(grant);
    const stream = `${origins.baseFor(request).replace(/^http/, 'ws')}/v3/directline/conversations/${grant.conv}/stream`;
    return { ...(await issued(grant)), streamUrl: `${stream}?watermark=${watermark}&t=${ticket}` };
  }

  async function issued(grant: Grant) {
    const token = await tokens.issue(grant);
    if (!token) throw refused('expired');
    return { conversationId: grant.conv, ...token };
  }

  return { generate, refresh, start, reconnect };
}

/** Microsoft's own clients write both `user.id` and `User.Id`. */
function userOf(body: Record<string, unknown>): string | undefined {
  const user = (body.user ?? body.User) as Record<string, unknown> | undefined;
  const id = user?.id ?? user?.Id;
  if (id === undefined || id === null || id === '') return undefined;
  if (typeof id === 'string' && /^[\w.@:-]{1,128}$/.test(id)) return id;
  throw new HttpError(400, 'BadArgument', 'A user id has at most 128 plain characters.');
}

function originsOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const origins = Array.isArray(value) ? value.map((one) => URL.parse(String(one))?.origin) : [null];
  if (origins.length > 20 || origins.some((origin) => !origin || origin === 'null'))
    throw new HttpError(400, 'BadArgument', 'trustedOrigins must be a list of at most 20 origins.');
  return origins as string[];
}
