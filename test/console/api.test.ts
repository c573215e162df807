// biome-ignore-all lint/suspicious/noExplicitAny: answers are checked by the expectations
import { signedInAt } from './consoleClient.ts';
import { type Fixture, openDesk } from './deskFixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openDesk();
});
afterAll(() => fixture.close());
const signIn = (email: string) => signedInAt(fixture.url, email);
const known: Record<string, ReturnType<typeof signIn>> = {};
const once = (email: string) => {
  known[email] ??= signIn(email);
  return known[email];
};
const sam = () => once('csr2@alder.example.com');
const jo = () => once('csr1@alder.example.com');

describe('who may come in', () => {
  it('gives a session in a cookie that no script reads and no other site sends', async () => {
    const { signIn, cookie, get } = await sam();
    expect(signIn.body).toMatchObject({
      csr: { email: 'csr2@alder.example.com' },
      csrfToken: expect.any(String),
    });
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await get('session')).body.csrfToken).toBe(signIn.body.csrfToken);
    expect(signIn.headers.get('cache-control')).toBe('no-store');
  });

  it('lets nobody in without one, at any address', async () => {
    for (const path of ['session', 'queue', 'conversations', 'conversations/x', 'events', 'colleagues']) {
      const response = await fetch(`${fixture.url}/console/api/${path}`);
      expect([path, response.status]).toEqual([path, 401]);
      expect(await response.json()).toEqual({ error: { code: 'signedOut', message: 'Sign in first' } });
    }
  });

  it('changes nothing without the session’s CSRF token, and nothing for another site', async () => {
    const { send, post } = await sam();
    const id = await fixture.customer();
    const without = await post(`conversations/${id}/claim`, {}, { 'X-CSRF-Token': 'guessed' });
    expect(without).toMatchObject({ status: 403, body: { error: { code: 'csrf' } } });
    const crossSite = await send(
      'POST',
      'session',
      { email: 'a@b', password: 'c' },
      { 'Sec-Fetch-Site': 'cross-site' },
    );
    expect(crossSite.status).toBe(403);
    expect((await (await sam()).get(`conversations/${id}`)).body.conversation.holder).toBe('waiting');
  });

  it('is over after signing out, its live feed too', async () => {
    const { send, get, events } = await signIn('csr1@alder.example.com');
    const feed = await events();
    await feed.until(({ event }) => event === 'versions');
    expect((await send('DELETE', 'session')).status).toBe(204);
    await feed.until(({ event }) => event === 'signedOut');
    expect((await get('queue')).status).toBe(401);
  });

  it('says 429 after too many wrong passwords', async () => {
    const tries = [];
    for (let n = 0; n < 6; n++)
      tries.push(
        (
          await fetch(`${fixture.url}/console/api/session`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ email: 'csr3@alder.example.com', password: `${n}` }),
          })
        ).status,
      );
    expect(tries).toEqual([401, 401, 401, 401, 401, 429]);
  });
});

