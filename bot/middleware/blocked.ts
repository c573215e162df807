import { ActivityTypes, type Middleware, type TurnContext } from 'botbuilder';
import type { Logger } from 'pino';
import { sayPhone } from '../../dialogs/dates.ts';
import type { DistrictPhones } from '../../dialogs/root/danger.ts';
import { words } from '../../dialogs/root/person.ts';
import { followLanguage, say } from '../../dialogs/say.ts';
import { turnOf } from '../../dialogs/turn.ts';
import type { CustomersService } from '../../services/customers.ts';

/**
 * A sender whom the District has blocked is told so, and where to turn to; nothing else is done. A danger is seen to
 * all the same, and who is with a person, or in line for one, is theirs.
 */
export const blockedMiddleware = (
  { blocked }: Pick<CustomersService, 'blocked'>,
  district: DistrictPhones,
  log: Pick<Logger, 'info'>,
): Middleware => ({
  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    const turn = turnOf(context);
    const isAnswered = context.activity.type === ActivityTypes.Message && turn.holder === 'bot';
    if (!isAnswered || turn.recognised.safety) return next();
    const block = await blocked({ channel: turn.channelId, sender: context.activity.from.id });
    if (block === null) return next();
    const { blockId, reason } = block;
    // Why is in the words of a CSR and may name people: for the desk, not for the log.
    log.info({ event: 'sender.refused', blockId, conversationId: turn.conversationId });
    turn.done('sender.refused', { reason });
    followLanguage(turn);
    const phones = { phone: sayPhone(district.phone), emergencyPhone: sayPhone(district.emergencyPhone) };
    await say(context, words, 'blocked', phones);
  },
});
