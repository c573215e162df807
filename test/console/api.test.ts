// biome-ignore-all lint/suspicious/noExplicitAny: answers are checked by the expectations
import { saveFile } from '../../models/file.ts';
import { ConflictError } from '../../services/errors.ts';
import { type Heard, signedInAt } from './consoleClient.ts';
import { type Fixture, openDesk } from './deskFixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  const asksTwice = async () => {
    throw new ConflictError('action.conflict', 'Asked with other arguments before');
  };
  fixture = await openDesk({ completers: { asksTwice } });
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
    for (const guess of ['guessed', 'é'.repeat(43)]) {
      const without = await post(`conversations/${id}/claim`, {}, { 'X-CSRF-Token': guess });
      expect(without).toMatchObject({ status: 403, body: { error: { code: 'csrf' } } });
    }
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

  it('keeps a CSR there who signs out on one of two machines', async () => {
    const [first, second] = [await signIn('csr1@alder.example.com'), await signIn('csr1@alder.example.com')];
    await first.send('DELETE', 'session');
    expect((await second.get('session')).body.csr.presence).toBe('available');
    await second.send('DELETE', 'session');
    expect(await fixture.csrs.find(fixture.jo.id)).toMatchObject({ presence: 'offline' });
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
    const twice = await fixture.customer({ task: { kind: 'asksTwice', version: 1, open: null, fields: {} } });
    for (const one of [id, twice]) await post(`conversations/${one}/claim`);
    const wrong: [Promise<{ status: number; body: any }>, number, string][] = [
      [get('conversations/none'), 404, 'notFound'],
      [post('conversations/none/claim'), 404, 'notFound'],
      [get(`conversations/${id}?after=minus`), 400, 'invalid'],
      [post(`conversations/${id}/messages`, { text: ' ' }), 400, 'invalid'],
      [post(`conversations/${id}/messages`, { text: 'x'.repeat(70_000) }), 413, 'tooLarge'],
      [post(`conversations/${id}/messages`, 'x', { 'Content-Type': 'text/plain' }), 415, 'notJson'],
      [post(`conversations/${id}/transfer`, { csr: 'nobody@x.org', note: 'n' }), 400, 'noSuchCsr'],
      [post(`conversations/${id}/transfer`, { skill: 'plumbing', note: 'n' }), 400, 'noSuchSkill'],
      [post(`conversations/${id}/messages`, { text: '\0\x07' }), 400, 'invalid'],
      [post(`conversations/${id}/task/complete`), 409, 'noTask'],
      [send('PATCH', `conversations/${id}/task`, { fields: { __proto__x: 1 } }), 400, 'invalid'],
      [post(`conversations/${twice}/task/complete`), 409, 'conflict'],
      [send('PUT', 'presence', { status: 'asleep' }), 400, 'invalid'],
    ];
    for (const [answer, status, code] of wrong)
      expect(await answer).toMatchObject({ status, body: { error: { code } } });
  });
});

describe('what is read', () => {
  it('takes an empty value of a query as none', async () => {
    const { get } = await sam();
    expect((await get('conversations?holder=&q=&limit=&cursor=&mine=')).status).toBe(200);
  });

  it('keeps control characters out of what a CSR writes, and line breaks in it', async () => {
    const { post } = await sam();
    const id = await fixture.customer();
    await post(`conversations/${id}/claim`);
    const { body } = await post(`conversations/${id}/messages`, { text: 'a\0b\n\tc\x1b' });
    expect(body.entry.text).toBe('ab\n\tc');
  });

  it('gives a customer’s file to a CSR as a download that cannot act, and to nobody else', async () => {
    const { get, download } = await sam();
    const [id, other] = [await fixture.customer({ says: [] }), await fixture.customer()];
    const bytes = Buffer.from('<script>alert(1)</script>');
    const name = 'bill "März".html';
    const { id: fileId } = await saveFile({ name, bytes, contentType: 'text/html', conversationId: id });
    await fixture.write(id, 'see this', { attachments: [{ fileId, name, contentType: 'text/html' }] });
    const { url } = (await get(`conversations/${id}`)).body.transcript[0].attachments[0];
    const file = await download(url);
    expect(await file.text()).toBe(bytes.toString());
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-disposition': `attachment; filename*=UTF-8''bill%20%22M%C3%A4rz%22.html`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
    expect((await fetch(`${fixture.url}${url}`)).status).toBe(401);
    expect((await download(url.replace(id, other))).status).toBe(404);
  });
});

describe('an emergency', () => {
  const rings = (id: string) => (heard: Heard) => heard.event === 'alarm' && heard.data.conversationId === id;
  const isOver = (id: string) => (heard: Heard) =>
    heard.event === 'alarmOver' && heard.data.conversationId === id;

  it('rings at every desk when a customer in line tells of a danger, until somebody takes them', async () => {
    const [one, two] = [await (await sam()).events(), await (await jo()).events()];
    for (const feed of [one, two]) await feed.until(({ event }) => event === 'versions');
    const id = await fixture.customer();
    await fixture.danger(id);
    for (const feed of [one, two]) expect((await feed.until(rings(id))).data).toMatchObject({ csrId: null });
    const late = await (await sam()).events();
    const first = await late.until(({ event }) => event === 'queue');
    expect(first.data.alarms.map((alarm: any) => alarm.conversationId)).toContain(id);
    await (await jo()).post(`conversations/${id}/claim`);
    for (const feed of [one, two, late]) {
      await feed.until(isOver(id));
    }
    // A further danger rings at every desk again, though somebody has them and has pressed nothing.
    const heard = one.heard.length;
    await fixture.danger(id);
    await one.until((told) => one.heard.indexOf(told) >= heard && rings(id)(told));
    for (const feed of [one, two, late]) feed.close();
  });

  it('rings for the CSR who has the customer, also where the desk was away when it rose', async () => {
    const { get, post, events } = await sam();
    const id = await fixture.customer();
    await post(`conversations/${id}/claim`);
    const first = await events();
    await first.until(({ event }) => event === 'versions');
    first.close();
    await fixture.danger(id);
    const again = await events();
    const begun = await again.until(({ event }) => event === 'queue');
    const mine = { conversationId: id, csrId: fixture.sam.id, customer: 'Pat Rivera' };
    expect(begun.data.alarms).toContainEqual(expect.objectContaining(mine));
    await (await jo()).post(`conversations/${id}/seen`); // it is not hers to have seen
    await post(`conversations/${id}/seen`);
    await again.until(isOver(id));
    const { transcript } = (await get(`conversations/${id}`)).body;
    const seen = transcript.filter(({ event }: any) => event === 'desk.emergencySeen');
    expect(seen.map(({ author }: any) => author)).toEqual(['Sam']);
    const before = again.heard.length;
    await fixture.danger(id); // a further danger
    await again.until((one) => again.heard.indexOf(one) >= before && rings(id)(one));
    again.close();
  });
});

describe('the live feed', () => {
  it('tells the oldest of too many desks of one CSR that it is replaced, so that it stays away', async () => {
    const { events } = await signIn('csr1@alder.example.com');
    const feeds = [];
    for (let n = 0; n < 7; n++) {
      const feed = await events();
      await feed.until(({ event }) => event === 'versions');
      feeds.push(feed);
    }
    await feeds[0]?.until(({ event }) => event === 'replaced');
    for (const feed of feeds.slice(1)) {
      expect(feed.heard.map(({ event }) => event)).not.toContain('replaced');
      feed.close();
    }
  });

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
