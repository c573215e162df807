import { AssistanceModel } from '../../../models/assistance.ts';
import { AuditEntryModel } from '../../../models/auditEntry.ts';
import { BillModel } from '../../../models/bill.ts';
import { BillAdjustmentModel } from '../../../models/billAdjustment.ts';
import { CustomerAccountModel } from '../../../models/customerAccount.ts';
import { CustomerAgreementModel } from '../../../models/customerAgreement.ts';
import { FollowUpModel } from '../../../models/followUp.ts';
import { LedgerEntryModel } from '../../../models/ledgerEntry.ts';
import { MeterModel } from '../../../models/meter.ts';
import { PendingChangeModel } from '../../../models/pendingChange.ts';
import { ReadingModel } from '../../../models/reading.ts';
import { ServiceLocationModel } from '../../../models/serviceLocation.ts';
import { createAdjustments } from '../../../services/billing/adjustments.ts';
import { createAssistance } from '../../../services/billing/assistance.ts';
import { type BillRunDeps, createBillRun } from '../../../services/billing/billRun.ts';
import { createBillingService } from '../../../services/billing.ts';
import type { Day } from '../../../services/calendar.ts';
import { createChanges } from '../../../services/changes.ts';
import { createDistrictRecords } from '../../../services/districtRecords.ts';
import { createFollowUps } from '../../../services/followUps.ts';
import { loadPolicy, type Policy } from '../../../services/policy.ts';
import type { Records } from '../../../services/records.ts';
import { createSecrets } from '../../../services/secrets.ts';
import { handClock } from '../district.ts';

export const policy = await loadPolicy('district');
export type Read = [readOn: Day, value: number, kind?: 'estimated' | 'flow'];

/** The District's billing on the store, with a clock by hand and, where a test wants, another policy or fault. */
export function openBilling(
  today: Day,
  change: { policy?: Policy; records?: Partial<Records>; run?: Partial<BillRunDeps> } = {},
) {
  const clock = handClock(`${today}T20:00:00Z`);
  const records: Records = { ...createDistrictRecords(), ...change.records };
  const rules = change.policy ?? policy;
  const followUps = createFollowUps({ store: FollowUpModel, clock, policy: rules, log: { error() {} } });
  const secrets = createSecrets(Buffer.alloc(32, 7));
  const changes = createChanges({ records, store: PendingChangeModel, followUps, secrets, clock });
  const common = { records, audit: AuditEntryModel, clock, policy: rules };
  const assistance = createAssistance({ ...common, enrolments: AssistanceModel });
  const held = { fees: false, refundsUntil: null as Day | null };
  const sources: BillRunDeps = {
    ...common,
    accounts: CustomerAccountModel,
    agreements: CustomerAgreementModel,
    meters: MeterModel,
    readings: ReadingModel,
    bills: BillModel,
    ledger: LedgerEntryModel,
    isAssisted: assistance.isAssisted,
  };
  return {
    clock,
    setDay: (day: Day) => clock.set(`${day}T20:00:00Z`),
    records,
    changes,
    followUps,
    assistance,
    held,
    run: createBillRun({ ...sources, ...change.run }),
    billing: createBillingService(common),
    adjustments: createAdjustments({
      ...common,
      adjustments: BillAdjustmentModel,
      changes,
      feesSince: (accountId, day) => LedgerEntryModel.feesSince(accountId, day),
      isHeld: async () => held.fees,
      refundHeldUntil: async () => held.refundsUntil,
    }),
  };
}

let count = 0;
/** An account with service at a premise of its own since a day, its meter and what was read of it. */
export async function moveIn(
  startedOn: Day,
  reads: Read[],
  change: { digits?: number; kind?: 'residential' | 'commercial'; installedOn?: Day; removedOn?: Day } = {},
) {
  const name = `a${String(++count).padStart(4, '0')}`;
  const { kind = 'residential', digits = 6, installedOn = null, removedOn = null } = change;
  const [accountId, serviceLocationId, meterId] = [name, `${name}-premise`, `${name}-meter`];
  await Promise.all([
    ServiceLocationModel.create({ _id: serviceLocationId, address: `${count} Elm St`, zip: '94538' }),
    CustomerAgreementModel.create({ _id: name, accountId, serviceLocationId, startedOn }),
    MeterModel.create({
      _id: meterId,
      serialNumber: name,
      serviceLocationId,
      size: '5/8',
      digits,
      installedOn,
      removedOn,
    }),
    CustomerAccountModel.create({
      _id: accountId,
      accountNumber: name,
      zip: '94538',
      state: 'active',
      kind,
      occupancy: 'owner',
      serviceLocationId,
    }),
    ...reads.map((read) => readMeter(meterId, read)),
  ]);
  return { accountId, meterId, serviceLocationId };
}

export const readMeter = (meterId: string, [readOn, value, kind]: Read) =>
  ReadingModel.create({
    _id: `${meterId} ${readOn} ${kind ?? 'actual'} ${++count}`,
    meterId,
    readOn,
    value,
    kind: kind === 'estimated' ? 'estimated' : 'actual',
    continuousFlow: kind === 'flow',
  });

export const close = async (accountId: string, closedOn: Day) => {
  await CustomerAgreementModel.updateOne({ accountId }, { $set: { endedOn: closedOn } });
  await CustomerAccountModel.updateOne({ _id: accountId }, { $set: { state: 'closed', closedOn } });
};

/** Money on the account from elsewhere: a payment is a minus. */
export const post = (accountId: string, amount: number, postedOn: Day, billId: string | null = null) =>
  LedgerEntryModel.post({
    _id: `${accountId} ${++count}`,
    requestId: `${accountId} ${count}`,
    accountId,
    kind: amount < 0 ? 'payment' : 'charge',
    amount,
    postedOn,
    billId,
    label: null,
    of: null,
  });
