import type { Logger } from 'pino';
import { AssistanceModel } from '../models/assistance.ts';
import { AuditEntryModel } from '../models/auditEntry.ts';
import { BillModel } from '../models/bill.ts';
import { BillAdjustmentModel } from '../models/billAdjustment.ts';
import { BillingDayModel } from '../models/billingDay.ts';
import { CustomerAccountModel } from '../models/customerAccount.ts';
import { CustomerAgreementModel } from '../models/customerAgreement.ts';
import { LedgerEntryModel } from '../models/ledgerEntry.ts';
import { MeterModel } from '../models/meter.ts';
import { enqueueNotice } from '../models/outbox.ts';
import { ReadingModel } from '../models/reading.ts';
import { SettingModel } from '../models/setting.ts';
import { createAdjustments } from '../services/billing/adjustments.ts';
import { createAssistance } from '../services/billing/assistance.ts';
import { type BillingDays, createBillingDays, leaveBilling } from '../services/billing/billingDays.ts';
import { createBillRun } from '../services/billing/billRun.ts';
import { createHolds, type HoldDeps } from '../services/billing/holds.ts';
import { createBillingService } from '../services/billing.ts';
import type { Day } from '../services/calendar.ts';
import type { CaseService } from '../services/cases.ts';
import type { ChangesService } from '../services/changes.ts';
import type { DistrictClock } from '../services/clock.ts';
import type { ConsentService } from '../services/consents.ts';
import { createCustomerNotices } from '../services/customerNotices.ts';
import type { FollowUpService } from '../services/followUps.ts';
import type { Policy } from '../services/policy.ts';
import type { Records } from '../services/records.ts';
import type { Secrets } from '../services/secrets.ts';

/** What is billed, put together: bills from readings, fees and credits, assistance, and how a bill is explained. */
export function openBilling(parts: {
  policy: Policy;
  clock: DistrictClock;
  records: Records;
  changes: ChangesService;
  followUps: FollowUpService;
  secrets: Secrets;
  consents: ConsentService;
  holds: HoldDeps;
  openCase: CaseService['openOnce'];
  /** The records are our own, so that bills are ours to make. */
  isOurs: boolean;
  log: Logger;
  refundHeldUntil: Parameters<typeof createAdjustments>[0]['refundHeldUntil'];
  /** A bill was posted: its automatic payment can be planned. */
  billed(accountId: string): Promise<unknown>;
}) {
  const { policy, clock, records, changes, followUps, refundHeldUntil, billed, log } = parts;
  const common = { records, audit: AuditEntryModel, clock, policy };
  const assistance = createAssistance({ ...common, enrolments: AssistanceModel });
  const sources = {
    ...common,
    agreements: CustomerAgreementModel,
    meters: MeterModel,
    readings: ReadingModel,
    bills: BillModel,
    isAssisted: assistance.isAssisted,
  };
  let days: BillingDays | null = null;
  const billRun = createBillRun({
    ...sources,
    accounts: CustomerAccountModel,
    ledger: {
      isPosted: (requestId) => LedgerEntryModel.isPosted(requestId),
      async post(entry) {
        await LedgerEntryModel.post(entry);
        await billed(entry.accountId);
        await days?.watch(entry.accountId);
      },
    },
  });
  const judging = {
    feesSince: (accountId: string, day: Day) => LedgerEntryModel.feesSince(accountId, day),
    isHeld: createHolds(parts.holds),
  };
  const adjustments = createAdjustments({
    ...common,
    ...judging,
    adjustments: BillAdjustmentModel,
    changes,
    refundHeldUntil,
  });
  const { secrets, consents, openCase, isOurs } = parts;
  const outbox = { enqueueNotice };
  if (isOurs)
    days = createBillingDays({
      ...sources,
      ...judging,
      billRun,
      adjustments,
      notices: createCustomerNotices({ records, consents, outbox, secrets, clock }),
      openCase,
      days: BillingDayModel,
      accounts: CustomerAccountModel,
      firstDay: () => SettingModel.once('billing.firstDay', clock.today()),
      followUps,
      log,
    });
  else leaveBilling(followUps);
  return {
    billRun,
    billingDays: days,
    services: { assistance, adjustments, billing: createBillingService(common) },
  };
}
