import type { Request, Response, Server } from 'restify';
import type { Channel } from '../channel.ts';
import { deliverSigned } from '../signedPost.ts';
import { type PageShown, pageHtml, styleSource } from './page.ts';

/** What a page's link opens; `look` acknowledges nothing. */
export type PageLinks = {
  look(token: string): Promise<{ ok: true; page: PageShown } | { ok: false; reason: string }>;
  acknowledgeByLink(token: string): Promise<{ ok: true; page: PageShown } | { ok: false; reason: string }>;
};
export type PagerConfig = {
  districtName: string;
  timeZone: string;
  links: PageLinks;
  secret: string | null;
};

const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src ${styleSource}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'X-Robots-Tag': 'noindex',
};

/**
 * Paging: a signed webhook to a pager service (at least once, with one `webhook-id`), and the page's link, which
 * whoever is on call opens without a sign-in. Only the button acknowledges: programs that preview links look too.
 */
export function createPagerChannel({ districtName, timeZone, links, secret }: PagerConfig): Channel {
  const show = async (response: Response, found: Awaited<ReturnType<PageLinks['look']>>) => {
    const html = pageHtml({ districtName, timeZone }, found.ok ? found.page : null);
    response.writeHead(found.ok ? 200 : 410, headers);
    response.end(html);
  };

  return {
    id: 'pager',
    mount(server: Server) {
      server.get('/page/:token', async (request: Request, response: Response) =>
        show(response, await links.look(String(request.params.token))),
      );
      server.post('/page/:token', async (request: Request, response: Response) =>
        show(response, await links.acknowledgeByLink(String(request.params.token))),
      );
    },
    async deliver({ ref, to, subject, text }) {
      if (secret === null) return { status: 'refused', code: 'pager.noSecret' };
      const body = JSON.stringify({ id: ref, subject, text });
      return deliverSigned({ name: 'pager', url: to, secret }, { id: ref, body });
    },
  };
}
