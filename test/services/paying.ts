import { createHmac } from 'node:crypto';
import { createSandboxProcessor } from '../../adapters/sandbox/processor.ts';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { AutopayMandateModel } from '../../models/autopayMandate.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { FollowUpModel } from '../../models/followUp.ts';
import { LedgerEntryModel } from '../../models/ledgerEntry.ts';
import { PaymentModel } from '../../models/payment.ts';
import { PaymentLinkModel } from '../../models/paymentLink.ts';
import { PaymentPlanModel } from '../../models/paymentPlan.ts';
import { PendingChangeModel } from '../../models/pendingChange.ts';
import { createChanges } from '../../services/changes.ts';
import { createFollowUps } from '../../services/followUps.ts';
import type { PaymentProcessor, ProcessorEvent } from '../../services/payments/processor.ts';
import type { Outcome } from '../../services/payments/told.ts';
import { createPaymentsService, type PaymentDeps } from '../../services/payments.ts';
import { createPlansService } from '../../services/plans.ts';
import { seedSampleDistrict } from '../../services/sampleDistrict.ts';
import { sampleId } from '../../services/sampleHistory.ts';
import type { openDistrict } from './district.ts';

export const mondayNoon = '2026-11-23T20:00:00Z';
export const accountOf = (accountNumber: string) => sampleId('account', accountNumber);

const written = [AuditEntryModel, AutopayMandateModel, FollowUpModel, PaymentModel, PaymentLinkModel];
const quiet = { error() {}, warn() {} };

/** Seeds the sample District at first; takes away what a test before wrote. */
export async function seedAgain(district: Awaited<ReturnType<typeof openDistrict>>): Promise<void> {
  const { policy, clock } = district;
  for (const model of [...written, PaymentPlanModel, PendingChangeModel])
    await (model as typeof AuditEntryModel).deleteMany({});
  await LedgerEntryModel.deleteMany({ seq: { $gt: 0 } }); // what was seeded has no number
  await CustomerAccountModel.enrol(accountOf('10023414'), { autopay: false, paperless: false });
  clock.set(mondayNoon);
  await seedSampleDistrict({ districtDir: 'district', policy, clock, neighbours: 0 });
}

/** The District's payments on the store, with the sandbox's processor, and what customers are told. */
export function openPaying(
  district: Awaited<ReturnType<typeof openDistrict>>,
  replaced: Partial<Omit<PaymentDeps, 'processor'>> & { processor?: PaymentProcessor | null } = {},
) {
  const { policy, clock, secrets, records } = district;
  const machine = { at: new Date('2026-01-01T00:00:00Z') };
  const followUps = createFollowUps({
    store: FollowUpModel,
    clock,
    policy,
    log: quiet,
    machineNow: () => machine.at,
  });
  const changes = createChanges({
    records:
      replaced.records && 'submit' in replaced.records ? (replaced.records as typeof records) : records,
    store: PendingChangeModel,
    followUps,
    secrets,
    clock,
  });
  const told = new Map<string, Outcome>();
  const tell = async (outcome: Outcome) => {
    if (!told.has(outcome.key)) told.set(outcome.key, outcome);
  };
  const sandbox = createSandboxProcessor({ secrets, followUps, clock, policy });
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
    processor: sandbox,
    languageOf: async () => 'en',
    followUps,
    audit: AuditEntryModel,
    tell,
    secrets,
    clock,
    policy,
    publicUrl: () => 'http://localhost',
    log: quiet,
    ...replaced,
  });
  payments.onPaid(plans.look);

  /** Days go by, hour by hour where something is due. */
  async function pass(days: number): Promise<void> {
    for (let half = 0; half < days * 2; half++) {
      clock.pass(12 * 60);
      while ((await followUps.runDue()) > 0);
    }
  }
  const tokenOf = (url: string) => url.split('/pay/')[1] ?? '';
  let count = 0;
  return {
    payments,
    plans,
    sandbox,
    changes,
    followUps,
    machine,
    told: () => [...told.values()],
    pass,
    tokenOf,
    balance: (accountId: string) => records.balance(accountId),
    /** A link and what is pressed on its page. */
    async pay(accountId: string, amount: string, outcome: string, request: object = {}) {
      const link = await payments.link({
        requestId: `link-${++count}`,
        accountId,
        verified: true,
        conversationId: 'c1',
        ...request,
      });
      if (!link.ok) return { link, token: '', answer: null };
      const token = tokenOf(link.url);
      return { link, token, answer: await press(token, amount, outcome) };
    },
    press,
  };
  function press(token: string, amount: string, outcome: string | null, attempt: number | null = null) {
    const [returnUrl, language] = [`http://localhost/pay/${token}`, 'en'];
    return payments.page.pay(token, { amount, outcome, attempt, returnUrl, language });
  }
}

/** Calls of the sandbox's processor, signed as it signs. */
export const signed =
  (district: Awaited<ReturnType<typeof openDistrict>>, { payments }: ReturnType<typeof openPaying>) =>
  (event: ProcessorEvent) => {
    const body = Buffer.from(JSON.stringify({ events: [event] }));
    const key = district.secrets.keyFor('sandboxProcessor');
    const signature = createHmac('sha256', key).update(body).digest('base64url');
    return payments.webhook(body, { 'headgate-sandbox-signature': signature });
  };

/** The account's ledger as it is, for a test to look at. */
export async function ledgerOf(accountId: string) {
  const entries = await LedgerEntryModel.find({ accountId }).sort({ seq: 1 }).lean();
  return {
    entries,
    sum: entries.reduce((total, { amount }) => total + amount, 0),
    of: (kind: string) => entries.filter((entry) => entry.kind === kind),
    holds: () => LedgerEntryModel.holds(accountId),
  };
}
