import { type Activity, ActivityTypes } from 'botbuilder';
import type { Conversation } from '../../models/conversation.ts';
import type { Entry } from '../../models/entry.ts';

const bot = { id: 'headgate', name: 'Headgate', role: 'bot' };

/** The activity that the bot sees for a customer's entry, the same for every channel. */
export function toActivity(conversation: Conversation, entry: Entry, text: string): Partial<Activity> {
  const { type, ...parts } = entry.activity ?? {};
  const reference = conversation.reference as { serviceUrl?: string } | undefined;
  return {
    ...(parts as Partial<Activity>),
    type: type ?? (entry.kind === 'message' ? ActivityTypes.Message : ActivityTypes.Event),
    id: entry.id,
    timestamp: entry.at,
    channelId: conversation.channelId,
    serviceUrl: reference?.serviceUrl ?? 'urn:headgate',
    locale: conversation.language,
    from: { id: conversation.customer.id, name: conversation.customer.name ?? '', role: 'user' },
    recipient: bot,
    conversation: { id: conversation._id, name: '', isGroup: false, conversationType: 'personal' },
    text,
  } as Partial<Activity>;
}
