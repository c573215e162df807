import {
  type Activity,
  BotAdapter,
  ConversationState,
  MemoryStorage,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import { answerBench, usage } from './answers.ts';
import { createWaterfallBot, waterfallLines } from './waterfallBot.ts';

/** The SDK alone: no HTTP, no authentication, and what is said goes nowhere. */
class BareAdapter extends BotAdapter {
  override async sendActivities(
    _: TurnContext,
    activities: Partial<Activity>[],
  ): Promise<ResourceResponse[]> {
    return activities.map(() => ({ id: 'said' }));
  }

  override async updateActivity(): Promise<undefined> {}
  override async deleteActivity(): Promise<void> {}
  override async continueConversation(): Promise<void> {}

  turn(activity: Partial<Activity>, bot: (context: TurnContext) => Promise<void>): Promise<void> {
    return this.runMiddleware(new TurnContext(this, activity), bot);
  }
}

const adapter = new BareAdapter();
const bot = createWaterfallBot(new ConversationState(new MemoryStorage()));

async function run({ conversations, ms }: { conversations: number; ms: number }) {
  const ends = performance.now() + ms;
  const latencies: number[] = [];
  const talk = async (_: unknown, number: number) => {
    for (let at = 0; performance.now() < ends; at++) {
      const began = performance.now();
      await adapter.turn(
        {
          type: 'message',
          id: String(at),
          channelId: 'test',
          serviceUrl: 'urn:bench',
          from: { id: 'customer', name: '' },
          recipient: { id: 'bot', name: '' },
          conversation: { id: `c${number}`, name: '', isGroup: false, conversationType: 'personal' },
          text: waterfallLines[at % waterfallLines.length],
        },
        bot,
      );
      latencies.push(performance.now() - began);
      // Other processes' servers have a socket between two turns; here the loop must be let go by hand.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: conversations }, talk));
  return { latencies, seconds: ms / 1000 };
}

answerBench({}, { usage, run: (argument) => run(argument as Parameters<typeof run>[0]), stop: () => {} });
