import { jest } from '@jest/globals';
import { generateKeyPair } from 'jose';
import { createAzureChannel } from '../../../adapters/azure/azureChannel.ts';
import { InboxError } from '../../../adapters/channel.ts';
import { loadConfig } from '../../../bot/config.ts';
import { until } from '../../support/webchatServer.ts';
import { type Azure, startAzure, startBot } from './azureServer.ts';

let azure: Azure;
let bot: Awaited<ReturnType<typeof startBot>>;
beforeEach(async () => {
  azure = await startAzure();
  bot = await startBot(azure);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await bot.stop();
  await azure.stop();
});

const nothingStored = () => expect(bot.turn.received).toEqual([]);

describe('Who may speak to the bot through Azure', () => {
  // The SDK writes there what it refuses.
  beforeEach(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));

  it('turns away whoever brings no token, a forged, expired or foreign one, and stores nothing', async () => {
    const { activity } = bot.customer();
    const { privateKey: another } = await generateKeyPair('RS256');
    const tokens = [
      undefined,
      'Bearer',
      'Bearer not.a.token',
      `Basic ${await azure.token()}`,
      `Bearer ${await azure.token({}, another)}`,
      `Bearer ${await azure.token({ exp: 1_700_000_000 })}`,
      `Bearer ${await azure.token({ aud: 'another-bot' })}`,
      `Bearer ${await azure.token({ iss: 'https://example.com' })}`,
    ];
    for (const token of tokens) {
      const { status, json } = await bot.post(activity({ text: 'hello' }), token);
      expect(status).toBe(401);
      expect(json).toEqual({ error: { code: 'Unauthorized', message: expect.any(String) } });
    }
    nothingStored();
  });

  it('refuses a serviceUrl that the token was not issued for, and sends nothing there', async () => {
    const victim = await startAzure();
    const { activity } = bot.customer();
    const { status } = await bot.authorised(activity({ text: 'hello', serviceUrl: victim.url }));
    expect(status).toBe(401);
    nothingStored();
    expect(victim.posted).toEqual([]);
    await victim.stop();
  });

  it('refuses a serviceUrl without proof even where the SDK lets everybody in', async () => {
    const openBot = await startBot(azure, { open: true });
    const { activity } = openBot.customer();
    const { status, json } = await openBot.post(activity({ text: 'hello' }), 'Bearer anything');
    expect(status).toBe(403);
    expect(json.error.code).toBe('Forbidden');
    expect(openBot.turn.received).toEqual([]);
    expect(azure.posted).toEqual([]);
    await openBot.stop();
  });

  it('refuses a channel that the key is not endorsed for', async () => {
    const { send } = bot.customer();
    expect((await send({ text: 'hello', channelId: 'facebook' })).status).toBe(401);
    nothingStored();
  });

  it('says that it cannot check a token while the keys cannot be had, and nothing about why', async () => {
    const { activity } = bot.customer();
    const authorization = `Bearer ${await azure.token()}`;
    await azure.stop();
    const { status, text } = await bot.post(activity({ text: 'hello' }), authorization);
    expect(status).toBe(503);
    expect(text).not.toMatch(/127\.0\.0\.1|openid|ECONN|fetch/i);
    nothingStored();
  });

  it('does not exist without credentials', () => {
    expect(loadConfig({}).azure).toBeNull();
    const config = { MicrosoftAppType: 'MultiTenant', MicrosoftAppId: '' };
    const log = { warn: () => {}, error: () => {} };
    expect(() => createAzureChannel({ ...bot.turn, config, log })).toThrow('MicrosoftAppId');
  });
});

