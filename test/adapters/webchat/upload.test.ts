import { startWebchat, until, type WebchatServer } from '../../support/webchatServer.ts';

let server: WebchatServer;
beforeAll(async () => {
  server = await startWebchat({
    limits: {
      fileBytes: 50_000,
      uploadBytes: 80_000,
      files: 3,
      uploadsAtOnceBytes: 200_000,
      uploadsAtOnceFromIpBytes: 120_000,
    },
  });
});
afterAll(() => server.stop());
afterEach(() => {
  server.clock.ahead = 0;
});

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
type Part = [name: string, bytes: string | Buffer, type?: string];

async function upload(parts: Part[], activity: unknown) {
  const customer = await server.begin();
  const form = new FormData();
  const text = typeof activity === 'string' ? activity : JSON.stringify(activity);
  form.append('activity', new Blob([text], { type: 'application/vnd.microsoft.activity' }), 'blob');
  for (const [name, bytes, type = 'application/octet-stream'] of parts)
    form.append('file', new Blob([new Uint8Array(Buffer.from(bytes))], { type }), name);
  const response = await fetch(`${server.url}${customer.path}/upload?userId=other`, {
    method: 'POST',
    headers: { authorization: `Bearer ${customer.token}` },
    body: form,
  });
  return { status: response.status, json: (await response.json()) as { id: string }, customer };
}

const said = { type: 'message', text: 'look' };

it('keeps a picture by what it is, whatever it calls itself, and serves it as a download', async () => {
  const { status, json, customer } = await upload([['../../evil\u202egpj.exe', png, 'text/html']], said);
  expect(status).toBe(200);
  const { activities } = await customer.read();
  const [attachment] = activities.find(({ id }: { id: string }) => id === json.id).attachments;
  expect(attachment).toEqual({
    name: 'evilgpj.exe',
    contentType: 'image/png',
    contentUrl: expect.stringContaining(`${customer.path}/files/`),
  });
  const file = await fetch(attachment.contentUrl);
  expect(Buffer.from(await file.arrayBuffer()).equals(png)).toBe(true);
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': expect.stringMatching(/^attachment;/),
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining('sandbox'),
  });
});

it('serves a file by its signed link alone, for a day', async () => {
  const { json, customer } = await upload([['a.png', png]], said);
  const { activities } = await customer.read();
  const url = new URL(activities.find(({ id }: { id: string }) => id === json.id).attachments[0].contentUrl);
  const status = async (change: (changed: URL) => void) => {
    const changed = new URL(url);
    change(changed);
    return (await fetch(changed)).status;
  };
  const other = await server.begin();
  expect(await status(() => {})).toBe(200);
  expect(await status((changed) => changed.searchParams.delete('s'))).toBe(403);
  expect(await status((changed) => changed.searchParams.set('e', '9999999999'))).toBe(403);
  expect(
    await status((changed) => {
      changed.pathname = changed.pathname.replace(customer.conversationId, other.conversationId);
    }),
  ).toBe(403);
  server.clock.ahead = 26 * 3_600_000;
  expect(await status(() => {})).toBe(403);
});

const refusals: [string, Part[], unknown, number][] = [
  ['a page', [['a.png', '<!doctype html><script>x</script>\0', 'image/png']], said, 415],
  ['a program', [['a.pdf', Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), 'application/pdf']], said, 415],
  [
    'one good and one bad file',
    [
      ['a.png', png],
      ['b.bin', Buffer.from([0, 1, 2, 3])],
    ],
    said,
    415,
  ],
  ['a file that is too large', [['a.txt', 'x'.repeat(50_001)]], said, 413],
  [
    'files that are too large together',
    [
      ['a.txt', 'x'.repeat(45_000)],
      ['b.txt', 'x'.repeat(45_000)],
    ],
    said,
    413,
  ],
  ['too many files', Array.from({ length: 5 }, (_, n): Part => [`${n}.txt`, 'x']), said, 413],
  ['no file', [], said, 400],
  ['an activity that is no JSON', [['a.txt', 'x']], '{', 400],
  ['an event', [['a.txt', 'x']], { type: 'event', name: 'x' }, 400],
];

it.each(refusals)('refuses %s and keeps nothing', async (_, parts, activity, wanted) => {
  const before = server.turn.received.length;
  const { status, json } = await upload(parts, activity);
  expect([status, Object.keys(json)]).toEqual([wanted, ['error']]);
  expect(server.turn.received.slice(before).every((one) => one.kind === 'event')).toBe(true);
});

it('takes one file as the raw body', async () => {
  const { path, token, read } = await server.begin();
  const response = await fetch(`${server.url}${path}/upload?userId=x`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'image/png',
      'content-disposition': 'name="file"; filename="meter.png"',
    },
    body: new Uint8Array(png),
  });
  const { id } = (await response.json()) as { id: string };
  const { activities } = await read();
  const echo = activities.find((one: { id: string }) => one.id === id);
  expect(echo.attachments).toMatchObject([{ name: 'meter.png', contentType: 'image/png' }]);
});

it('takes no more uploads at once from one address than fit into memory, and the next ones after them', async () => {
  const save = server.turn.files.save;
  const gate = Promise.withResolvers<void>();
  let saving = 0;
  server.turn.files.save = async (file) => {
    saving += 1;
    await gate.promise;
    return save(file);
  };
  const text = 'a'.repeat(45_000);
  const first = [upload([['a.txt', text]], said), upload([['b.txt', text]], said)];
  await until(() => saving === 2);
  const third = await upload([['c.txt', text]], said);
  expect(third.status).toBe(429);
  gate.resolve();
  server.turn.files.save = save;
  expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
  expect((await upload([['d.txt', text]], said)).status).toBe(200);
});
