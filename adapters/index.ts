import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { type AzureDependencies, createAzureChannel } from './azure/azureChannel.ts';
import { createRemoteTokens } from './azure/directLine.ts';
import type { Channel, ConversationReader, Files, Inbox, Wakeups } from './channel.ts';
import { createEmailChannel, type EmailConfig } from './email/mailer.ts';
import { createHubChannel, type HubConfig } from './hub/hubChannel.ts';
import { createPagerChannel, type PagerConfig } from './pager/pagerChannel.ts';
import { createSmsChannel, type SmsConfig } from './sms/smsGateway.ts';
import { createWebchatChannel } from './webchat/webchatChannel.ts';

/** What the channels are made of; each takes its own slice. A carrier that is null is not set up. */
export type ChannelParts = {
  inbox: Inbox;
  reader: ConversationReader;
  wakeups: Wakeups;
  files: Files;
  log: Logger;
  publicUrl: string;
  /** An address as a keyed hash of its network. */
  networkOf: (address: string) => string | null;
  /** The same of itself alone. */
  addressKeyOf: (address: string) => string | null;
  clientAddress: ((request: IncomingMessage) => string) | undefined;
  webchat: {
    signingKey: Uint8Array;
    directLineSecret: string | undefined;
    trustedOrigins: string[];
    /** Set where the page's chat runs on Azure's Direct Line. */
    azureSecret: string | undefined;
  };
  sms: SmsConfig | null;
  email: EmailConfig | null;
  hub: HubConfig | null;
  pager: PagerConfig;
  azure: AzureDependencies['config'] | null;
  azureAuthentication: AzureDependencies['authentication'];
};

/** Every way in and out: one line each. A channel whose carrier is not set up is off. */
export function createChannels(parts: ChannelParts): Channel[] {
  const { webchat, sms, email, hub, pager, azure, azureAuthentication, publicUrl, ...ports } = parts;
  const { signingKey, azureSecret, ...origins } = webchat;
  const remoteTokens = azureSecret ? createRemoteTokens(azureSecret) : undefined;
  return [
    createWebchatChannel({ ...ports, signingKey, remoteTokens, config: { publicUrl, ...origins } }),
    sms && createSmsChannel(sms),
    email && createEmailChannel(email),
    hub && createHubChannel(hub, ports.reader),
    createPagerChannel(pager),
    azure && createAzureChannel({ ...ports, config: azure, authentication: azureAuthentication }),
  ].filter((channel) => channel !== null);
}
