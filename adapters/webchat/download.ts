import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'restify';
import { HttpError, urlOf } from '../http.ts';
import type { WebchatContext } from './context.ts';

/** Serves a file to who holds a signed link for it, always as a download and never as a page of ours. */
export function createDownload({ files, links }: WebchatContext) {
  return async function download(request: Request, response: Response): Promise<undefined> {
    const { id, fileId } = request.params as { id: string; fileId: string };
    if (!links.isValid(id, fileId, urlOf(request).searchParams))
      throw new HttpError(403, 'InvalidLink', 'The link is not valid, or not any more.');
    const file = await files.open(fileId);
    if (!file || file.conversationId !== id)
      throw new HttpError(404, 'FileNotFound', 'There is no such file.');
    response.writeHead(200, {
      'Content-Type': file.contentType,
      'Content-Length': file.size,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Resource-Policy': 'cross-origin', // the widget shows pictures on pages of other origins
      'Cache-Control': 'private, max-age=3600',
    });
    await pipeline(file.stream, response).catch(() => response.destroy()); // the customer has gone
    return undefined;
  };
}
