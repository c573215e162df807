import type { BillRecord } from '../models/bill.ts';
import { BillModel } from '../models/bill.ts';

import { CustomerModel } from '../models/customer.ts';
import { type CustomerAccount, CustomerAccountModel } from '../models/customerAccount.ts';
import { cursorOf, type LedgerEntry, LedgerEntryModel } from '../models/ledgerEntry.ts';
import { ServiceLocationModel } from '../models/serviceLocation.ts';
import { addDays, daysBetween } from './calendar.ts';
import { submitChange } from './districtChanges.ts';
import { findCustomers, toContacts } from './districtSearch.ts';
import type { MeterSize } from './policy.ts';
import type { Account, Bill, LedgerLine, Records } from './records.ts';

/** How far a reading may lie from its day a year before and still count as the same season. */
const seasonDays = 25;

/** The built-in District: accounts, bills and ledger in our own store. */
export function createDistrictRecords(): Records {
  return {
    async matchAccount({ accountNumber, zip }) {
      const found = await CustomerAccountModel.byNumber(accountNumber);
      return found !== null && found.zip === zip.slice(0, 5) ? toAccount(found) : null;
    },
    async accountById(accountId) {
      const found = await CustomerAccountModel.byId(accountId);
      return found === null ? null : toAccount(found);
    },
    async contacts(accountId) {
      const customer = await CustomerModel.ofAccount(accountId);
      if (customer === null) return null;
      return toContacts(customer);
    },
    async serviceLocation(serviceLocationId) {
      const found = await ServiceLocationModel.byId(serviceLocationId);
      if (found === null) return null;
      const { address, zip, insideDistrict } = found;
      return { serviceLocationId, address, zip, insideDistrict };
    },
    async openBill(accountId) {
      const latest = await BillModel.latestOf(accountId);
      return latest === null ? null : toBill(latest);
    },
    async recentBills(accountId, count, until) {
      return (await BillModel.recentOf(accountId, Math.min(count, 100), until)).map(toBill);
    },
    async samePeriodLastYear({ accountId, issuedOn }) {
      const wanted = addDays(issuedOn, -365);
      const around = await BillModel.issuedBetween(
        accountId,
        addDays(wanted, -seasonDays),
        addDays(wanted, seasonDays),
      );
      const nearest = around.sort((a, b) => apart(a.issuedOn, wanted) - apart(b.issuedOn, wanted))[0];
      return nearest === undefined ? null : toBill(nearest);
    },
    balance: (accountId) => LedgerEntryModel.balanceOf(accountId),
    findCustomers,
    async history(accountId, { limit, cursor }) {
      const found = await LedgerEntryModel.page(accountId, { limit, cursor });
      const last = found.length === limit ? found.at(-1) : undefined;
      return { lines: found.map(toLine), cursor: last ? cursorOf(last) : null };
    },
    async returnsSince(accountId, since, before) {
      const reversal = before === null ? null : await LedgerEntryModel.byRequest(before);
      return LedgerEntryModel.returnsBefore(accountId, since, reversal);
    },
    submit: submitChange,
  };
}

const apart = (left: string, right: string) => Math.abs(daysBetween(left, right));

function toAccount({
  _id,
  accountNumber,
  state,
  kind,
  serviceLocationId,
  ...rest
}: CustomerAccount): Account {
  const { autopay, paperless, closedOn } = rest;
  const none = closedOn ?? null;
  return {
    accountId: _id,
    accountNumber,
    state,
    kind,
    serviceLocationId,
    autopay,
    paperless,
    closedOn: none,
  };
}

function toLine({ kind, amount, postedOn, requestId, ...rest }: LedgerEntry): LedgerLine {
  return { kind, amount, postedOn, requestId, billId: rest.billId ?? null, label: rest.label ?? null };
}

export function toBill(record: BillRecord): Bill {
  // How it came to be is the bill run's own affair.
  const {
    _id,
    meterSize,
    lines,
    warnings,
    requestId: _request,
    argsHash: _hash,
    truedUp: _bills,
    ...bill
  } = record;
  return {
    ...bill,
    billId: _id,
    meterSize: meterSize as MeterSize,
    lines: lines.map((line) => ({ ...line })),
    warnings: warnings.map((warning) => ({ ...warning })),
  };
}
