import { AssistanceModel } from '../models/assistance.ts';
import { AuditEntryModel } from '../models/auditEntry.ts';
import { BillModel } from '../models/bill.ts';
import { BillAdjustmentModel } from '../models/billAdjustment.ts';
import { CustomerAccountModel } from '../models/customerAccount.ts';
import { CustomerAgreementModel } from '../models/customerAgreement.ts';
import { LedgerEntryModel } from '../models/ledgerEntry.ts';
import { MeterModel } from '../models/meter.ts';
import { ReadingModel } from '../models/reading.ts';
import { createAdjustments } from '../services/billing/adjustments.ts';
import { createAssistance } from '../services/billing/assistance.ts';
import { createBillRun } from '../services/billing/billRun.ts';
import { createHolds, type HoldDeps } from '../services/billing/holds.ts';
import { createBillingService } from '../services/billing.ts';
import type { ChangesService } from '../services/changes.ts';
import type { DistrictClock } from '../services/clock.ts';
import type { Policy } from '../services/policy.ts';
import type { Records } from '../services/records.ts';

/** What is billed, put together: bills from readings, fees and credits, assistance, and how a bill is explained. */
export function openBilling(parts: {
  policy: Policy;
  clock: DistrictClock;
  records: Records;
  changes: ChangesService;
  holds: HoldDeps;
  refundHeldUntil: Parameters<typeof createAdjustments>[0]['refundHeldUntil'];
  /** A bill was posted: its automatic payment can be planned. */
  billed(accountId: string): Promise<unknown>;
}) {
  const { policy, clock, records, changes, holds, refundHeldUntil, billed } = parts;
  const common = { records, audit: AuditEntryModel, clock, policy };
  const assistance = createAssistance({ ...common, enrolments: AssistanceModel });
  const billRun = createBillRun({
    ...common,
    accounts: CustomerAccountModel,
    agreements: CustomerAgreementModel,
    meters: MeterModel,
    readings: ReadingModel,
    bills: BillModel,
    ledger: {
      isPosted: (requestId) => LedgerEntryModel.isPosted(requestId),
      async post(entry) {
        await LedgerEntryModel.post(entry);
        await billed(entry.accountId);
      },
    },
    isAssisted: assistance.isAssisted,
  });
  const adjustments = createAdjustments({
    ...common,
    adjustments: BillAdjustmentModel,
    changes,
    feesSince: (accountId, day) => LedgerEntryModel.feesSince(accountId, day),
    isHeld: createHolds(holds),
    refundHeldUntil,
  });
  return { billRun, services: { assistance, adjustments, billing: createBillingService(common) } };
}