describe('the job', () => {
  it('takes, answers, notes and resolves; the same request again gets the first answer', async () => {
    const { get, post } = await sam();
    const id = await fixture.customer();
    const at = `conversations/${id}`;
    expect((await get('queue')).body.items.map((item: any) => item.conversationId)).toContain(id);
    expect((await post(`${at}/claim`)).status).toBe(200);
    expect((await post(`${at}/claim`)).status).toBe(200);
    expect((await (await jo()).post(`${at}/claim`)).body).toMatchObject({
      error: { code: 'taken' },
      by: { email: 'csr2@alder.example.com' },
    });
    const seen = (await get(at)).body;
    const message = { text: 'Hello Pat', afterSeq: seen.conversation.version, requestId: 'r1' };
    const [first, second] = [await post(`${at}/messages`, message), await post(`${at}/messages`, message)];
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect((await post(`${at}/notes`, { text: 'calm' })).status).toBe(200);
    expect((await post(`${at}/typing`)).status).toBe(200);
    expect((await post(`${at}/resolve`, { disposition: 'Answered' })).status).toBe(200);
    const { transcript, conversation } = (await get(`${at}?after=1`)).body;
    expect(conversation).toMatchObject({ holder: 'resolved', disposition: 'Answered' });
    expect(transcript.map(({ kind, from }: any) => `${kind} ${from}`)).toEqual([
      'event system',
      'message csr',
      'note csr',
      'event system',
      'event system',
    ]);
    expect(Object.keys(transcript[0])).not.toEqual(expect.arrayContaining(['salt']));
  });

  it('holds a stale reply with what is newer', async () => {
    const { post } = await sam();
    const id = await fixture.customer();
    await post(`conversations/${id}/claim`);
    await fixture.write(id, 'wait');
    const held = await post(`conversations/${id}/messages`, { text: 'Hi', afterSeq: 2 });
    expect(held).toMatchObject({
      status: 409,
      body: { error: { code: 'stale' }, newer: [{ text: 'wait', seq: 3 }] },
    });
  });

  it('says what is wrong with a request, and nothing of its inside', async () => {
    const { get, post, send } = await sam();
    const id = await fixture.customer();
    await post(`conversations/${id}/claim`);
    const wrong: [Promise<{ status: number; body: any }>, number, string][] = [
      [get('conversations/none'), 404, 'notFound'],
      [post('conversations/none/claim'), 404, 'notFound'],
      [get(`conversations/${id}?after=minus`), 400, 'invalid'],
      [post(`conversations/${id}/messages`, { text: ' ' }), 400, 'invalid'],
      [post(`conversations/${id}/messages`, { text: 'x'.repeat(70_000) }), 413, 'tooLarge'],
      [post(`conversations/${id}/messages`, 'x', { 'Content-Type': 'text/plain' }), 415, 'notJson'],
      [post(`conversations/${id}/transfer`, { csr: 'nobody@x.org', note: 'n' }), 400, 'noSuchCsr'],
      [post(`conversations/${id}/task/complete`), 409, 'noTask'],
      [send('PATCH', `conversations/${id}/task`, { fields: { __proto__x: 1 } }), 400, 'invalid'],
      [send('PUT', 'presence', { status: 'asleep' }), 400, 'invalid'],
    ];
    for (const [answer, status, code] of wrong)
      expect(await answer).toMatchObject({ status, body: { error: { code } } });
  });
});

describe('the live feed', () => {
  it('begins with the line and the versions, then hints at what changes', async () => {
    const { events, post } = await sam();
    const id = await fixture.customer();
    const feed = await events();
    await feed.until(({ event }) => event === 'versions');
    expect(feed.heard.map(({ event }) => event)).toEqual(['queue', 'versions']);
    expect(feed.heard[0]?.data.items.map((item: any) => item.conversationId)).toContain(id);
    expect(feed.heard[1]?.data.items).toContainEqual({ conversationId: id, version: 1 });
    await fixture.write(id, 'still there?');
    await feed.until(
      ({ event, data }) => event === 'conversation' && data.conversationId === id && data.version === 2,
    );
    await post(`conversations/${id}/claim`);
    await feed.until(({ event, data }) => event === 'queueChange' && data.gone.includes(id));
    await feed.until(({ event, data }) => event === 'mine' && data.conversationId === id);
    fixture.wakeups.publish({ type: 'typing', conversationId: id, from: 'customer' } as never);
    await feed.until(({ event }) => event === 'typing');
    expect(new Set(feed.heard.map((heard) => heard.id)).size).toBe(feed.heard.length);
    feed.close();
  });

  it('after an absence tells what is, and repeats nothing as new', async () => {
    const { events } = await sam();
    const first = await events();
    const last = await first.until(({ event }) => event === 'versions');
    first.close();
    const id = await fixture.customer({ says: ['one', 'two', 'three'] });
    const again = await events({ 'Last-Event-ID': last.id });
    const versions = await again.until(({ event }) => event === 'versions');
    expect(versions.data.items).toContainEqual({ conversationId: id, version: 3 });
    expect(again.heard.map(({ event }) => event)).toEqual(['queue', 'versions']);
    again.close();
  });

  it('brings five desks that open at once up to date, whatever happens meanwhile', async () => {
    const { events } = await sam();
    const opening = Array.from({ length: 5 }, () => events());
    const ids = await Promise.all(Array.from({ length: 10 }, () => fixture.customer()));
    const feeds = await Promise.all(opening);
    for (const feed of feeds) {
      const known = () =>
        new Set(
          feed.heard.flatMap(({ event, data }) =>
            event === 'queue'
              ? data.items.map((item: any) => item.conversationId)
              : event === 'queueChange'
                ? data.put.map((item: any) => item.conversationId)
                : [],
          ),
        );
      await feed.until(() => ids.every((id) => known().has(id)));
      feed.close();
    }
  });
});
