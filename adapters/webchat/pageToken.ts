import type { Request } from 'restify';
import type { RemoteTokens } from '../channel.ts';
import { type Answer, HttpError, readJson } from '../http.ts';
import { asLocale } from '../sanitise.ts';
import type { WebchatContext } from './context.ts';
import { type Claims, newUserId, randomId } from './tokens.ts';

/**
 * `POST /webchat/token`: what our own page and the widget call, without a secret. A resume key that a page has
 * kept opens the same conversation again; one that is bad or too old gives a fresh conversation.
 */
export function createPageToken(context: WebchatContext) {
  const { access, tokens, origins, limiter, reader, addressOf, remoteTokens, log } = context;

  return async function pageToken(request: Request): Promise<Answer> {
    access.requireOrigin(request);
    limiter.take('mint', addressOf(request));
    const body = await readJson(request, 16 * 1024);
    const kept = await resumed(body.resume);
    if (remoteTokens) return remote(remoteTokens, kept, body.resume, origins.baseFor(request));
    const grant = {
      conv: kept?.conv ?? randomId(),
      user: kept?.user ?? newUserId(),
      locale: asLocale(body.locale) ?? asLocale(body.language),
    };
    const issued = await tokens.issue(grant);
    if (!issued) throw new HttpError(500, 'ServiceError', 'Something went wrong on our side.');
    log.info({ event: kept ? 'webchat.resumed' : 'webchat.minted', conversationId: grant.conv });
    return {
      status: 200,
      body: {
        ...issued,
        conversationId: grant.conv,
        userId: grant.user,
        // The key ends 30 days after the conversation began: it is handed back, not prolonged.
        resume: kept ? body.resume : await tokens.issueResume(grant),
        resumed: kept !== null,
        domain: `${origins.baseFor(request)}/v3/directline`,
      },
    };
  };

  /** The page's key stays ours; what it opens lies at Azure. */
  async function remote(
    ask: RemoteTokens,
    kept: Claims | null,
    resume: unknown,
    base: string,
  ): Promise<Answer> {
    const given = await ask(kept, newUserId, [base]);
    const { conversationId, userId, resumed } = given;
    log.info({ event: resumed ? 'webchat.resumed' : 'webchat.minted', conversationId });
    const key = resumed ? resume : await tokens.issueResume({ conv: conversationId, user: userId });
    return { status: 200, body: { ...given, resume: key } };
  }

  async function resumed(key: unknown) {
    if (typeof key !== 'string' || key.length > 2_048) return null;
    const verified = await tokens.verify('resume', key);
    if (!verified.ok) return null;
    const ended = (await reader.find(verified.claims.conv))?.ended;
    return ended ? null : verified.claims;
  }
}
