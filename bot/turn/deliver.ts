import type { Logger } from 'pino';
import { CarrierUnavailable, type Channel, type Delivery, type Outgoing } from '../../adapters/channel.ts';
import { type Conversation, ConversationModel } from '../../models/conversation.ts';
import { OutboxModel, type OutboxRow } from '../../models/outbox.ts';
import { type TranscriptEntry, TranscriptEntryModel } from '../../models/transcriptEntry.ts';
import type { Secrets } from '../../services/secrets.ts';
import { createLoop } from '../loop.ts';
import type { Faults } from './faults.ts';

/** How long a claim of a row holds (a carrier is given up before), in milliseconds of machine time. */
const usualClaimMs = 30_000;
/** How often due rows are looked for. */
const sweepMs = 500;
/** Waits before another try at a carrier that is down, doubled each time, in milliseconds; then it has failed. */
const firstWaitMs = 1_000;
const mostAttempts = 8;

type DelivererDependencies = {
  channels: Map<string, Channel>;
  secrets: Secrets;
  faults: Faults;
  log: Logger;
  claimMs?: number;
  /** The customer wants no more at that address; `key` is the row's that was refused. */
  optedOut(address: string, key: string): Promise<unknown>;
  /** The words of a notice. */
  noticeText(
    template: string,
    language: string,
    values: Record<string, string>,
  ): { text: string; subject: string };
};

/** Deliver: drains the outbox, in order within a lane, until each row is delivered, failed, refused or unknown. */
export function createDeliverer(dependencies: DelivererDependencies) {
  const { channels, secrets, faults, log, noticeText, optedOut, claimMs = usualClaimMs } = dependencies;
  let draining: Promise<void> | null = null;
  let wanted = false;

  /** Drains what is due now; a call while it runs makes it look once more. */
  function drain(): Promise<void> {
    wanted = true;
    draining ??= (async () => {
      while (wanted) {
        wanted = false;
        await drainDue();
      }
    })()
      .catch((err) => log.warn({ err }, 'outbox not drained'))
      .finally(() => {
        draining = null;
      });
    return draining;
  }

  async function drainDue(): Promise<void> {
    const lanes: string[] = await OutboxModel.distinct('lane', { dueAt: { $lte: new Date() } });
    await Promise.all(lanes.map(drainLane));
  }

  /** Only the earliest unfinished row of a lane can be claimed: that keeps the order, whoever drains. */
  async function drainLane(lane: string): Promise<void> {
    for (;;) {
      const next = await OutboxModel.findOne({ lane, status: { $in: ['queued', 'sending'] } })
        .sort({ seq: 1, at: 1 })
        .lean();
      if (!next?.dueAt || next.dueAt > new Date()) return;
      const claimed = await OutboxModel.findOneAndUpdate(
        { _id: next._id, status: next.status, dueAt: next.dueAt, attempts: next.attempts },
        { $set: { status: 'sending', dueAt: new Date(Date.now() + claimMs) }, $inc: { attempts: 1 } },
        { returnDocument: 'after' },
      ).lean();
      if (!claimed) return;
      await faults('deliver.claimed');
      if (!(await deliver(claimed, next.status === 'sending'))) return;
    }
  }

  /** Hands one row to its carrier; answers whether the lane can go on. */
  async function deliver(row: OutboxRow, inDoubt: boolean): Promise<boolean> {
    const channel = channels.get(row.channel);
    if (row.to === '') return finish(row, { status: 'refused', code: 'nobody' });
    if (!channel?.deliver) return finish(row, { status: 'refused', code: 'channel.off' });
    try {
      const delivery = await channel.deliver({ ...(await toOutgoing(row)), inDoubt });
      await faults('deliver.sent');
      return await finish(row, delivery);
    } catch (err) {
      if (!(err instanceof CarrierUnavailable) || row.attempts >= mostAttempts) {
        log.error({ err, outboxId: row._id, channel: row.channel }, 'delivery failed');
        return finish(row, { status: 'failed', code: 'carrier.unavailable' });
      }
      const dueAt = new Date(Date.now() + firstWaitMs * 2 ** (row.attempts - 1));
      await OutboxModel.updateOne({ _id: row._id }, { $set: { status: 'queued', dueAt } });
      return false;
    }
  }

  async function finish(row: OutboxRow, { status, carrierId, code, ...told }: Delivery): Promise<boolean> {
    // First: a row that is finished is not looked at again.
    if (told.optedOut) await optedOut(row.to, row._id);
    await OutboxModel.updateOne(
      { _id: row._id },
      // What a notice said is not kept once the carrier has it.
      { $set: { status, carrierId, code, dueAt: null }, $unset: { sealed: 1 } },
    );
    await faults('deliver.recorded');
    log.info({ event: `delivery.${status}`, outboxId: row._id, channel: row.channel, code });
    return true;
  }

  async function toOutgoing(row: OutboxRow): Promise<Outgoing> {
    const ref = row._id;
    if (row.template) {
      const values = JSON.parse(secrets.open(row.sealed ?? '', row._id)) as Record<string, string>;
      return { ref, to: row.to, ...noticeText(row.template, row.language ?? 'en', values) };
    }
    const entry = await TranscriptEntryModel.findById(
      `${row.conversationId}:${row.seq}`,
    ).lean<TranscriptEntry>();
    const conversation = await ConversationModel.findById(row.conversationId, {
      tail: 0,
    }).lean<Conversation>();
    if (!entry || !conversation) throw new Error('an outbox row points at nothing');
    return { ref, to: row.to, text: entry.text, entry, conversation };
  }

  const loop = createLoop('draining', drain, sweepMs, log);
  return {
    drain,
    start: loop.start,
    async stop(): Promise<void> {
      await loop.stop();
      await draining;
    },
  };
}
