import type { Logger } from 'pino';
import { createSandboxProcessor } from '../adapters/sandbox/processor.ts';
import { createStripeProcessor } from '../adapters/stripe/stripeProcessor.ts';
import { outcomeText } from '../dialogs/notices/outcomes.ts';
import { appendOnce } from '../models/appendOnce.ts';
import { AuditEntryModel } from '../models/auditEntry.ts';
import { AutopayMandateModel } from '../models/autopayMandate.ts';
import { type Conversation, ConversationModel } from '../models/conversation.ts';
import { LedgerEntryModel } from '../models/ledgerEntry.ts';
import { enqueueNotice } from '../models/outbox.ts';
import { PaymentModel } from '../models/payment.ts';
import { PaymentLinkModel } from '../models/paymentLink.ts';
import { PaymentPlanModel } from '../models/paymentPlan.ts';
import type { ChangesService } from '../services/changes.ts';
import type { DistrictClock } from '../services/clock.ts';
import type { FollowUpService } from '../services/followUps.ts';
import type { Outcome } from '../services/payments/told.ts';
import { createPaymentsService } from '../services/payments.ts';
import { createPlansService } from '../services/plans.ts';
import type { Policy } from '../services/policy.ts';
import type { Records } from '../services/records.ts';
import { loadSampleData } from '../services/sampleData.ts';
import { sampleId } from '../services/sampleHistory.ts';
import type { Secrets } from '../services/secrets.ts';
import { newEntry } from '../services/transcript.ts';
import type { Config } from './config.ts';

type PaymentParts = {
  config: Config;
  records: Records;
  changes: ChangesService;
  followUps: FollowUpService;
  secrets: Secrets;
  clock: DistrictClock;
  policy: Policy;
  log: Logger;
};

/** Where words go once the conversations are up. */
export type Speaking = {
  publicUrl: string;
  /** Whether a channel's customers are reached by a carrier, wherever they are. */
  hasCarrier(channelId: string): boolean;
  appended(conversation: Conversation): void;
};

/** An account's ledger is added up anew so long after a payment, in milliseconds of District time. */
const ledgerCheckMs = 86_400_000;

/** Payments and plans over our models, with the processor that the settings name. */
export function openPayments(parts: PaymentParts) {
  const { config, records, changes, followUps, secrets, clock, policy, log } = parts;
  let speaking: Speaking | null = null;
  const processor = config.stripe
    ? createStripeProcessor(config.stripe)
    : config.sandbox
      ? createSandboxProcessor({ secrets, followUps, clock, policy })
      : null;

  async function tell(outcome: Outcome): Promise<void> {
    const { conversationId } = outcome;
    const conversation = conversationId
      ? await ConversationModel.findById(conversationId, { tail: 0 }).lean<Conversation>()
      : null;
    if (conversation) await sayIn(conversation, outcome);
    const isReached = conversation !== null && speaking?.hasCarrier(conversation.channelId) === true;
    // In a web chat nobody sits days later; and a fee is for the customer to know, whoever paid.
    const isForOthers = outcome.kind === 'paymentReturned' && !outcome.verified;
    if (conversation === null || isForOthers || (outcome.late && !isReached)) await send(outcome);
  }

  async function sayIn(conversation: Conversation, outcome: Outcome): Promise<void> {
    const language = outcome.language ?? conversation.language;
    const { text } = outcomeText(outcome, language, { private: outcome.verified });
    const entry = newEntry({
      at: outcome.at,
      from: 'system',
      kind: 'message',
      visible: true,
      receipt: true,
      text,
      activity: { type: 'message', name: outcome.kind },
      key: outcome.key,
    });
    const after = await appendOnce(conversation._id, { ...entry, key: outcome.key });
    if (after) speaking?.appended(after);
  }

  async function send(outcome: Outcome): Promise<void> {
    const contacts = await records.contacts(outcome.accountId);
    const [channel, to] = contacts?.email
      ? (['email', contacts.email] as const)
      : (['sms', contacts?.phone ?? null] as const);
    const language = contacts?.language ?? 'en';
    const key = `notice:${outcome.key}`;
    const said = outcomeText(outcome, language, { private: true });
    const sealed = secrets.seal(JSON.stringify(said), key);
    await enqueueNotice({ key, channel, to, template: 'outcome', language, sealed, at: outcome.at });
  }

  const plans = createPlansService({
    records,
    changes,
    plans: PaymentPlanModel,
    onTheWay: (accountId) => PaymentModel.onTheWay(accountId),
    followUps,
    audit: AuditEntryModel,
    tell,
    clock,
    policy,
  });
  const payments = createPaymentsService({
    records,
    changes,
    links: PaymentLinkModel,
    payments: PaymentModel,
    mandates: AutopayMandateModel,
    planOf: plans.open,
    processor,
    languageOf: async (id) =>
      (await ConversationModel.findById(id, { language: 1 }).lean())?.language ?? null,
    followUps,
    audit: AuditEntryModel,
    tell,
    secrets,
    clock,
    policy,
    publicUrl: () => speaking?.publicUrl ?? config.http.publicUrl,
    log,
  });
  payments.onPaid(plans.look);
  // The sums that entries carry are added up again, once a month where an account was paid.
  followUps.handle('ledger.check', {
    async run({ payload: accountId }) {
      if (await LedgerEntryModel.holds(String(accountId))) return { outcome: 'holds' };
      log.error({ event: 'ledger.unbalanced', accountId }, 'an account’s ledger does not add up');
      return { outcome: 'unbalanced' };
    },
  });
  payments.onPaid(async (accountId) => {
    const key = `ledger:${accountId}:${clock.today().slice(0, 7)}`;
    const dueAt = new Date(clock.now().getTime() + ledgerCheckMs);
    await followUps.schedule({ key, kind: 'ledger.check', dueAt, payload: accountId, accountId });
  });

  return {
    payments,
    plans,
    /** Origins that the payment page's form may lead to. */
    pages: processor?.pages ?? [],
    speak(by: Speaking): void {
      speaking = by;
    },
    /** The sample customers who pay automatically have said so at the sandbox's processor. */
    async enrolSamples(): Promise<void> {
      const { accounts } = await loadSampleData(config.districtDir);
      for (const { accountNumber, autopay } of accounts) {
        if (!autopay) continue;
        const accountId = sampleId('account', accountNumber);
        const mandate = {
          accountId,
          processor: 'sandbox',
          reference: 'sandbox:approved',
          since: new Date(0),
        };
        await AutopayMandateModel.give(mandate);
        await payments.autopay.schedule(accountId);
      }
    },
  };
}
