import { fileName } from '../../../adapters/sanitise.ts';
import { toActivity, toInbound } from '../../../adapters/webchat/translate.ts';
import type { Entry } from '../../../models/entry.ts';

const context = {
  conversationId: 'c',
  customer: { id: 'dl_ana' },
  newKey: () => 'random',
  activityDepth: 16,
};

/** What WebChat 4.18 sends when a customer writes and presses the button. */
const fromWebChat = {
  type: 'message',
  text: 'hello\u0000 there\nsecond line',
  textFormat: 'plain',
  locale: 'en-US',
  inputHint: 'x',
  from: { id: 'r_1', name: '', role: 'user' },
  timestamp: '2026-11-23T10:00:00.000Z',
  localTimestamp: '2026-11-23T02:00:00.000-08:00',
  channelData: {
    clientActivityID: 'a1',
    attachmentSizes: [],
    clientTimestamp: 't',
    'webchat:sequence-id': 9,
  },
  entities: [{ type: 'ClientCapabilities', requiresBotState: true }],
};

it('takes text, locale, data and the client’s own key, and leaves the rest behind', () => {
  expect(toInbound(fromWebChat, context)).toEqual({
    conversationId: 'c',
    key: 'c:a1',
    customer: { id: 'dl_ana' },
    kind: 'message',
    visible: true,
    text: 'hello there\nsecond line',
    activity: {
      type: 'message',
      locale: 'en-US',
      channelData: fromWebChat.channelData,
      entities: fromWebChat.entities,
    },
  });
});

it('gives a message without a key of its own a random one', () => {
  expect(toInbound({ type: 'message', text: 'x' }, context).key).toBe('c:random');
});

it('takes a pressed button’s value as its text where it has no other', () => {
  expect(toInbound({ type: 'message', value: 'yes' }, context)).toMatchObject({
    text: 'yes',
    activity: { value: 'yes' },
  });
});

it('drops keys that a store or an object would take for something else', () => {
  const sent = JSON.parse(
    '{"type":"event","name":"x","value":{"$where":1,"a.b":2,"__proto__":{"p":1},"ok":[{"$in":1,"y":2}]}}',
  );
  expect(toInbound(sent, context).activity?.value).toEqual({ ok: [{ y: 2 }] });
});

const entry = {
  id: 'e1',
  at: new Date('2026-11-23T10:00:00Z'),
  kind: 'message',
  visible: true,
  text: 'Hello',
  salt: 's',
  textHash: 'h',
  seq: 7,
  shown: 4,
} as const;
const outgoing = {
  conversationId: 'c',
  customerId: 'dl_ana',
  botName: 'Assistant',
  linkTo: (id: string) => `https://d.example/${id}`,
};

it.each<[Entry['from'], object]>([
  ['customer', { id: 'dl_ana', name: '', role: 'user' }],
  ['bot', { id: 'headgate', name: 'Assistant', role: 'bot' }],
  ['system', { id: 'headgate', name: 'Assistant', role: 'bot' }],
])('says explicitly that %s speaks', (from, wanted) => {
  expect(toActivity({ ...entry, from }, outgoing).from).toEqual(wanted);
});

it('shows a CSR by name alone, and nothing that is ours', () => {
  const activity = toActivity(
    {
      ...entry,
      from: 'csr',
      author: { id: 'rosa@district.example', name: 'Rosa' },
      replyTo: 'e0',
      sealed: 'sealed',
      key: 'k',
      activity: {
        sensitive: true,
        internal: 1,
        inputHint: 'expectingInput',
        channelData: { a: 1 },
        suggestedActions: { actions: [] },
      },
    },
    outgoing,
  );
  expect(activity).toEqual({
    type: 'message',
    id: 'e1',
    timestamp: '2026-11-23T10:00:00.000Z',
    channelId: 'webchat',
    conversation: { id: 'c' },
    from: { id: 'csr', name: 'Rosa', role: 'bot' },
    textFormat: 'plain',
    text: 'Hello',
    inputHint: 'expectingInput',
    suggestedActions: { actions: [] },
    replyToId: 'e0',
    channelData: { a: 1, 'headgate:speaker': 'Rosa', 'webchat:sequence-id': 4 },
  });
});

it('links to saved files and leaves other attachments as they are', () => {
  const card = { contentType: 'application/vnd.microsoft.card.hero', content: { title: 'Bill' } };
  const attachments = [{ fileId: 'f1', name: 'a.png', contentType: 'image/png' }, card];
  expect(toActivity({ ...entry, from: 'bot', activity: { attachments } }, outgoing)).toMatchObject({
    attachments: [{ name: 'a.png', contentType: 'image/png', contentUrl: 'https://d.example/f1' }, card],
  });
});

it('cleans a file’s name of paths and of what makes it look like another', () => {
  expect(fileName('..\\..\\a/b\u202egnp.exe\u0000')).toBe('bgnp.exe');
  expect(fileName('')).toBe('file');
  expect(fileName('x'.repeat(300)).length).toBe(120);
  expect(fileName(`${'😀'.repeat(70)}a.png`)).toMatch(/^(😀)+a\.png$/u);
});

it('gives a client its data back as it sent it, whatever its names', () => {
  const channelData = JSON.parse('{"clientActivityID":"a1","a.b":1,"$d":{"x.y":[2]},"__proto__":{"z":3}}');
  const inbound = toInbound({ type: 'message', text: 'x', channelData }, context);
  expect(JSON.stringify(inbound.activity?.channelData)).toBe('{"clientActivityID":"a1"}');
  const echo = toActivity({ ...entry, from: 'customer', activity: inbound.activity }, outgoing).channelData;
  const { 'webchat:sequence-id': _, ...data } = echo as Record<string, unknown>;
  expect(JSON.stringify(data)).toBe(JSON.stringify(channelData));
});

it.each([{}, { text: '' }, { text: ' \n' }, { text: '\u0000' }])(
  'takes in no message that is empty: %j',
  (parts) => {
    expect(() => toInbound({ type: 'message', ...parts }, context)).toThrow('needs a text');
  },
);
