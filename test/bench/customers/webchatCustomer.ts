import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { type Customer, type Line, scripted } from './customer.ts';
import { post } from './http.ts';

type Said = { type: string; text?: string; replyToId?: string; from: { id: string } };
type Opened = { conversationId: string; token: string; streamUrl: string };

/** A bill inquiry up to the proof, then given up: no line of it changes anything outside the conversation. */
export const inquiry: Line[] = [
  ['what do I owe?', /account number/],
  ['10023414', /ZIP code/],
  ['94538', /one proof/],
  ['never mind', /What else/],
];

/** A whole bill inquiry of one customer, with proof by PIN. */
export const provenInquiry = ({ accountNumber, zip, pin }: Account): Line[] => [
  ['what do I owe?', /account number/],
  [accountNumber, /ZIP code/],
  [zip, /one proof/],
  ['my PIN', /4-digit PIN/],
  [pin, /^You owe|^This account is closed/],
];
export type Account = { accountNumber: string; zip: string; pin: string };

/** A customer on web chat; a reply is here when the bot's answer to this very message comes over the socket. */
export async function openWebchat(url: string, script: Line[]): Promise<Customer> {
  const { token } = await post<Opened>(`${url}/webchat/token`, {});
  const authorised = { Authorization: `Bearer ${token}` };
  const conversations = `${url}/v3/directline/conversations`;
  const { conversationId, streamUrl } = await post<Opened>(conversations, {}, authorised);
  const address = `${conversations}/${conversationId}/activities`;

  const replies = new Map<string, string>();
  let waiting: { id: string; resolve(reply: string): void } | null = null;
  const greeted = Promise.withResolvers<void>();
  const socket = new WebSocket(streamUrl, { perMessageDeflate: false });
  socket.on('error', greeted.reject);
  socket.on('message', (data) => {
    const { activities = [] } = JSON.parse(String(data) || '{}') as { activities?: Said[] };
    for (const { type, text = '', replyToId, from } of activities) {
      if (type !== 'message' || from.id !== 'headgate') continue;
      greeted.resolve();
      if (!replyToId) continue;
      if (waiting?.id === replyToId) waiting.resolve(text);
      else replies.set(replyToId, text);
    }
  });
  await greeted.promise;
  replies.clear();

  async function converse(text: string): Promise<string> {
    // WebChat gives every message an id of its own, under which the server takes it once.
    const channelData = { clientActivityID: randomUUID() };
    const activity = { type: 'message', from: { id: 'me' }, text, channelData };
    const { id } = await post<{ id: string }>(address, activity, authorised);
    // The reply may have been faster than the answer to the post.
    const early = replies.get(id);
    if (early !== undefined) {
      replies.clear();
      return early;
    }
    return new Promise((resolve) => {
      waiting = { id, resolve };
    });
  }

  return { say: scripted(script, converse), close: () => socket.terminate() };
}
