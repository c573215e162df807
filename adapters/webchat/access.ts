import type { IncomingMessage } from 'node:http';
import type { Conversation } from '../../models/conversation.ts';
import type { ConversationReader } from '../channel.ts';
import { HttpError } from '../http.ts';
import type { Origins } from './origins.ts';
import { type Claims, isSame, type Tokens } from './tokens.ts';

/** Who calls: a holder of the secret (a site's own server), or of a token for one conversation. */
export type Caller = { kind: 'secret' } | { kind: 'token'; claims: Claims };
export type Access = ReturnType<typeof createAccess>;

/** Decides who may call; whatever is refused is refused in the same words, so that nothing can be learnt. */
export function createAccess(tokens: Tokens, origins: Origins, directLineSecret: string | undefined) {
  async function callerOf(request: IncomingMessage): Promise<Caller> {
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (!bearer) throw new HttpError(401, 'Unauthorized', 'An Authorization header with a token is needed.');
    if (directLineSecret && isSame(bearer, directLineSecret)) {
      requireOrigin(request);
      return { kind: 'secret' };
    }
    const verified = await tokens.verify('api', bearer);
    if (!verified.ok) throw refused(verified.reason);
    requireOrigin(request, verified.claims.trustedOrigins);
    return { kind: 'token', claims: verified.claims };
  }

  /** A token for one conversation opens no other, whether the other exists or not. */
  async function callerFor(request: IncomingMessage, conversationId: string): Promise<Caller> {
    const caller = await callerOf(request);
    if (caller.kind === 'token' && caller.claims.conv !== conversationId) throw refused('invalid');
    return caller;
  }

  function requireOrigin(request: IncomingMessage, named?: string[]): void {
    if (origins.isTrusted(request.headers.origin, named)) return;
    throw new HttpError(403, 'OriginNotTrusted', 'This page may not use the chat.');
  }

  return { callerOf, callerFor, requireOrigin };
}

/** The one refusal of a credential that is read but not good. */
export const refused = (reason: 'expired' | 'invalid'): HttpError =>
  reason === 'expired'
    ? new HttpError(403, 'TokenExpired', 'Token has expired.')
    : new HttpError(403, 'InvalidToken', 'The token is not valid for this.');

export const channelId = 'webchat';

/** A conversation of the web chat: the secret opens those of no other channel. */
export async function knownConversation(reader: ConversationReader, id: string): Promise<Conversation> {
  const conversation = await reader.find(id);
  if (conversation?.channelId !== channelId) throw unknownConversation();
  return conversation;
}

export const unknownConversation = (): HttpError =>
  new HttpError(404, 'ConversationNotFound', 'There is no such conversation.');
