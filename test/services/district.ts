import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { AuditEntryModel } from '../../models/auditEntry.ts';
import { AuthorisedPersonModel } from '../../models/authorisedPerson.ts';
import { BlockedSenderModel } from '../../models/blockedSender.ts';
import { ContactChangeModel } from '../../models/contactChange.ts';
import { CustomerModel } from '../../models/customer.ts';
import { CustomerAccountModel } from '../../models/customerAccount.ts';
import { CustomerMergeModel } from '../../models/customerMerge.ts';
import { FollowUpModel } from '../../models/followUp.ts';
import { PendingChangeModel } from '../../models/pendingChange.ts';
import { connectStore } from '../../models/store/connect.ts';
import { SubstituteAddressModel } from '../../models/substituteAddress.ts';
import { VerificationCodeModel } from '../../models/verificationCode.ts';
import { VerificationPinModel } from '../../models/verificationPin.ts';
import { VerificationTryModel } from '../../models/verificationTry.ts';
import { createAudit } from '../../services/audit.ts';
import { createBillingService } from '../../services/billing.ts';
import { localTime } from '../../services/calendar.ts';
import { createChanges } from '../../services/changes.ts';
import { type CustomersDeps, createCustomersService, protectPeople } from '../../services/customers.ts';
import { createDistrictRecords } from '../../services/districtRecords.ts';
import { fieldOrderStores } from '../../services/fieldOrders/districtStores.ts';
import { createFieldOrders } from '../../services/fieldOrders.ts';
import { createFollowUps } from '../../services/followUps.ts';
import { loadPolicy } from '../../services/policy.ts';
import { createSecrets } from '../../services/secrets.ts';
import { serviceOrderStores } from '../../services/serviceOrders/districtStores.ts';
import { createServiceOrderService, type ServiceOrderDeps } from '../../services/serviceOrders.ts';
import { createVerificationService, type VerificationDeps } from '../../services/verification.ts';

type Notice = Parameters<VerificationDeps['outbox']['enqueueNotice']>[0];

/** A store in a directory of its own, or the MongoDB that MONGODB_URI names, under a database of its own. */
export async function openStore() {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'headgate-'));
  const name = path.basename(dataDir);
  const uri =
    process.env.MONGODB_URI && Object.assign(new URL(process.env.MONGODB_URI), { pathname: name }).href;
  const store = await connectStore({
    uri,
    dataDir,
    embedded: { allowed: true, synchronous: 'NORMAL' },
    log: pino({ level: 'silent' }),
  });
  await store.ensureIndexes();
  return {
    async close() {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A clock that a test sets by hand. */
export function handClock(start: string, timeZone = 'America/Los_Angeles') {
  let at = new Date(start);
  return {
    timeZone,
    now: () => new Date(at),
    today: () => localTime(at, timeZone).day,
    localTime: () => localTime(at, timeZone),
    set(instant: string) {
      at = new Date(instant);
    },
    pass(minutes: number) {
      at = new Date(at.getTime() + minutes * 60_000);
    },
  };
}

/** The District's services on the store, with an outbox that a test can read. */
export async function openDistrict(start: string) {
  const policy = await loadPolicy('district');
  const clock = handClock(start);
  const secrets = createSecrets(Buffer.alloc(32, 7));
  const records = createDistrictRecords();
  const notices = new Map<string, Notice>();
  const outbox = {
    async enqueueNotice(notice: Notice) {
      if (!notices.has(notice.key)) notices.set(notice.key, notice);
    },
  };
  const followUps = createFollowUps({
    store: FollowUpModel,
    clock,
    policy,
    log: { error() {} },
  });
  const changes = createChanges({ records, store: PendingChangeModel, followUps, secrets, clock });
  const audit = createAudit({ store: AuditEntryModel, clock });
  const customersDeps: CustomersDeps = {
    records,
    changes,
    followUps,
    audit,
    outbox,
    secrets,
    clock,
    policy,
    contactChanges: ContactChangeModel,
    authorised: AuthorisedPersonModel,
    substitutes: protectPeople({
      substitutes: SubstituteAddressModel,
      customers: CustomerModel,
      accounts: CustomerAccountModel,
    }),
    blocks: BlockedSenderModel,
    merges: CustomerMergeModel,
    pins: VerificationPinModel,
    customers: CustomerModel,
  };
  const customers = createCustomersService(customersDeps);
  const deps: VerificationDeps = {
    contactHistory: customers,
    records,
    codes: VerificationCodeModel,
    tries: VerificationTryModel,
    pins: VerificationPinModel,
    outbox,
    audit: AuditEntryModel,
    secrets,
    clock,
    policy,
  };
  const fieldOrders = createFieldOrders({
    ...fieldOrderStores,
    serviceLocation: records.serviceLocation,
    followUps,
    audit: AuditEntryModel,
    clock,
    policy,
    send: null,
  });
  const orderDeps: ServiceOrderDeps = {
    ...serviceOrderStores,
    issueFinal: null,
    records,
    changes,
    fieldOrders,
    followUps,
    audit: AuditEntryModel,
    secrets,
    clock,
    policy,
  };
  const noticeOf = (requestId: string) => notices.get(secrets.mac(`requestId ${requestId}`));
  return {
    policy,
    clock,
    secrets,
    records,
    followUps,
    changes,
    audit,
    customers,
    customersDeps,
    notices,
    noticeOf,
    deps,
    verification: createVerificationService(deps),
    billing: createBillingService({ records, clock, policy }),
    fieldOrders,
    serviceOrders: createServiceOrderService(orderDeps),
    orderDeps,
    /** The code that a request sent, as the customer reads it on the phone; null where it went to nobody. */
    codeOf(requestId: string): string | null {
      const notice = noticeOf(requestId);
      if (notice === undefined || notice.to === null) return null;
      return (JSON.parse(secrets.open(notice.sealed, notice.key)) as { code: string }).code;
    },
  };
}
