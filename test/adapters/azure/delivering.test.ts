import { CarrierUnavailable } from '../../../adapters/channel.ts';
import { until } from '../../support/webchatServer.ts';
import { type Answering, type Azure, startAzure, startBot } from './azureServer.ts';

let azure: Azure;
let bot: Awaited<ReturnType<typeof startBot>>;
beforeEach(async () => {
  azure = await startAzure();
  bot = await startBot(azure);
});
afterEach(async () => {
  await bot.stop();
  await azure.stop();
});

const replied = () =>
  until(() => bot.turn.entriesOf(bot.conversationId()).find(({ from }) => from === 'bot'));

/** A customer has asked, the bot has answered, and the answer is ready to go. */
async function answerReady() {
  const { activity, send } = bot.customer();
  await send({ text: 'What do I owe?' });
  return {
    conversation: activity({}).conversation,
    outgoing: await bot.outgoing(bot.conversationId(), await replied()),
  };
}

describe('A reply to a customer on Azure', () => {
  it('goes to the serviceUrl of their conversation, as the bot, with its own token', async () => {
    const { conversation, outgoing } = await answerReady();
    expect(await bot.channel().deliver?.(outgoing)).toEqual({ status: 'delivered', carrierId: 'carrier-1' });
    expect(azure.posted).toHaveLength(1);
    const [{ path, authorization, body } = {} as never] = azure.posted;
    expect(path).toBe(`/v3/conversations/${encodeURIComponent(conversation.id)}/activities`);
    expect(authorization).toBe('Bearer bot-token');
    expect(body).toMatchObject({
      type: 'message',
      text: 'You said: What do I owe?',
      textFormat: 'plain',
      from: { id: 'bot@1' },
      recipient: { id: 'dl_ana' },
      conversation,
    });
    expect(body).not.toHaveProperty('replyToId');
  });

  it('is whole: a CSR by name, choices, cards, and how the handoff stands', async () => {
    await bot.customer().send({ text: 'hello' });
    await replied();
    const id = bot.conversationId();
    const actions = [{ type: 'imBack', title: 'Yes', value: 'yes' }];
    const card = { contentType: 'application/vnd.microsoft.card.hero', content: { title: 'Bill' } };
    const author = { id: 'csr-7', name: 'Grace' };
    const said = [
      bot.turn.say(id, {
        from: 'csr',
        author,
        text: 'It is me',
        activity: { suggestedActions: { actions }, attachments: [card, { fileId: 'f', name: 'a.pdf' }] },
      }),
      bot.turn.say(id, {
        from: 'system',
        kind: 'event',
        text: '',
        activity: { type: 'event', name: 'handoff.status', value: { state: 'accepted' } },
      }),
    ];
    for (const entry of said) await bot.channel().deliver?.(await bot.outgoing(id, entry));
    expect(azure.posted.map(({ body }) => body)).toMatchObject([
      { from: { id: 'bot@1', name: 'Grace' }, suggestedActions: { actions }, attachments: [card] },
      { type: 'event', name: 'handoff.status', value: { state: 'accepted' } },
    ]);
  });

  it('is never a trace, a typing line or the transcript that a handoff starts with', async () => {
    await bot.customer().send({ text: 'hello' });
    await replied();
    const id = bot.conversationId();
    const kept = [{ type: 'trace' }, { type: 'typing' }, { type: 'event', name: 'handoff.initiate' }];
    for (const activity of kept) {
      const entry = bot.turn.say(id, { from: 'bot', kind: 'event', text: '', activity });
      const delivery = await bot.channel().deliver?.(await bot.outgoing(id, entry));
      expect(delivery).toEqual({ status: 'delivered', code: 'azure.nothingToSend' });
    }
    expect(azure.posted).toEqual([]);
  });

  it.each<[Answering, object]>([
    [{ status: 400 }, { status: 'failed', code: 'azure.400' }],
    [{ status: 403 }, { status: 'failed', code: 'azure.403' }],
    [{ status: 404 }, { status: 'failed', code: 'azure.404' }],
    [
      { status: 200, body: 'not json' },
      { status: 'delivered', code: 'azure.noId' },
    ],
  ])('is posted once when the connector answers %j', async (answering, delivery) => {
    const { outgoing } = await answerReady();
    azure.behaviour.answering = answering;
    expect(await bot.channel().deliver?.(outgoing)).toEqual(delivery);
    expect(azure.posted).toHaveLength(1);
  });

  it.each<Answering>([{ status: 429 }, { status: 500 }, { status: 503 }, 'breaks', 'hangs'])(
    'is tried again later when the connector answers %j',
    async (answering) => {
      const { outgoing } = await answerReady();
      azure.behaviour.answering = answering;
      await expect(bot.channel().deliver?.(outgoing)).rejects.toThrow(CarrierUnavailable);
      expect(azure.posted).toHaveLength(1);
    },
  );

  it('is tried again later where the connector is not there', async () => {
    const { outgoing } = await answerReady();
    await azure.stop();
    await expect(bot.channel().deliver?.(outgoing)).rejects.toThrow(CarrierUnavailable);
  });

  it('is sent again where an earlier try was cut off: rather twice than never', async () => {
    const { outgoing } = await answerReady();
    const delivery = await bot.channel().deliver?.({ ...outgoing, inDoubt: true });
    expect(delivery).toMatchObject({ status: 'delivered' });
    expect(azure.posted).toHaveLength(1);
  });

  it('tells them when a person joins, and the page who speaks', async () => {
    await bot.customer().send({ text: 'hello' });
    await replied();
    const id = bot.conversationId();
    const entry = bot.turn.say(id, {
      from: 'system',
      kind: 'event',
      author: { id: 'csr-7', name: 'Grace' },
      text: 'Grace has joined the chat.',
      activity: { type: 'message', name: 'desk.claimed' },
    });
    await bot.channel().deliver?.(await bot.outgoing(id, entry));
    expect(azure.posted.map(({ body }) => body)).toMatchObject([
      {
        type: 'message',
        text: 'Grace has joined the chat.',
        channelData: { 'headgate:speaker': 'Grace' },
      },
    ]);
  });
});

