import type { Activity } from 'botbuilder';
import type { ActivityParts, Entry } from '../../models/entry.ts';
import type { Inbound } from '../channel.ts';
import { asLocale, eventName, messageText } from '../sanitise.ts';
import { speakerData } from '../speaker.ts';
import { type AzureReference, conversationIdOf, customerOf, type Incoming, keyOf } from './incoming.ts';

/**
 * What a customer sent, as the turn takes it; null for what is none of the bot's business. `awaitedUntil` marks
 * an entry whose sender waits for the replies (replies.ts). The activity's own `deliveryMode` is left behind:
 * the SDK would take the turn's replies away by it.
 */
export function toInbound(sent: Incoming, awaitedUntil?: Date): Inbound | null {
  const customer = customerOf(sent);
  if (!customer) return null;
  const awaited = awaitedUntil ? { awaitedUntil: awaitedUntil.toISOString() } : {};
  const common = { conversationId: conversationIdOf(sent), customer, visible: true, text: '' };
  const parts = (type: string): ActivityParts => ({ type, ...keptParts(sent), ...awaited });
  switch (sent.type) {
    case 'message': {
      const attachments = toAttachments(sent);
      const activity = { ...parts('message'), ...(attachments.length > 0 ? { attachments } : {}) };
      return { ...common, key: keyOf(sent), kind: 'message', text: messageText(sent), activity };
    }
    case 'event':
    case 'invoke': {
      const activity = { ...parts(sent.type), name: eventName(sent.name) };
      return { ...common, key: keyOf(sent), kind: 'event', activity };
    }
    case 'conversationUpdate': {
      // One key for the whole conversation: however often Azure says that somebody came, the bot greets once.
      const activity = { ...parts(sent.type), membersAdded: [{ id: customer.id }] };
      return { ...common, key: 'joined', kind: 'event', visible: awaitedUntil !== undefined, activity };
    }
    default:
      return null;
  }
}

function keptParts({ value, locale }: Incoming): Omit<ActivityParts, 'type'> {
  const known = asLocale(locale);
  return { ...(value === undefined || value === null ? {} : { value }), ...(known ? { locale: known } : {}) };
}

/** What came along, by name. Nothing is fetched, and a link stays only where it leads to the service itself. */
function toAttachments({ attachments, serviceUrl }: Incoming): unknown[] {
  if (!Array.isArray(attachments)) return [];
  return attachments.slice(0, 10).map((one) => {
    const { name, contentType, contentUrl } = (one ?? {}) as Record<string, unknown>;
    const url = typeof contentUrl === 'string' && contentUrl.length <= 2_000 ? URL.parse(contentUrl) : null;
    const isTheirs = url?.protocol === 'https:' && url.host === new URL(serviceUrl).host;
    return {
      contentType: String(contentType ?? 'application/octet-stream').slice(0, 100),
      name: String(name ?? 'file').slice(0, 120),
      ...(isTheirs ? { contentUrl } : {}),
    };
  });
}

const shownParts = ['name', 'value', 'attachmentLayout', 'suggestedActions', 'inputHint', 'locale'] as const;

/** An entry as Bot Service takes it, or null for what no customer is sent. Text is plain. */
export function toActivity(entry: Entry, reference: AzureReference): Partial<Activity> | null {
  const { activity = {} } = entry;
  // What the desk does is an event in the record and a sentence to the customer: "Sam has joined the chat."
  const isMessage = entry.kind === 'message' || activity.type === 'message';
  if (!entry.visible || (!isMessage && activity.type !== 'event')) return null;
  // What starts a handoff carries the whole transcript: it is for the desk alone.
  if (activity.name === 'handoff.initiate') return null;
  const parts = Object.fromEntries(
    shownParts.filter((part) => activity[part] != null).map((part) => [part, activity[part]]),
  );
  const attachments = (activity.attachments ?? []).filter(isCarriable);
  const { channelId, serviceUrl, conversation, user, bot } = reference;
  return {
    type: isMessage ? 'message' : 'event',
    id: entry.id,
    timestamp: new Date(entry.at),
    channelId,
    serviceUrl,
    conversation,
    from: { ...bot, ...(entry.from === 'csr' && entry.author ? { name: entry.author.name } : {}) },
    recipient: user,
    ...(isMessage ? { text: entry.text, textFormat: 'plain' } : {}),
    ...parts,
    // Only where the client is the District's page; elsewhere channelData is the channel's.
    ...(channelId === 'directline' || channelId === 'webchat' ? { channelData: speakerData(entry) } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
  } as Partial<Activity>;
}

/** Cards and links travel. A file of ours does not: its link would need a token that Azure does not have. */
const isCarriable = (attachment: unknown): boolean => {
  const { contentUrl, content } = (attachment ?? {}) as Record<string, unknown>;
  return contentUrl !== undefined || content !== undefined;
};
