import { isDeepStrictEqual } from 'node:util';
import type { ActivityParts, Entry } from '../../models/entry.ts';
import type { Inbound } from '../channel.ts';
import { HttpError } from '../http.ts';
import { asLocale, eventName, isWithinDepth, messageText, shortText, withoutOddKeys } from '../sanitise.ts';
import { speakerData } from '../speaker.ts';

/** An activity as Direct Line clients send it: anything may be in it, and most of it is not theirs to say. */
export type ClientActivity = Record<string, unknown>;
/** A file that came with a message; it lies behind the Files port and is shown by a signed link. */
export type SavedFile = { fileId: string; name: string; contentType: string; thumbnailUrl?: string };

export type InboundContext = {
  conversationId: string;
  customer: { id: string; name?: string };
  /** Used where the client names its message in no way of its own. */
  newKey(): string;
  activityDepth: number;
  files?: SavedFile[];
};

const bad = (message: string) => new HttpError(400, 'BadArgument', message);

/**
 * What a customer's client sent, as the turn takes it. Its id, time, sender, recipient, channel and
 * conversation are ours to say and are left behind, and so are attachments: a file comes by upload or not at all.
 */
export function toInbound(sent: ClientActivity, context: InboundContext): Inbound {
  if (!isWithinDepth(sent, context.activityDepth)) throw bad('The activity nests too deeply.');
  const activity = withoutOddKeys(sent) as ClientActivity;
  const { conversationId, customer, files = [] } = context;
  const key = `${conversationId}:${clientKey(activity) ?? context.newKey()}`;
  const common = { conversationId, key, customer, visible: true };
  if (activity.type === 'message') {
    const text = messageText(activity);
    if (text.trim() === '' && activity.value == null && files.length === 0)
      throw bad('A message needs a text, a value or a file.');
    const parts = { ...sharedParts(activity, sent), ...(files.length > 0 ? { attachments: files } : {}) };
    return { ...common, kind: 'message', text, activity: { type: 'message', ...parts } };
  }
  if (activity.type === 'event') {
    const name = eventName(activity.name);
    return {
      ...common,
      kind: 'event',
      text: '',
      activity: { type: 'event', name, ...sharedParts(activity, sent) },
    };
  }
  throw bad('Activities of this type are not accepted.');
}

/** The customer joins: the bot greets, once, because the key never changes. */
export const toJoined = (
  conversationId: string,
  customer: { id: string; name?: string },
  locale?: string,
): Inbound => ({
  conversationId,
  key: `join:${conversationId}`, // no client can write a key that begins like this
  customer,
  kind: 'event',
  visible: false,
  text: '',
  activity: {
    type: 'conversationUpdate',
    membersAdded: [{ id: customer.id }, { id: botId }],
    ...(locale ? { locale } : {}),
  },
});

/** WebChat and Direct Line write the name of a message's key in two ways. */
function clientKey({ channelData }: ClientActivity): string | undefined {
  if (typeof channelData !== 'object' || channelData === null) return undefined;
  const data = channelData as Record<string, unknown>;
  return shortText(data.clientActivityID ?? data.clientActivityId, 'clientActivityID', 200);
}

function sharedParts(
  { value, locale, channelData, entities }: ClientActivity,
  sent: ClientActivity,
): ActivityParts {
  const data = typeof channelData === 'object' && !Array.isArray(channelData) ? channelData : null;
  const isWhole = isDeepStrictEqual(channelData, sent.channelData);
  return {
    ...(value === undefined || value === null ? {} : { value }),
    ...(asLocale(locale) ? { locale: locale as string } : {}),
    ...(data ? { channelData: data as Record<string, unknown> } : {}),
    // Clients get it back as they sent it; names that a store reads otherwise are kept inside a text.
    ...(data && !isWhole ? { channelDataText: JSON.stringify(sent.channelData) } : {}),
    ...(Array.isArray(entities) ? { entities: entities.slice(0, 20) } : {}),
  };
}

export const botId = 'headgate';

export type OutgoingContext = {
  conversationId: string;
  customerId: string;
  botName: string;
  /** A link to a file of this conversation that works without a header. */
  linkTo(fileId: string): string;
};

/** What of an activity a customer's client is shown; everything else in an entry is ours. */
const shownParts = [
  'name',
  'value',
  'attachmentLayout',
  'suggestedActions',
  'inputHint',
  'locale',
  'speak',
  'summary',
  'entities',
  'textFormat',
] as const;

/** A numbered entry as the customer's client sees it. Text is plain unless the bot says otherwise. */
export function toActivity(entry: Entry, context: OutgoingContext) {
  const { activity = {} } = entry;
  // What the desk does is an event in the record and a sentence to the customer: "Sam has joined the chat."
  const isMessage = entry.kind === 'message' || activity.type === 'message';
  const parts = Object.fromEntries(
    shownParts.filter((part) => activity[part] != null).map((part) => [part, activity[part]]),
  );
  return {
    type: isMessage ? 'message' : 'event',
    id: entry.id,
    timestamp: new Date(entry.at).toISOString(),
    channelId: 'webchat',
    conversation: { id: context.conversationId },
    from: speaker(entry, context),
    ...(isMessage ? { textFormat: 'plain', text: entry.text } : {}),
    ...parts,
    ...(activity.attachments?.length
      ? { attachments: activity.attachments.map((one) => linked(one, context)) }
      : {}),
    // WebChat holds a reply back until it has what it replies to, and orders by this number.
    ...(entry.replyTo ? { replyToId: entry.replyTo } : {}),
    channelData: { ...dataAsSent(activity), ...speakerData(entry), 'webchat:sequence-id': entry.shown },
  };
}
export type DirectLineActivity = ReturnType<typeof toActivity>;

/**
 * Somebody on our side is typing: shown at once and never stored. Its place is after what has been shown, so that
 * the message it announces comes after it and ends it.
 */
export const toTyping = (
  from: 'bot' | 'csr',
  name: string | undefined,
  { id, at, after }: { id: string; at: Date; after: number },
  { conversationId, botName }: Pick<OutgoingContext, 'conversationId' | 'botName'>,
) => ({
  type: 'typing',
  id,
  timestamp: at.toISOString(),
  channelId: 'webchat',
  conversation: { id: conversationId },
  from: { id: from === 'csr' ? csrId : botId, name: name ?? botName, role: 'bot' },
  channelData: { 'webchat:sequence-id': after + 0.5 },
});

const csrId = 'csr'; // a CSR's own id is nothing a customer's client needs

function speaker({ from, author }: Entry, { customerId, botName }: OutgoingContext) {
  if (from === 'customer') return { id: customerId, name: author?.name ?? '', role: 'user' };
  if (from === 'csr') return { id: csrId, name: author?.name ?? '', role: 'bot' };
  return { id: botId, name: botName, role: 'bot' };
}

const dataAsSent = ({ channelData, channelDataText }: ActivityParts): Record<string, unknown> | undefined =>
  typeof channelDataText === 'string' ? JSON.parse(channelDataText) : channelData;

function linked(attachment: unknown, { linkTo }: OutgoingContext): unknown {
  const { fileId, ...shown } = attachment as Partial<SavedFile>;
  return fileId ? { ...shown, contentUrl: linkTo(fileId) } : attachment;
}