describe('A customer whose client waits for the replies', () => {
  const expecting = { text: 'What do I owe?', deliveryMode: 'expectReplies' };

  it('has them in the answer, and not a second time through the connector', async () => {
    const { activity } = bot.customer();
    const asked = activity(expecting);
    const { status, json } = await bot.authorised(asked);
    expect(status).toBe(200);
    expect(json.activities).toMatchObject([
      { type: 'message', text: 'You said: What do I owe?', replyToId: asked.id, recipient: { id: 'dl_ana' } },
    ]);
    expect(bot.waits).toEqual([10_000]);
    expect(await bot.drain()).toEqual([{ status: 'delivered', code: 'azure.answered' }]);
    expect(azure.posted).toEqual([]);
  });

  it('has them once though the process died between: the same activity again finds the same replies', async () => {
    const { activity } = bot.customer();
    const asked = activity(expecting);
    const lost = await bot.authorised(asked);
    bot.restart();
    const [delivered] = await bot.drain();
    expect(delivered?.status).toBe('delivered');
    const { json } = await bot.authorised(asked);
    expect(json.activities).toEqual(lost.json.activities);
    expect(bot.turn.received).toHaveLength(1);
    expect(azure.posted).toEqual([]);
  });

  it('is told to ask again when the turn takes longer; what came too late goes to a person', async () => {
    bot.behaviour.hangs = true;
    const { activity } = bot.customer();
    const asked = activity(expecting);
    const { status, json } = await bot.authorised(asked);
    expect(status).toBe(504);
    expect(json.error.code).toBe('StillWorking');
    await replied();
    bot.behaviour.ahead = 60_000;
    expect(await bot.drain()).toEqual([{ status: 'unknown', code: 'azure.answeredLate' }]);
    expect(azure.posted).toEqual([]);
    bot.behaviour.hangs = false;
    expect((await bot.authorised(asked)).json.activities).toHaveLength(1);
  });

  it('has what a CSR writes later through the connector, far down the conversation too', async () => {
    const { send, activity } = bot.customer();
    for (let number = 0; number < 60; number += 1) await send({ text: `line ${number}` });
    const { json } = await bot.authorised(activity(expecting));
    expect(json.activities).toHaveLength(1);
    const id = bot.conversationId();
    const entries = bot.turn.entriesOf(id);
    const answer = entries.find(({ text }) => text.endsWith('owe?') && text.startsWith('You')) as never;
    const later = bot.turn.say(id, { from: 'csr', text: 'Grace here' });
    expect(await bot.channel().deliver?.(await bot.outgoing(id, answer))).toMatchObject({
      code: 'azure.answered',
    });
    expect(await bot.channel().deliver?.(await bot.outgoing(id, later))).toMatchObject({
      carrierId: 'carrier-1',
    });
    expect(azure.posted.map(({ body }) => body.text)).toEqual(['Grace here']);
  });

  it('gets nothing twice where the activity had come before without that wish', async () => {
    const { activity } = bot.customer();
    const asked = activity({ text: 'What do I owe?' });
    await bot.authorised(asked);
    await replied();
    expect((await bot.authorised({ ...asked, deliveryMode: 'expectReplies' })).json).toEqual({
      activities: [],
    });
    expect(await bot.drain()).toEqual([{ status: 'delivered', carrierId: 'carrier-1' }]);
  });

  it('is greeted in the answer when that is what they wait for', async () => {
    const { send } = bot.customer();
    const joining = {
      type: 'conversationUpdate',
      membersAdded: [{ id: 'dl_ana' }],
      deliveryMode: 'expectReplies',
    };
    await send(joining);
    expect(bot.turn.received).toMatchObject([
      { visible: true, activity: { awaitedUntil: expect.any(String) } },
    ]);
    expect(bot.turn.received[0]?.activity).not.toHaveProperty('deliveryMode');
  });

  it('waits for the turn of an invoke, whose words go out as after a message', async () => {
    const { send } = bot.customer();
    const { status, json } = await send({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { verb: 'pay' },
    });
    expect({ status, json }).toEqual({ status: 200, json: {} });
    expect(bot.waits).toEqual([10_000]);
    expect(bot.turn.received).toMatchObject([
      { kind: 'event', activity: { type: 'invoke', name: 'adaptiveCard/action', value: { verb: 'pay' } } },
    ]);
    bot.behaviour.hangs = true;
    expect((await send({ type: 'invoke', name: 'adaptiveCard/action' })).status).toBe(202);
  });
});
