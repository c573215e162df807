import type { Activity } from 'botbuilder';
import type { Conversation } from '../../models/conversation.ts';
import type { Entry } from '../../models/entry.ts';

type Parts = Pick<Conversation, '_id' | 'channelId' | 'customer' | 'language'>;

/** The event that starts a handoff in Bot Framework's protocol, made from what is stored; the transcript goes along. */
export function toHandoffInitiation(
  entry: Pick<Entry, 'id' | 'at' | 'activity'>,
  conversation: Parts,
  lines: Entry[],
): Partial<Activity> {
  const { channelId, customer } = conversation;
  const reference = { id: conversation._id, name: '', isGroup: false, conversationType: 'personal' };
  return {
    type: 'event',
    name: 'handoff.initiate',
    id: entry.id,
    timestamp: new Date(entry.at),
    channelId,
    locale: conversation.language,
    conversation: reference,
    from: { id: customer.id, name: customer.name ?? '', role: 'user' },
    value: entry.activity?.value ?? {},
    attachments: [
      {
        contentType: 'application/json',
        name: 'Transcript',
        content: { activities: lines.map((line) => toLine(line, conversation)) },
      },
    ],
  } as Partial<Activity>;
}

function toLine(line: Entry, { channelId, customer, _id }: Parts): Partial<Activity> {
  const isCustomer = line.from === 'customer';
  return {
    type: line.kind === 'message' ? 'message' : 'event',
    id: line.id,
    timestamp: new Date(line.at),
    channelId,
    conversation: { id: _id },
    from: isCustomer
      ? { id: customer.id, name: customer.name ?? '', role: 'user' }
      : { id: line.from, name: line.author?.name ?? '', role: 'bot' },
    text: line.text,
    ...(line.activity?.name ? { name: line.activity.name } : {}),
  } as Partial<Activity>;
}
