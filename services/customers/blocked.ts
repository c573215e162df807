import { type BlockedSender, blockedChannels } from '../../models/blockedSender.ts';
import type { Actor } from '../audit.ts';
import { maskEmail, maskPhone } from '../mask.ts';
import { asEmail, asPhone } from './given.ts';
import { type CustomersDeps, hashOf, isCsr, sameArgs } from './types.ts';

/**
 * A phone number, an e-mail address, or a customer's id on web chat or in Azure's channels. On the District's page
 * that id is the browser's and as lasting as its resume key.
 */
export type Sender = { channel: string; sender: string };
export type Block = {
  blockId: string;
  channel: BlockedSender['channel'];
  /** Masked. */
  sender: string;
  reason: string;
  by: string;
  at: Date;
  until: Date | null;
};
export type BlockAnswer =
  | { ok: true; block: Block }
  | { ok: false; reason: 'notAllowed' | 'badSender' | 'noReason' | 'badUntil' | 'notThere' };

const longestReason = 300;
const mostShown = 200;

/** Senders whose messages are not answered: who decided it, why, until when, and its undoing. */
export function createBlocked({ blocks, audit, secrets, clock }: CustomersDeps) {
  const keyOf = ({ channel, sender }: Sender) => secrets.mac(`sender ${channel} ${sender}`);

  return {
    async blockSender(
      request: Sender & { requestId: string; by: Actor; reason: string; until?: Date | null },
    ): Promise<BlockAnswer> {
      const { requestId, by, until = null } = request;
      if (!isCsr(by)) return { ok: false, reason: 'notAllowed' };
      const channel = blockedChannels.find((one) => one === request.channel);
      const sender = read(request);
      if (sender === null || channel === undefined) return { ok: false, reason: 'badSender' };
      const reason = request.reason.trim();
      if (reason === '' || reason.length > longestReason) return { ok: false, reason: 'noReason' };
      const argsHash = hashOf(secrets, 'block', [channel, sender, reason, until]);
      let block = await blocks.byId(requestId);
      if (block === null) {
        if (until !== null && !(until > clock.now())) return { ok: false, reason: 'badUntil' };
        const fresh: BlockedSender = {
          _id: requestId,
          argsHash,
          key: keyOf({ channel, sender }),
          channel,
          masked: masked({ channel, sender }),
          sealed: secrets.seal(sender, `blocked:${requestId}`),
          reason,
          blockedBy: by.id,
          blockedAt: clock.now(),
          until,
          liftedBy: null,
          liftedAt: null,
        };
        block = (await blocks.add(fresh)) ? fresh : await blocks.byId(requestId);
        block ??= fresh;
      }
      sameArgs(block, argsHash);
      const details = { channel, sender: block.masked, reason, until: until?.toISOString() ?? null };
      await audit.note(`${requestId}:blocked`, 'sender.blocked', {
        by,
        accountId: null,
        at: block.blockedAt,
        details,
      });
      return { ok: true, block: toBlock(block) };
    },

    async unblockSender(request: { requestId: string; blockId: string; by: Actor }): Promise<BlockAnswer> {
      const { requestId, blockId, by } = request;
      if (!isCsr(by)) return { ok: false, reason: 'notAllowed' };
      const block = await blocks.byId(blockId);
      if (block === null) return { ok: false, reason: 'notThere' };
      await blocks.lift(blockId, { liftedBy: by.id, liftedAt: clock.now() });
      const { channel } = block;
      const details = { channel, sender: block.masked };
      await audit.note(`${requestId}:${blockId}:unblocked`, 'sender.unblocked', {
        by,
        accountId: null,
        details,
      });
      return { ok: true, block: toBlock(block) };
    },

    /** The block that a sender stands under now, or null; one look by an index. */
    async blocked(from: Sender): Promise<Block | null> {
      const sender = read(from);
      const found = sender && (await blocks.standing(keyOf({ channel: from.channel, sender }), clock.now()));
      return found ? toBlock(found) : null;
    },

    /** The newest blocks that stand. */
    async blockedSenders({ by }: { by: Actor }): Promise<Block[]> {
      return isCsr(by) ? (await blocks.allStanding(clock.now(), mostShown)).map(toBlock) : [];
    },
  };
}

function read({ channel, sender }: Sender): string | null {
  if (channel === 'sms') return asPhone(sender);
  if (channel === 'email') return asEmail(sender);
  if (channel === 'azure') return sender !== '' && sender.length <= 1_000 ? sender : null;
  return /^[\w.@:-]{1,128}$/.test(sender) ? sender : null;
}

function masked({ channel, sender }: Sender): string {
  if (channel === 'sms') return maskPhone(sender);
  return channel === 'email' ? maskEmail(sender) : `${sender.slice(0, 4)}•••`;
}

const toBlock = ({
  _id,
  channel,
  masked: sender,
  reason,
  blockedBy,
  blockedAt,
  until,
}: BlockedSender): Block => ({
  blockId: _id,
  channel,
  sender,
  reason,
  by: blockedBy,
  at: blockedAt,
  until: until ?? null,
});
