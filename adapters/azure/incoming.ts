import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HttpError } from '../http.ts';
import { isWithinDepth, withoutOddKeys } from '../sanitise.ts';

/** The largest activity that is read, in bytes, and how deeply it may nest. */
export const activityBytes = 256 * 1024;
const activityDepth = 16;

const short = z.string().min(1).max(1_000);
const label = z.string().max(200).optional().catch(undefined);
const party = z.object({ id: short, name: label });

/** What of an activity the channel relies on; the rest is looked at by whoever takes it over. */
const incoming = z.looseObject({
  type: short,
  id: short.optional(),
  channelId: short,
  serviceUrl: z.url({ protocol: /^https?$/ }).max(1_000),
  conversation: z.object({
    id: short,
    name: label,
    isGroup: z.boolean().optional().catch(undefined),
    conversationType: label,
    tenantId: label,
  }),
  from: party.optional().catch(undefined),
  recipient: party,
  membersAdded: z.array(party).max(100).optional().catch(undefined),
});
export type Incoming = z.infer<typeof incoming>;

/** The way back to a conversation. It is only ever made of an activity whose sender proved its serviceUrl. */
export type AzureReference = Pick<Incoming, 'channelId' | 'serviceUrl' | 'conversation'> & {
  user: { id: string; name?: string };
  bot: { id: string; name?: string };
};

/** An activity as it came, without what nests too deeply or would be more than data in a store. */
export function cleaned(sent: Record<string, unknown>): Record<string, unknown> {
  if (!isWithinDepth(sent, activityDepth))
    throw new HttpError(400, 'BadArgument', 'The activity nests too deeply.');
  return withoutOddKeys(sent) as Record<string, unknown>;
}

export function asIncoming(activity: Record<string, unknown>): Incoming {
  const parsed = incoming.safeParse(activity);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, 'BadArgument', 'The activity lacks something, or something in it is malformed.');
}

/** Who talks to us: the sender, or whoever has just joined. Null where that is nobody but the bot. */
export function customerOf({ type, from, recipient, membersAdded }: Incoming): AzureReference['user'] | null {
  const joined = membersAdded?.find(({ id }) => id !== recipient.id);
  const customer = type === 'conversationUpdate' ? joined : from;
  return customer && customer.id !== recipient.id ? customer : null;
}

export const toReference = (
  { channelId, serviceUrl, conversation, recipient }: Incoming,
  user: AzureReference['user'],
): AzureReference => ({ channelId, serviceUrl, conversation, user, bot: recipient });

const digest = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** The same for one conversation of one of Azure's channels for ever; theirs may hold any character. */
export const conversationIdOf = ({ channelId, conversation }: Incoming): string =>
  `azure-${digest(channelId, conversation.id)}`;

/** The key under which an activity is taken in once. */
export function keyOf({ id }: Incoming): string {
  if (!id) throw new HttpError(400, 'BadArgument', 'The activity has no id.');
  return `activity:${digest(id)}`;
}
