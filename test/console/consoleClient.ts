// biome-ignore-all lint/suspicious/noExplicitAny: answers are checked by the expectations
import { password } from './deskFixture.ts';

export type Answer = { status: number; body: any; headers: Headers };

/** A CSR's browser, as far as the API can tell. */
export async function signedInAt(url: string, email: string) {
  const root = `${url}/console/api`;
  let headers: Record<string, string> = {};
  async function send(method: string, path: string, body?: unknown, more = {}): Promise<Answer> {
    const response = await fetch(`${root}/${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers, ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      body: await response.json().catch(() => null),
      headers: response.headers,
    };
  }
  const signIn = await send('POST', 'session', { email, password });
  const cookie = signIn.headers.get('set-cookie') ?? '';
  headers = { Cookie: cookie.split(';')[0] ?? '', 'X-CSRF-Token': signIn.body.csrfToken ?? '' };
  return {
    cookie,
    signIn,
    send,
    get: (path: string) => send('GET', path),
    post: (path: string, body: unknown = {}, more = {}) => send('POST', path, body, more),
    download: (path: string) => fetch(`${url}${path}`, { headers }),
    events: (more = {}) => listen(`${root}/events`, { Cookie: headers.Cookie ?? '', ...more }),
  };
}

export type Heard = { id: string; event: string; data: any };

/** An event stream read frame by frame; `until` waits for the first that fits, among those heard as well. */
async function listen(url: string, headers: Record<string, string>) {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const heard: Heard[] = [];
  let wake = () => {};
  void (async () => {
    let rest = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const frames = (rest + chunk).split('\n\n');
      rest = frames.pop() ?? '';
      for (const text of frames) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? '';
        if (field('event'))
          heard.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) });
      }
      wake();
    }
  })().catch(() => {});
  async function until(fits: (heard: Heard) => boolean): Promise<Heard> {
    for (;;) {
      const found = heard.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return { status: response.status, heard, until, close: () => abort.abort() };
}
