import { type Activity, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import type { BotFrameworkAuthentication } from 'botframework-connector';
import type { Request, Response, Server } from 'restify';
import type { Channel, ConversationReader, Inbox, Wakeups } from '../channel.ts';
import { type Answer, HttpError, readJson, send, toAnswer } from '../http.ts';
import { AzureAdapter } from './azureAdapter.ts';
import { createDeliver } from './deliver.ts';
import { activityBytes, asIncoming, cleaned } from './incoming.ts';
import { createReceive } from './receive.ts';
import { createReplies } from './replies.ts';

export type AzureDependencies = {
  inbox: Inbox;
  reader: ConversationReader;
  wakeups: Wakeups;
  config: {
    MicrosoftAppType: string;
    MicrosoftAppId: string;
    MicrosoftAppPassword?: string;
    MicrosoftAppTenantId?: string;
  };
  log: {
    warn(fields: Record<string, unknown>, message?: string): void;
    error(fields: Record<string, unknown>, message?: string): void;
  };
  /** Whose tokens count; unset it is Azure's public cloud. */
  authentication?: BotFrameworkAuthentication;
  machineNow?(): Date;
  /** How long the connector may take for one activity, in milliseconds. */
  sendTimeoutMs?: number;
};

/**
 * Customers who come through Azure Bot Service. What it posts is authenticated, stored and acknowledged; the bot
 * answers in its turn, and what it says goes back by the connector, at least once.
 */
export function createAzureChannel(dependencies: AzureDependencies): Channel {
  const { config, log, machineNow = () => new Date() } = dependencies;
  const appId = config.MicrosoftAppId;
  // Without an id the SDK lets everybody in and sends to whatever address they name.
  if (!appId) throw new Error('The Azure channel needs MicrosoftAppId');
  const adapter = new AzureAdapter(
    dependencies.authentication ?? new ConfigurationBotFrameworkAuthentication(given(config)),
    dependencies.sendTimeoutMs,
  );
  const replies = createReplies(dependencies.reader, machineNow);
  const receive = createReceive({ ...dependencies, replies, machineNow });

  async function take(request: Request): Promise<Answer> {
    const header = request.headers.authorization;
    if (!header) throw new HttpError(401, 'Unauthorized', 'A token of Bot Service for this bot is needed.');
    const activity = cleaned(await readJson(request, activityBytes));
    let answer: Answer = { status: 200 };
    await adapter.authenticated(header, activity as unknown as Activity, async () => {
      answer = await receive(asIncoming(activity));
    });
    return answer;
  }

  function mount(server: Server): void {
    server.post('/api/messages', async (request: Request, response: Response) => {
      try {
        send(response, await take(request));
      } catch (error) {
        if (!(error instanceof HttpError)) log.error({ err: error }, 'azure request failed');
        else if (error.status === 401 || error.status === 403)
          log.warn({ event: 'azure.refused', status: error.status });
        send(response, toAnswer(error));
      }
    });
  }

  return { id: 'azure', mount, deliver: createDeliver({ adapter, appId, replies }) };
}

/** The SDK takes a setting that is there but undefined for a mistake. */
const given = (config: AzureDependencies['config']): Record<string, string> =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
