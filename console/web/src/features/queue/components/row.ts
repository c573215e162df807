import { waited } from '../../../live/time.ts';
import type { Conversation, Priority, QueueItem } from '../../../types.ts';
import { channelName, holderName, languageName, reasonName, sentence } from '../../../words.ts';

/** One line of a list, whatever it was made from. */
export type Row = {
  id: string;
  name: string;
  what: string;
  priority: Priority;
  wait: string;
  details: string;
};

export const fromQueue = (item: QueueItem, now: number): Row => ({
  id: item.conversationId,
  name: item.customer.name ?? 'Customer',
  what: reasonName(item.reason) + (item.task ? ` · ${sentence(item.task)}` : ''),
  priority: item.priority,
  wait: waited(item.waitingSince, now),
  details: [channelName(item.channel), languageName(item.language), ...item.skills.map(sentence)].join(' · '),
});

export const fromConversation = (item: Conversation, now: number): Row => ({
  id: item.conversationId,
  name: item.customer.name ?? 'Customer',
  what: item.handoff ? reasonName(item.handoff.reason) : (item.disposition ?? holderName(item.holder)),
  priority: item.holder === 'resolved' ? 'normal' : (item.handoff?.priority ?? 'normal'),
  wait: item.holder === 'waiting' && item.handoff ? waited(item.handoff.waitingSince, now) : '',
  details: [
    channelName(item.channel),
    languageName(item.language),
    item.assignee ? `With ${item.assignee.name}` : holderName(item.holder),
  ].join(' · '),
});
