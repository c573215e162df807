import { InboxError, type Wakeups } from '../../adapters/channel.ts';
import { append } from '../../models/append.ts';
import { ConversationModel } from '../../models/conversation.ts';
import { newEntry } from '../../services/transcript.ts';
import { toWakeup } from './toWakeup.ts';

/**
 * A customer who goes and does not come back to this conversation: it takes nothing more in, and nobody in line is
 * left waiting for them. Only a danger stays in line, as somebody must look; and who has them is told, and closes it.
 */
export function createLeave(parts: { clock: { now(): Date }; wakeups: Wakeups; newId(): string }) {
  const { clock, wakeups, newId } = parts;

  return async function leave(id: string): Promise<void> {
    const entry = newEntry({
      id: newId(),
      at: clock.now(),
      from: 'system',
      kind: 'event',
      visible: false,
      text: '',
      activity: { type: 'event', name: 'customer.left' },
    });
    const isNobodys = {
      $or: [
        { $in: ['$holder', ['bot', 'resolved']] },
        { $and: [{ $eq: ['$holder', 'waiting'] }, { $ne: ['$handoff.priority', 'emergency'] }] },
      ],
    };
    const gone = (field: string) => ({ $cond: [isNobodys, null, field] });
    const left = await append(
      id,
      { ended: { $ne: true } },
      {
        entries: [entry],
        set: {
          ended: true,
          holder: { $cond: [isNobodys, 'resolved', '$holder'] },
          epoch: { $cond: [isNobodys, { $add: ['$epoch', 1] }, '$epoch'] },
          disposition: { $cond: [isNobodys, 'Customer left', '$disposition'] },
          handoff: gone('$handoff'),
          task: gone('$task'),
          proof: gone('$proof'),
          secret: false,
        },
      },
    );
    if (left) return wakeups.publish(toWakeup(left, left.seq - 1));
    if (!(await ConversationModel.exists({ _id: id })))
      throw new InboxError('conversation.unknown', 'No such conversation');
  };
}
