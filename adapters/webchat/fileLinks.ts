import { isSame, signatureOf } from './tokens.ts';

const hour = 3_600_000;

export type FileLinks = ReturnType<typeof createFileLinks>;

/**
 * Links to files for clients that cannot send a header: WebChat puts them into <img> and <a>. Each is signed
 * for one file of one conversation and is only ever handed to who holds a token for that conversation.
 * It lasts 24 to 25 hours; reading the conversation again makes a new one, the same within the hour, so that
 * browsers can cache.
 */
export function createFileLinks(signingKey: Uint8Array, machineNow: () => Date) {
  const sign = (conversationId: string, fileId: string, until: string) =>
    signatureOf(signingKey, 'file', conversationId, fileId, until);

  function linkTo(base: string, conversationId: string, fileId: string): string {
    const until = String(Math.ceil(machineNow().getTime() / hour + 24) * 3600);
    const signature = sign(conversationId, fileId, until);
    return `${base}/v3/directline/conversations/${conversationId}/files/${fileId}?e=${until}&s=${signature}`;
  }

  function isValid(conversationId: string, fileId: string, query: URLSearchParams): boolean {
    const until = query.get('e') ?? '';
    if (!isSame(query.get('s') ?? '', sign(conversationId, fileId, until))) return false;
    return Number(until) * 1000 > machineNow().getTime();
  }

  return { linkTo, isValid };
}
