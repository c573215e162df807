import type { Logger } from 'pino';
import type { Wakeups } from '../adapters/channel.ts';
import { createHttpRecords } from '../adapters/records/httpRecords.ts';
import type { Services } from '../dialogs/services.ts';
import { AuditEntryModel } from '../models/auditEntry.ts';
import { AuthorisedPersonModel } from '../models/authorisedPerson.ts';
import { BlockedSenderModel } from '../models/blockedSender.ts';
import { ContactChangeModel } from '../models/contactChange.ts';
import { CustomerModel } from '../models/customer.ts';
import { CustomerAccountModel } from '../models/customerAccount.ts';
import { CustomerMergeModel } from '../models/customerMerge.ts';
import { DistrictClockModel } from '../models/districtClock.ts';
import { FollowUpModel } from '../models/followUp.ts';
import { enqueueNotice } from '../models/outbox.ts';
import { PendingChangeModel } from '../models/pendingChange.ts';
import { SettingModel } from '../models/setting.ts';
import { SubstituteAddressModel } from '../models/substituteAddress.ts';
import { VerificationCodeModel } from '../models/verificationCode.ts';
import { VerificationPinModel } from '../models/verificationPin.ts';
import { VerificationTryModel } from '../models/verificationTry.ts';
import { createAccess } from '../services/access.ts';
import { type AuditService, createAudit } from '../services/audit.ts';
import type { BillRun } from '../services/billing/billRun.ts';
import { createDisputed } from '../services/billing/holds.ts';
import { type ChangesService, createChanges } from '../services/changes.ts';
import { createDistrictClock, type DistrictClock } from '../services/clock.ts';
import { createCustomersService, protectPeople, shieldRecords } from '../services/customers.ts';
import type { Identity } from '../services/desk.ts';
import type { DistrictFolder } from '../services/districtFolder.ts';
import { createDistrictRecords } from '../services/districtRecords.ts';
import { createFollowUps, type FollowUpService } from '../services/followUps.ts';
import { createKnowledge } from '../services/knowledge.ts';
import { createOfficeHours } from '../services/officeHours.ts';
import type { Policy } from '../services/policy.ts';
import { seedSampleDistrict } from '../services/sampleDistrict.ts';
import { createSecrets, loadSecretKey, type Secrets } from '../services/secrets.ts';
import { createVerificationService } from '../services/verification.ts';
import { openBilling } from './billing.ts';
import { openCaseWork } from './caseWork.ts';
import type { Config } from './config.ts';
import { openFieldOrders, openPremises, openServiceOrders } from './orders.ts';
import { openPayments } from './payments.ts';

export type District = {
  policy: Policy;
  clock: DistrictClock;
  secrets: Secrets;
  services: Services;
  followUps: FollowUpService;
  changes: ChangesService;
  billRun: BillRun;
  audit: AuditService;
  /** Whom a CSR can vouch for. */
  identity: Identity;
  paying: ReturnType<typeof openPayments>;
};

/** The District's own work: policy, clock, keys, records and the verbs over them, seeded in the sandbox. */
export async function openDistrict(
  config: Config,
  log: Logger,
  wakeups: Pick<Wakeups, 'publish'>,
  { policy, articles }: DistrictFolder,
): Promise<District> {
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
  if (
    config.sandbox &&
    !config.records &&
    (await seedSampleDistrict({ districtDir: config.districtDir, policy, clock }))
  )
    log.info({ event: 'sampleDistrict.seeded' });

  // A billing system elsewhere holds the records, or our own models do.
  const held = config.records ? createHttpRecords({ ...config.records, log }) : createDistrictRecords();
  const people = { customers: CustomerModel, accounts: CustomerAccountModel };
  const substitutes = config.records
    ? SubstituteAddressModel
    : protectPeople({ substitutes: SubstituteAddressModel, ...people });
  const records = shieldRecords(held, substitutes);
  const followUps = createFollowUps({ store: FollowUpModel, clock, policy, log });
  const changes = createChanges({ records, store: PendingChangeModel, followUps, secrets, clock });
  const outbox = { enqueueNotice };
  const paying = openPayments({ config, records, changes, followUps, secrets, clock, policy, log });
  if (config.sandbox && !config.records) await paying.enrolSamples();
  const fieldOrders = openFieldOrders({ config, records, followUps, clock, policy, log });
  const caseWork = openCaseWork({
    policy,
    clock,
    secrets,
    records,
    followUps,
    fieldOrders,
    wakeups,
    log,
  });
  paying.payments.autopay.waitFor(createDisputed(caseWork));
  const audit = createAudit({ store: AuditEntryModel, clock });
  const customers = createCustomersService({
    records: held,
    changes,
    followUps,
    audit,
    outbox,
    secrets,
    clock,
    policy,
    contactChanges: ContactChangeModel,
    authorised: AuthorisedPersonModel,
    substitutes,
    blocks: BlockedSenderModel,
    merges: CustomerMergeModel,
    pins: VerificationPinModel,
    customers: config.records ? null : CustomerModel,
  });
  const {
    billRun,
    billingDays,
    services: billing,
  } = openBilling({
    policy,
    clock,
    records,
    changes,
    followUps,
    secrets,
    consents: caseWork.consents,
    holds: { payments: paying.payments, plans: paying.plans, cases: caseWork.cases },
    openCase: caseWork.cases.openOnce,
    isOurs: !config.records,
    log,
    refundHeldUntil: customers.refundHeldUntil,
    billed: paying.payments.autopay.schedule,
  });
  await billingDays?.begin();
  const identity: Identity = {
    photoIds: policy.verify.photoIds,
    note: audit.note,
    async find(by) {
      const account = await records.matchAccount(by);
      const contacts = account && (await records.contacts(account.accountId));
      return account && contacts
        ? { accountId: account.accountId, customerName: contacts.customerName }
        : null;
    },
  };
  const services: Services = {
    policy,
    ...caseWork,
    knowledge: createKnowledge({ articles, clock }),
    today: clock.today,
    officeOpen: createOfficeHours(policy),
    access: createAccess({ policy }),
    customers,
    ...billing,
    verification: createVerificationService({
      records,
      codes: VerificationCodeModel,
      tries: VerificationTryModel,
      pins: VerificationPinModel,
      contactHistory: customers,
      outbox,
      audit: AuditEntryModel,
      secrets,
      clock,
      policy,
    }),
    premises: await openPremises(records, log),
    fieldOrders,
    serviceOrders: openServiceOrders({
      config,
      issueFinal: billRun.issueFinal,
      records,
      changes,
      fieldOrders,
      followUps,
      secrets,
      clock,
      policy,
    }),
    payments: paying.payments,
    plans: paying.plans,
  };
  // Service began or ended: what is to be billed next is looked at anew.
  if (billingDays) services.serviceOrders.onTaken(({ accountId }) => billingDays.watch(accountId));
  return { policy, clock, secrets, services, followUps, changes, audit, identity, billRun, paying };
}
