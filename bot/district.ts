import type { Logger } from 'pino';
import { createWorkWebhook } from '../adapters/work/workWebhook.ts';
import type { Services } from '../dialogs/services.ts';
import { AssistanceModel } from '../models/assistance.ts';
import { AuditEntryModel } from '../models/auditEntry.ts';
import { BillModel } from '../models/bill.ts';
import { BillAdjustmentModel } from '../models/billAdjustment.ts';
import { CustomerAccountModel } from '../models/customerAccount.ts';
import { CustomerAgreementModel } from '../models/customerAgreement.ts';
import { DistrictClockModel } from '../models/districtClock.ts';
import { FollowUpModel } from '../models/followUp.ts';
import { LedgerEntryModel } from '../models/ledgerEntry.ts';
import { MeterModel } from '../models/meter.ts';
import { enqueueNotice } from '../models/outbox.ts';
import { PendingChangeModel } from '../models/pendingChange.ts';
import { ReadingModel } from '../models/reading.ts';
import { SettingModel } from '../models/setting.ts';
import { VerificationCodeModel } from '../models/verificationCode.ts';
import { VerificationPinModel } from '../models/verificationPin.ts';
import { VerificationTryModel } from '../models/verificationTry.ts';
import { createAdjustments } from '../services/billing/adjustments.ts';
import { createAssistance } from '../services/billing/assistance.ts';
import { type BillRun, createBillRun } from '../services/billing/billRun.ts';
import { createBillingService } from '../services/billing.ts';
import { type ChangesService, createChanges } from '../services/changes.ts';
import { createDistrictClock, type DistrictClock } from '../services/clock.ts';
import { createDistrictRecords } from '../services/districtRecords.ts';
import { fieldOrderStores } from '../services/fieldOrders/districtStores.ts';
import { createFieldOrders } from '../services/fieldOrders.ts';
import { createFollowUps, type FollowUpService } from '../services/followUps.ts';
import { loadKnowledge } from '../services/knowledge/load.ts';
import { createKnowledge } from '../services/knowledge.ts';
import { createOfficeHours } from '../services/officeHours.ts';
import { loadPolicy, type Policy } from '../services/policy.ts';
import { premiseStores } from '../services/premiseStores.ts';
import { createPremisesService } from '../services/premises.ts';
import { seedSampleDistrict } from '../services/sampleDistrict.ts';
import { createSecrets, loadSecretKey, type Secrets } from '../services/secrets.ts';
import { serviceOrderStores } from '../services/serviceOrders/districtStores.ts';
import { createServiceOrderService } from '../services/serviceOrders.ts';
import { createVerificationService } from '../services/verification.ts';
import type { Config } from './config.ts';

export type District = {
  policy: Policy;
  clock: DistrictClock;
  secrets: Secrets;
  services: Services;
  followUps: FollowUpService;
  changes: ChangesService;
  billRun: BillRun;
};

/** The District's own work: policy, clock, keys, records and the verbs over them, seeded in the sandbox. */
export async function openDistrict(config: Config, log: Logger): Promise<District> {
  const policy = await loadPolicy(config.districtDir);
  const clock = createDistrictClock({
    store: DistrictClockModel,
    timeZone: policy.district.timeZone,
    ...(config.sandbox && config.clockStart ? { start: config.clockStart } : {}),
  });
  await clock.refresh();
  const key = await loadSecretKey({
    configured: config.secretKey,
    sandbox: config.sandbox,
    store: SettingModel,
  });
  const secrets = createSecrets(key);
  if (config.sandbox && (await seedSampleDistrict({ districtDir: config.districtDir, policy, clock })))
    log.info({ event: 'sampleDistrict.seeded' });

  const premises = createPremisesService(premiseStores);
  if (await premises.indexOnce()) log.info({ event: 'premises.indexed' });
  const records = createDistrictRecords();
  const followUps = createFollowUps({ store: FollowUpModel, clock, policy, log });
  const changes = createChanges({ records, store: PendingChangeModel, followUps, secrets, clock });
  const outbox = { enqueueNotice };
  const articles = await loadKnowledge(config.districtDir);
  const assistance = createAssistance({
    records,
    enrolments: AssistanceModel,
    audit: AuditEntryModel,
    clock,
    policy,
  });
  const billRun = createBillRun({
    records,
    accounts: CustomerAccountModel,
    agreements: CustomerAgreementModel,
    meters: MeterModel,
    readings: ReadingModel,
    bills: BillModel,
    ledger: LedgerEntryModel,
    audit: AuditEntryModel,
    isAssisted: assistance.isAssisted,
    clock,
    policy,
  });
  const fieldOrders = createFieldOrders({
    ...fieldOrderStores,
    serviceLocation: records.serviceLocation,
    followUps,
    audit: AuditEntryModel,
    clock,
    policy,
    send: config.work && createWorkWebhook({ config: config.work, policy, log }),
  });
  const services: Services = {
    policy,
    knowledge: createKnowledge({ articles, clock }),
    today: clock.today,
    officeOpen: createOfficeHours(policy),
    billing: createBillingService({ records, clock, policy, audit: AuditEntryModel }),
    assistance,
    adjustments: createAdjustments({
      records,
      adjustments: BillAdjustmentModel,
      changes,
      audit: AuditEntryModel,
      feesSince: (accountId, day) => LedgerEntryModel.feesSince(accountId, day),
      isHeld: async () => false,
      refundHeldUntil: async () => null,
      clock,
      policy,
    }),
    verification: createVerificationService({
      records,
      codes: VerificationCodeModel,
      tries: VerificationTryModel,
      pins: VerificationPinModel,
      outbox,
      audit: AuditEntryModel,
      secrets,
      clock,
      policy,
    }),
    premises,
    fieldOrders,
    serviceOrders: createServiceOrderService({
      ...serviceOrderStores,
      issueFinal: billRun.issueFinal,
      records,
      changes,
      fieldOrders,
      followUps,
      audit: AuditEntryModel,
      secrets,
      clock,
      policy,
    }),
  };
  return { policy, clock, secrets, services, followUps, changes, billRun };
}
