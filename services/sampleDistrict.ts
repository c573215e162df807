import { BillModel } from '../models/bill.ts';
import { CustomerModel, nameKeys } from '../models/customer.ts';
import { CustomerAccountModel } from '../models/customerAccount.ts';
import { CustomerAgreementModel } from '../models/customerAgreement.ts';
import { insertMissing } from '../models/insertMissing.ts';
import { LedgerEntryModel } from '../models/ledgerEntry.ts';
import { MeterModel } from '../models/meter.ts';
import { ReadingModel } from '../models/reading.ts';
import { ServiceLocationModel } from '../models/serviceLocation.ts';
import { ServiceStreetModel } from '../models/serviceStreet.ts';
import { SettingModel } from '../models/setting.ts';
import { VerificationPinModel } from '../models/verificationPin.ts';
import { addDays, type Day } from './calendar.ts';
import type { DistrictClock } from './clock.ts';
import { hashPin } from './pins.ts';
import type { Policy } from './policy.ts';
import { indexed } from './premises.ts';
import { loadSampleData, type SampleAccount, type SampleData } from './sampleData.ts';
import { type Depth, sampleHistory, sampleId } from './sampleHistory.ts';
import { neighbourhoodOf, sampleNeighbours } from './sampleNeighbours.ts';

const neighbourCount = 300;

/**
 * Puts the sample District into an empty store: its ten accounts, its vacant premises and some neighbours.
 * Days count from the first start, whichever process decides it; ids and requestIds are fixed, and only what
 * is missing is inserted, so it can be repeated, cut short, or run by two processes at once.
 * @returns whether there was anything to do.
 */
export async function seedSampleDistrict(deps: {
  districtDir: string;
  policy: Policy;
  clock: Pick<DistrictClock, 'today'>;
  neighbours?: number;
}): Promise<boolean> {
  if ((await SettingModel.valueOf('sampleDistrict.seeded')) !== null) return false;
  const data = await loadSampleData(deps.districtDir);
  const startDay = await SettingModel.once('sampleDistrict.startDay', deps.clock.today());
  const neighbours = sampleNeighbours(deps.neighbours ?? neighbourCount, neighbourhoodOf(deps.policy, data));
  await Promise.all([
    insertPremises(data, neighbours),
    insertCustomers([...data.accounts, ...neighbours], startDay),
    insertHistory(data.accounts, 'wholeYear', startDay, deps.policy),
    insertHistory(neighbours, 'thisAndLastYear', startDay, deps.policy),
    insertPins(data.accounts),
  ]);
  await SettingModel.once('sampleDistrict.seeded', startDay);
  return true;
}

type Premise = SampleData['vacantPremises'][number];

async function insertPremises(
  { accounts, vacantPremises }: SampleData,
  neighbours: SampleAccount[],
): Promise<void> {
  const others = accounts.flatMap(({ otherPremises, ...account }) =>
    otherPremises.map((serviceAddress): Premise => ({ ...account, serviceAddress })),
  );
  const all: Premise[] = [...accounts, ...others, ...vacantPremises, ...neighbours];
  const premises = [...new Map(all.map((premise) => [premise.serviceAddress, premise])).values()];
  const { found, streets } = indexed(
    premises.map(({ serviceAddress, zip }) => ({
      serviceLocationId: sampleId('premise', serviceAddress),
      address: serviceAddress,
      zip,
    })),
  );
  await insertMissing(ServiceStreetModel, streets);
  await insertMissing(ServiceLocationModel, found);
  await insertMissing(
    MeterModel,
    premises.map(({ serviceAddress, meterSize }, place) => ({
      _id: sampleId('meter', serviceAddress),
      serialNumber: `M${String(400_000 + place)}`,
      serviceLocationId: sampleId('premise', serviceAddress),
      size: meterSize,
      digits: 6,
      installedOn: null,
      removedOn: null,
    })),
  );
}

async function insertCustomers(accounts: SampleAccount[], startDay: Day): Promise<void> {
  const closedOn = ({ closedDays }: SampleAccount) =>
    closedDays === undefined ? null : addDays(startDay, closedDays);
  await insertMissing(
    CustomerModel,
    accounts.map(({ accountNumber, customerName, language, phone, email }) => ({
      _id: sampleId('customer', accountNumber),
      name: customerName,
      ...nameKeys(customerName),
      language,
      phone,
      email,
      accountIds: [sampleId('account', accountNumber)],
    })),
  );
  await insertMissing(
    CustomerAgreementModel,
    accounts.flatMap((account, place) =>
      [account.serviceAddress, ...account.otherPremises].map((address) => ({
        _id: sampleId('agreement', `${account.accountNumber} ${address}`),
        accountId: sampleId('account', account.accountNumber),
        serviceLocationId: sampleId('premise', address),
        startedOn: addDays(startDay, -500 - ((place * 97) % 2000)),
        endedOn: closedOn(account),
      })),
    ),
  );
  // The account comes last of what a look-up needs: once it is found, its customer is there too.
  await insertMissing(
    CustomerAccountModel,
    accounts.map((account) => {
      const { accountNumber, zip, state, kind, occupancy, serviceAddress, autopay, paperless } = account;
      const [_id, serviceLocationId] = [
        sampleId('account', accountNumber),
        sampleId('premise', serviceAddress),
      ];
      const flags = { autopay, paperless, closedOn: closedOn(account) };
      return { _id, accountNumber, zip, state, kind, occupancy, serviceLocationId, ...flags };
    }),
  );
}

async function insertHistory(accounts: SampleAccount[], depth: Depth, startDay: Day, policy: Policy) {
  const histories = accounts.map((account) =>
    sampleHistory(
      { ...account, bill: account.bill ?? finalBill(account, policy) },
      { startDay, policy, depth },
    ),
  );
  await Promise.all([
    insertMissing(
      BillModel,
      histories.flatMap(({ bills }) => bills),
    ),
    insertMissing(
      ReadingModel,
      histories.flatMap(({ readings }) => readings),
    ),
    insertMissing(
      LedgerEntryModel,
      histories.flatMap(({ ledger }) => ledger),
    ),
  ]);
}

/** A closed account's last bill, two days after the last reading; its amount is what the rates give. */
function finalBill({ closedDays = 0 }: SampleAccount, policy: Policy): NonNullable<SampleAccount['bill']> {
  const issuedDays = closedDays + 2;
  return {
    issuedDays,
    dueDays: issuedDays + policy.billing.dueDays,
    periodDays: policy.units.cycleDays,
    units: 6,
    amount: 0,
  };
}

async function insertPins(accounts: SampleAccount[]): Promise<void> {
  const pins = accounts.flatMap(({ accountNumber, pin }) =>
    pin === undefined ? [] : [{ accountNumber, pin }],
  );
  const hashed = await Promise.all(
    pins.map(async ({ accountNumber, pin }) => ({
      _id: sampleId('account', accountNumber),
      ...(await hashPin(pin)),
    })),
  );
  await insertMissing(VerificationPinModel, hashed);
}
