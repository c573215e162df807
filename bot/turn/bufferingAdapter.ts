import {
  type Activity,
  ActivityTypes,
  BotAdapter,
  type ConversationReference,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import { turnKey } from '../../dialogs/turn.ts';
import type { TurnSession } from './session.ts';

/** Runs the bot for every channel and sends nothing: what is said waits in the session for the commit. */
export class BufferingAdapter extends BotAdapter {
  private readonly typing: (conversationId: string) => void;

  constructor(typing: (conversationId: string) => void) {
    super();
    this.typing = typing;
  }

  /** Runs middleware and bot over one activity; `logic` gets the context, which is dead afterwards. */
  async runTurn(
    activity: Partial<Activity>,
    session: TurnSession,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    const context = new TurnContext(this, activity);
    context.turnState.set(turnKey, session);
    await this.runMiddleware(context, logic);
  }

  /** One response per activity, in order, as the SDK expects. */
  override async sendActivities(
    context: TurnContext,
    activities: Partial<Activity>[],
  ): Promise<ResourceResponse[]> {
    const session = context.turnState.get(turnKey) as TurnSession;
    return activities.map((activity) => {
      if (activity.type === ActivityTypes.Typing) this.typing(session.conversationId);
      if (activity.type !== ActivityTypes.Message && activity.type !== ActivityTypes.Event) return { id: '' };
      return { id: session.say(activity, activity.channelData?.receipt === true) };
    });
  }

  /** Changes something said earlier in this same turn; what is committed stands. */
  override async updateActivity(
    context: TurnContext,
    activity: Partial<Activity>,
  ): Promise<ResourceResponse> {
    const session = context.turnState.get(turnKey) as TurnSession;
    const index = session.said.findIndex((entry) => entry.id === activity.id);
    if (index < 0) throw new RangeError('An activity of an earlier turn cannot be changed');
    session.say(activity, false);
    const changed = session.said.pop();
    if (changed) session.said[index] = { ...changed, id: activity.id as string };
    return { id: activity.id as string };
  }

  override async deleteActivity(
    context: TurnContext,
    reference: Partial<ConversationReference>,
  ): Promise<void> {
    const session = context.turnState.get(turnKey) as TurnSession;
    const index = session.said.findIndex((entry) => entry.id === reference.activityId);
    if (index < 0) throw new RangeError('An activity of an earlier turn cannot be taken back');
    session.said.splice(index, 1);
  }

  /** What is said outside a customer's turn enters as an entry of its own (receive.ts), never past the commit. */
  override continueConversation(): Promise<void> {
    return Promise.reject(new TypeError('Proactive messages enter through the inbox'));
  }
}
