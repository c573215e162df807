import { createHash } from 'node:crypto';
import type { BillRecord } from '../../models/bill.ts';
import type { CustomerAgreement } from '../../models/customerAgreement.ts';
import type { Meter } from '../../models/meter.ts';
import type { Reading } from '../../models/reading.ts';
import { addDays, type Day, daysBetween } from '../calendar.ts';
import { InvariantError } from '../errors.ts';
import type { MeterSize, Policy } from '../policy.ts';
import type { Period } from '../rating/parts.ts';
import { type Correction, type RatingPolicy, rateBill } from '../rating.ts';
import type { Account, Records } from '../records.ts';
import type { ReadingProblem } from './meterCurve.ts';
import {
  consumedIn,
  curvesOf,
  daysOf,
  estimateOf,
  isRead,
  type KnownMeter,
  type MeterReads,
} from './metered.ts';
import { wasWarned } from './warned.ts';

/** Why there is no bill; what has a `meterId` asks for that meter to be read or checked. */
export type NotBilled =
  | { ok: false; reason: 'notADay' | 'inFuture' | 'noAccount' | 'noService' | 'noMeter' }
  | { ok: false; reason: 'alreadyBilled'; billId: string }
  | { ok: false; reason: 'serviceEnded'; endedOn: Day }
  | { ok: false; reason: 'noReading'; meterId: string; readOn: Day }
  | ReadingProblem;

export type BillSources = {
  records: Pick<Records, 'accountById' | 'serviceLocation'>;
  agreements: { ofAccount(accountId: string): PromiseLike<CustomerAgreement[]> };
  meters: { atLocation(serviceLocationId: string): PromiseLike<Meter[]> };
  readings: {
    between(meterId: string, first: Day, last: Day, count: number): PromiseLike<Reading[]>;
  };
  bills: { recentOf(accountId: string, count: number, until?: Day): PromiseLike<BillRecord[]> };
  /** Whether the account gets the low-income credit on a bill of that day. */
  isAssisted(accountId: string, day: Day): Promise<boolean>;
  policy: RatingPolicy & Pick<Policy, 'stop'>;
};

type Made = Omit<BillRecord, 'issuedOn' | 'dueOn' | 'requestId' | 'argsHash'>;
export type MadeBill = { ok: true; bill: Made; estimates: Reading[] } | NotBilled;

/** Bills that are looked back on, for estimates to set right and warnings given: two years of them. */
const lookBack = 13;
/** Past use that an estimate goes by is at most so many days old. */
const pastDays = 460;
/** More than a reading a day is not looked at. */
const mostReadings = 1000;

