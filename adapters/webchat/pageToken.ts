import type { Request } from 'restify';
import { type Answer, HttpError, readJson } from '../http.ts';
import { asLocale } from '../sanitise.ts';
import type { WebchatContext } from './context.ts';
import { newUserId, randomId } from './tokens.ts';

/**
 * `POST /webchat/token`: what our own page and the widget call, without a secret. A resume key that a page has
 * kept opens the same conversation again; one that is bad or too old gives a fresh conversation.
 */
export function createPageToken({ access, tokens, origins, limiter, addressOf, log }: WebchatContext) {
  return async function pageToken(request: Request): Promise<Answer> {
    access.requireOrigin(request);
    limiter.take('mint', addressOf(request));
    const body = await readJson(request, 16 * 1024);
    const kept = await resumed(body.resume);
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

  async function resumed(key: unknown) {
    if (typeof key !== 'string' || key.length > 2_048) return null;
    const verified = await tokens.verify('resume', key);
    return verified.ok ? verified.claims : null;
  }
}
