import { createHash } from 'node:crypto';
import type { BillRecord } from '../models/bill.ts';
import type { LedgerEntry } from '../models/ledgerEntry.ts';
import type { Reading } from '../models/reading.ts';
import { addDays, type Day } from './calendar.ts';
import type { Policy } from './policy.ts';
import { rateBill } from './rating.ts';
import type { SampleAccount } from './sampleData.ts';

export type History = { bills: BillRecord[]; readings: Reading[]; ledger: LedgerEntry[] };

/** Between the reading and the bill that it makes. */
const readToBillDays = 2;
const wobble = [0, 1, -1, 2, 0, -2];

/** Which bills to keep: a whole year of them, or only the two that are compared. */
export type Depth = 'wholeYear' | 'thisAndLastYear';

/** An id that is the same at every start, so that seeding twice changes nothing. */
export const sampleId = (kind: string, name: string): string =>
  createHash('sha256').update(`sample ${kind} ${name}`).digest('hex').slice(0, 24);

/**
 * A year of readings, bills and payments that ends in the bill and the balance of a sample account. Every
 * amount comes from the policy's rates; of the given amounts only their difference, what was paid, is used.
 * Bills of days before the policy's first rate are left out.
 */
export function sampleHistory(
  account: SampleAccount & { bill: NonNullable<SampleAccount['bill']> },
  { startDay, policy, depth }: { startDay: Day; policy: Policy; depth: Depth },
): History {
  const {
    accountNumber,
    meterSize,
    kind,
    bill: latest,
    samePeriodLastYearUnits: lastYear = latest.units,
  } = account;
  const accountId = sampleId('account', accountNumber);
  const meterId = sampleId('meter', account.serviceAddress);
  const billsAYear = Math.max(1, Math.round(365 / policy.units.cycleDays));
  const firstRate = policy.rates.map(({ effectiveOn }) => effectiveOn).sort()[0] ?? '';
  const history: History = { bills: [], readings: [], ledger: [] };
  let issuedOn = addDays(startDay, latest.issuedDays);
  let days = latest.periodDays;
  let value = 4000 + (Number(accountNumber) % 3000);

  for (let back = 0; back <= billsAYear; back++) {
    const units =
      back === 0
        ? latest.units
        : Math.max(1, lastYear + (wobble[back === billsAYear ? 0 : back % wobble.length] ?? 0));
    const periodEnd = addDays(issuedOn, -readToBillDays);
    const periodStart = addDays(periodEnd, -days);
    const isKept = depth === 'wholeYear' || back === 0 || back === billsAYear;
    if (isKept && periodStart >= firstRate) {
      const dueOn =
        back === 0 ? addDays(startDay, latest.dueDays) : addDays(issuedOn, policy.billing.dueDays);
      const period = { start: periodStart, end: periodEnd };
      const rated = rateBill({ meterSize, units, days, insideDistrict: true, period, kind, policy });
      const billId = sampleId('bill', `${accountNumber} ${back}`);
      history.bills.push({
        _id: billId,
        accountId,
        issuedOn,
        dueOn,
        periodStart,
        periodEnd,
        days,
        units,
        meterSize,
        estimated: false,
        prorated: false,
        continuousFlow: false,
        truedUp: [],
        requestId: `sample:${accountNumber}:${back}:bill`,
        argsHash: null,
        ...rated,
      });
      history.readings.push(
        {
          _id: sampleId('reading', `${meterId} ${back}`),
          meterId,
          readOn: periodEnd,
          value,
          kind: 'actual',
          continuousFlow: false,
        },
        // The day and the figure that the bill before ends with: one reading, one id.
        {
          _id: sampleId('reading', `${meterId} ${back + 1}`),
          meterId,
          readOn: periodStart,
          value: value - units,
          kind: 'actual',
          continuousFlow: false,
        },
      );
      history.ledger.push(
        ...moneyOf(account, back, { billId, total: rated.total, issuedOn, dueOn }, { startDay, policy }),
      );
    }
    value -= units;
    issuedOn = addDays(periodStart, readToBillDays);
    days = policy.units.cycleDays;
  }
  return { ...history, readings: [...new Map(history.readings.map((one) => [one._id, one])).values()] };
}

type Issued = { billId: string; total: number; issuedOn: Day; dueOn: Day };

/** The bill's charge and what was paid on it: all of an earlier one, of the latest what the sample says. */
function moneyOf(
  account: SampleAccount,
  back: number,
  bill: Issued,
  { startDay, policy }: { startDay: Day; policy: Policy },
): LedgerEntry[] {
  const { billId, total, issuedOn, dueOn } = bill;
  const accountId = sampleId('account', account.accountNumber);
  const usual = account.autopay ? addDays(issuedOn, policy.billing.autopayDaysAfterBill) : addDays(dueOn, -4);
  const paidOn = usual < startDay ? usual : addDays(startDay, -1);
  const entry = (kind: LedgerEntry['kind'], amount: number, postedOn: Day, turn = ''): LedgerEntry => {
    const requestId = `sample:${account.accountNumber}:${back}:${kind}${turn}`;
    return { _id: sampleId('ledger', requestId), accountId, kind, amount, postedOn, billId, requestId };
  };
  const entries = [entry('charge', total, issuedOn)];
  const paid = back === 0 ? paidOf(account, total) : total;
  // A payment that the bank sent back, and that was made again a week later.
  if (back > 1 && back - 1 <= account.returnedPaymentsLast12Months)
    entries.push(
      entry('payment', -total, addDays(paidOn, -7), ':returned'),
      entry('reversal', total, addDays(paidOn, -3)),
    );
  if (paid !== 0) entries.push(entry('payment', -paid, paidOn));
  return entries;
}

function paidOf({ bill, balance }: SampleAccount, total: number): number {
  if (balance < 0) return total - balance;
  return balance === bill?.amount ? 0 : total - balance;
}
