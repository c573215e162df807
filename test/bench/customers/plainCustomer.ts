import { waterfallLines } from '../servers/waterfallBot.ts';
import { type Customer, type Line, scripted } from './customer.ts';
import { post } from './http.ts';

const expected = [/account number/, /owes \$130\.15/];
const script = waterfallLines.map((text, at) => [text, expected[at]] as Line);

/** A customer of the plain bot: the replies come back in the answer to the post. */
export function openPlain(url: string, number: number): Customer {
  let said = 0;
  const say = scripted(script, async (text) => {
    const { activities } = await post<{ activities: { text: string }[] }>(`${url}/api/messages`, {
      type: 'message',
      id: `${number}-${said++}`,
      deliveryMode: 'expectReplies',
      channelId: 'emulator',
      serviceUrl: 'http://localhost:1',
      from: { id: `customer-${number}`, role: 'user' },
      recipient: { id: 'bot', role: 'bot' },
      conversation: { id: `conversation-${number}` },
      text,
    });
    return activities[0]?.text ?? '';
  });
  return { say, close() {} };
}
