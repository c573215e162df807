import type { Middleware, TurnContext } from 'botbuilder';
import type { Logger } from 'pino';
import { turnOf } from '../../dialogs/turn.ts';

/** One line per turn: ids and outcomes, never a word of what was said. */
export const turnLog = (log: Logger): Middleware => ({
  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    const began = performance.now();
    const { conversationId, recognised, holder } = turnOf(context);
    await next();
    log.debug({
      event: 'turn.ran',
      conversationId,
      channelId: context.activity.channelId,
      turnId: context.activity.id,
      intent: recognised.intent,
      holder,
      ms: Math.round(performance.now() - began),
    });
  },
});