describe('What a customer sends through Azure', () => {
  it('is stored once though it is posted twenty times at once', async () => {
    const { activity } = bot.customer();
    const message = activity({ text: 'What do I owe?', value: { a: 1 } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => bot.authorised(message)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(bot.turn.received).toHaveLength(1);
    expect(bot.turn.received[0]).toMatchObject({
      customer: { id: 'dl_ana', name: 'Ana' },
      kind: 'message',
      text: 'What do I owe?',
      activity: { type: 'message', value: { a: 1 }, locale: 'es-MX' },
    });
    expect(bot.conversationId()).toMatch(/^[\w-]+$/);
    expect(await bot.turn.reader.find(bot.conversationId())).toMatchObject({
      channelId: 'azure',
      language: 'es',
      reference: { serviceUrl: azure.url, channelId: 'directline', user: { id: 'dl_ana' } },
    });
  });

  it('is greeted once, when somebody but the bot joins', async () => {
    const { send } = bot.customer();
    const update = { type: 'conversationUpdate', from: { id: 'system' } };
    expect((await send({ ...update, membersAdded: [{ id: 'bot@1' }] })).status).toBe(200);
    nothingStored();
    for (let times = 0; times < 3; times += 1)
      await send({ ...update, membersAdded: [{ id: 'bot@1' }, { id: 'dl_ana', name: 'Ana' }] });
    expect(bot.turn.received).toHaveLength(1);
    expect(bot.turn.received[0]).toMatchObject({
      customer: { id: 'dl_ana' },
      activity: { type: 'conversationUpdate', membersAdded: [{ id: 'dl_ana' }] },
    });
    await until(() => bot.turn.entriesOf(bot.conversationId()).some(({ text }) => text === 'Welcome'));
  });

  it('is acknowledged and left alone where it is nothing for the bot', async () => {
    const { send } = bot.customer();
    for (const type of ['messageReaction', 'endOfConversation', 'installationUpdate', 'trace', 'made-up'])
      expect((await send({ type })).status).toBe(200);
    expect((await send({ type: 'message', text: 'my own', from: { id: 'bot@1' } })).status).toBe(200);
    nothingStored();
  });

  it('is told as typing and not stored while the customer types', async () => {
    const { send } = bot.customer();
    expect((await send({ type: 'typing' })).status).toBe(200);
    expect(bot.turn.published).toMatchObject([{ type: 'typing', from: 'customer' }]);
    nothingStored();
  });

  it('is stripped of what is not theirs to say, and of links that lead elsewhere', async () => {
    const { send } = bot.customer();
    const attachments = [
      { contentType: 'image/png', name: 'meter.png', contentUrl: 'https://evil.example/x.png' },
      { contentType: 'image/png', name: 'own.png', contentUrl: `${azure.url}/own.png` },
    ];
    const channelData = { tenant: { id: 't' } };
    await send({ text: 'a\u0000b', attachments, channelData, value: { $set: 1, ok: { __proto__: 2 } } });
    const [{ text, activity } = {} as never] = bot.turn.received;
    expect(text).toBe('ab');
    expect(activity).toEqual({
      type: 'message',
      locale: 'es-MX',
      value: { ok: {} },
      // Even the service's own only over TLS, which the fake one does not speak.
      attachments: [
        { contentType: 'image/png', name: 'meter.png' },
        { contentType: 'image/png', name: 'own.png' },
      ],
    });
    expect(azure.posted).toEqual([]);
  });

  it('is refused with a plain reason where it is malformed, too deep, too large or plays the server', async () => {
    const { activity, send } = bot.customer();
    let deep: unknown = 1;
    for (let level = 0; level < 40; level += 1) deep = { deep };
    const authorization = `Bearer ${await azure.token()}`;
    const refused = [
      await bot.post('{ not json', authorization),
      await bot.post('[]', authorization),
      await bot.post(activity({ value: deep }), authorization),
      await send({ text: 'no id', id: undefined }),
      await send({ text: { not: 'text' } }),
      await send({ text: 'nobody', recipient: undefined }),
      await send({ type: 'event', name: 'handoff.status', value: { state: 'accepted' } }),
      await send({ type: 'event' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(Array(8).fill(400));
    const large = await bot.post(activity({ text: 'x'.repeat(300_000) }), authorization);
    expect(large.status).toBe(413);
    for (const { json, text } of [...refused, large]) {
      expect(Object.keys(json.error)).toEqual(['code', 'message']);
      expect(text).not.toMatch(/ {4}at |zod|\.ts|node_modules/i);
    }
    nothingStored();
  });

  it('is answered without a word of what broke inside', async () => {
    bot.behaviour.fails = new Error('the store at 10.0.0.7 said no');
    const broken = await bot.customer().send({ text: 'hello' });
    expect(broken.status).toBe(500);
    expect(broken.text).not.toMatch(/store|10\.0/);
    expect(bot.logged).toHaveLength(1);
    bot.behaviour.fails = new InboxError('conversation.full', 'Too much');
    expect((await bot.customer().send({ text: 'hello' })).status).toBe(429);
  });
});