/** What a bill up to a day would be, from what is known now; nothing is written. */
export function createBillMaker(deps: BillSources) {
  const { records, bills, policy } = deps;

  return async ({
    accountId,
    periodEnd,
    closing,
  }: {
    accountId: string;
    periodEnd: Day;
    closing: boolean;
  }): Promise<MadeBill> => {
    const account = await records.accountById(accountId);
    if (account === null) return { ok: false, reason: 'noAccount' };
    const recent = await bills.recentOf(accountId, lookBack);
    const service = await serviceOf(deps, account, recent[0] ?? null);
    if (service === null) return { ok: false, reason: 'noService' };
    const { start, isOpening, endedOn } = service;
    const period = { start, end: periodEnd };
    if (periodEnd <= start)
      return recent[0]
        ? { ok: false, reason: 'alreadyBilled', billId: recent[0]._id }
        : { ok: false, reason: 'noService' };
    if (endedOn !== null && periodEnd > endedOn) return { ok: false, reason: 'serviceEnded', endedOn };

    const toSetRight = openEstimates(recent);
    const since = lastReadBefore(toSetRight.at(-1)?.periodStart ?? start, recent);
    const found = await readMeters(account, period, since);
    if (!found.ok) return found;
    const { known, estimates, flows } = found;
    const use = consumedIn(known, period);
    if (!use.ok) return use;
    const corrections = toSetRight.flatMap((bill) => correctionOf(bill, known));

    const location = await records.serviceLocation(account.serviceLocationId);
    if (location === null)
      throw new InvariantError('records.inconsistent', 'An account points at a premise that is not there');
    const meters = known.flatMap(({ meter }) => {
      const days = daysOf(meter, period);
      return days === null ? [] : [{ ...days, size: meter.size as MeterSize }];
    });
    const days = daysBetween(start, periodEnd);
    const prorated = isOpening || closing || endedOn === periodEnd;
    const meterSize = meters.at(-1)?.size as MeterSize;
    const estimated = !isRead(known, period);
    const rated = rateBill({
      policy,
      period,
      days,
      units: use.units,
      meterSize,
      meters,
      kind: account.kind,
      insideDistrict: location.insideDistrict,
      prorated,
      estimated,
      assisted: await deps.isAssisted(accountId, periodEnd),
      warnedBefore: wasWarned(recent, policy, periodEnd),
      corrections: corrections.map(({ correction }) => correction),
    });
    const bill: Made = {
      _id: billIdOf(accountId, start),
      accountId,
      periodStart: start,
      periodEnd,
      days,
      units: use.units,
      meterSize,
      estimated,
      prorated,
      continuousFlow: flows,
      truedUp: corrections.map(({ billId }) => billId),
      lines: rated.lines as BillRecord['lines'],
      warnings: rated.warnings,
      total: rated.total,
    };
    return { ok: true, bill, estimates };
  };

  /** The meters at the premise with their readings; the readings that are missing at the end are estimated. */
  async function readMeters(
    { serviceLocationId }: Account,
    period: Period,
    since: Day,
  ): Promise<
    { ok: true; known: KnownMeter[]; estimates: Reading[]; flows: boolean } | Extract<MadeBill, { ok: false }>
  > {
    const all = await deps.meters.atLocation(serviceLocationId);
    const there = all
      .filter((meter) => daysOf(meter, { start: since, end: period.end }) !== null)
      .sort((left, right) => ((left.installedOn ?? '') < (right.installedOn ?? '') ? -1 : 1));
    if (!there.some((meter) => daysOf(meter, period) !== null)) return { ok: false, reason: 'noMeter' };
    const read = await Promise.all(
      there.map(async (meter): Promise<MeterReads> => {
        const readings = await deps.readings.between(meter._id, since, period.end, mostReadings);
        return { meter, readings };
      }),
    );
    const estimates: Reading[] = [];
    for (const { meter, readings } of read) {
      const days = daysOf(meter, period);
      if (days === null || readings.some(({ readOn }) => readOn === days.end)) continue;
      const first = addDays(since, -pastDays);
      const past = await deps.readings.between(meter._id, first, period.end, mostReadings);
      const estimate = estimateOf({ meter, readings: past }, days.end, policy.units);
      if (estimate === null) return { ok: false, reason: 'noReading', meterId: meter._id, readOn: days.end };
      estimates.push(estimate);
      readings.push(estimate);
    }
    const curves = curvesOf(read);
    if (!curves.ok) return curves;
    const flows = read.some(({ readings }) =>
      readings.some((reading) => reading.continuousFlow && reading.readOn > period.start),
    );
    return { ok: true, known: curves.known, estimates, flows };
  }
}

/** From where an account is billed, and until when; null where it has no service at its premise. */
export async function serviceOf(
  { agreements }: Pick<BillSources, 'agreements'>,
  { accountId, serviceLocationId, closedOn }: Account,
  latest: BillRecord | null,
): Promise<{ start: Day; isOpening: boolean; endedOn: Day | null } | null> {
  const own = (await agreements.ofAccount(accountId))
    .filter((agreement) => agreement.serviceLocationId === serviceLocationId)
    .sort((left, right) => (left.startedOn < right.startedOn ? 1 : -1))[0];
  if (own === undefined) return null;
  const isOpening = latest === null || latest.periodEnd <= own.startedOn;
  return {
    start: isOpening ? own.startedOn : latest.periodEnd,
    isOpening,
    endedOn: own.endedOn ?? closedOn,
  };
}

/** One bill for each account and first day, whoever asks for it. */
const billIdOf = (accountId: string, start: Day) =>
  createHash('sha256').update(`bill ${accountId} ${start}`).digest('hex').slice(0, 24);

/** Estimated bills that none has set right yet, the latest first. */
function openEstimates(recent: readonly BillRecord[]): BillRecord[] {
  const done = new Set(recent.flatMap(({ truedUp }) => truedUp));
  return recent.filter(({ _id, estimated }) => estimated && !done.has(_id));
}

/**
 * A day that bills began on and that was read: where a period begins on an estimate, what the meter then showed lies
 * between readings before and after it.
 */
function lastReadBefore(start: Day, recent: readonly BillRecord[]): Day {
  const before = recent.find(({ periodEnd, estimated }) => periodEnd === start && estimated);
  return before === undefined ? start : lastReadBefore(before.periodStart, recent);
}

/** What readings have since shown of an estimated bill; nothing where nobody has read the meter since. */
function correctionOf(
  { _id, periodStart, periodEnd, units }: BillRecord,
  known: readonly KnownMeter[],
): { billId: string; correction: Correction }[] {
  const period = { start: periodStart, end: periodEnd };
  const use = consumedIn(known, period);
  if (!use.ok || !isRead(known, period)) return [];
  return [{ billId: _id, correction: { period, billed: units, actual: use.units } }];
}
