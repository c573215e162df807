import { type Activity, CloudAdapter, type ConversationReference, type TurnContext } from 'botbuilder';
import {
  AuthenticationConstants,
  AuthenticationError,
  type BotFrameworkAuthentication,
  type ClaimsIdentity,
  type ConnectorClient,
} from 'botframework-connector';
import { HttpError } from '../http.ts';
import { SendError, sendOnce } from './sendOnce.ts';

/** The SDK's adapter, for the two things it is needed for: to prove who sends, and to send as the bot. */
export class AzureAdapter extends CloudAdapter {
  private readonly timeoutMs: number;

  /** A call to the connector is given up after `timeoutMs`. */
  constructor(authentication: BotFrameworkAuthentication, timeoutMs = 10_000) {
    super(authentication);
    this.timeoutMs = timeoutMs;
  }

  /**
   * Runs `logic` if the activity's sender is Bot Service and has proved the serviceUrl in it. The SDK alone
   * does not always ask for that proof: tokens of the Emulator and of other bots carry no serviceurl claim.
   */
  async authenticated(header: string, activity: Activity, logic: () => Promise<void>): Promise<void> {
    let isProved = false;
    try {
      await this.processActivity(header, activity, async (context) => {
        const claims = context.turnState.get(this.BotIdentityKey) as ClaimsIdentity;
        const serviceUrl = claims.getClaimValue(AuthenticationConstants.ServiceUrlClaim);
        if (!activity.serviceUrl || serviceUrl !== activity.serviceUrl)
          throw new HttpError(403, 'Forbidden', 'The token was not issued for this serviceUrl.');
        isProved = true;
        await logic();
      });
    } catch (error) {
      throw isProved ? error : toRefusal(error);
    }
  }

  /** Sends one activity to where its conversation is; answers the id that it got there. */
  async send(
    appId: string,
    reference: Partial<ConversationReference>,
    activity: Partial<Activity>,
  ): Promise<string | undefined> {
    let handedOver = false;
    let id: string | undefined;
    const logic = async (context: TurnContext) => {
      const connector = context.turnState.get(this.ConnectorClientKey) as ConnectorClient;
      sendOnce(connector, this.timeoutMs, () => {
        handedOver = true;
      });
      // Not context.sendActivity: it would make this a reply to the continuation event, which nobody else knows.
      const [response] = await this.sendActivities(context, [activity]);
      id = response?.id || undefined;
    };
    try {
      await this.continueConversationAsync(appId, reference, logic);
    } catch (error) {
      throw new SendError(error, handedOver);
    }
    return id;
  }
}

/** What came before the proof is a refusal, and says no more: messages of the SDK name ids, issuers and keys. */
function toRefusal(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  const { name } = error as Error;
  const keysAreMissing = error instanceof AuthenticationError && error.statusCode >= 500;
  if (keysAreMissing || name === 'FetchError')
    return new HttpError(503, 'Unavailable', 'The token cannot be checked now.', { 'Retry-After': '5' });
  return new HttpError(401, 'Unauthorized', 'A token of Bot Service for this bot is needed.');
}
