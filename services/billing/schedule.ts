import { addDays, type Day, daysBetween } from '../calendar.ts';
import { type BillSources, serviceOf } from './makeBill.ts';

/**
 * The day up to which an account is to be billed on a day, or null where it is not its time: the actual reading
 * nearest to the end of its cycle, and once no reader can be waited for, the end of the cycle itself.
 */
export async function dueEnd(
  sources: BillSources,
  { accountId, day }: { accountId: string; day: Day },
): Promise<Day | null> {
  const { records, bills, meters, readings, policy } = sources;
  const account = await records.accountById(accountId);
  if (account === null) return null;
  const [latest = null] = await bills.recentOf(accountId, 1);
  const service = await serviceOf(sources, account, latest);
  if (service === null) return null;
  const cycleEnd = addDays(service.start, policy.units.cycleDays);
  if (day < cycleEnd) return null;
  const [first, last] = [-1, 1].map((sign) => addDays(cycleEnd, sign * policy.billing.readWithinDays)) as [
    Day,
    Day,
  ];
  const all = await Promise.all(
    (await meters.atLocation(account.serviceLocationId)).map(({ _id }) =>
      readings.between(_id, first, last < day ? last : day, 100),
    ),
  );
  const nearest = all
    .flat()
    .filter(({ kind }) => kind === 'actual')
    .map(({ readOn }) => ({ readOn, apart: Math.abs(daysBetween(readOn, cycleEnd)) }))
    .sort((left, right) => left.apart - right.apart || (left.readOn < right.readOn ? -1 : 1))[0];
  return nearest?.readOn ?? (day >= last ? cycleEnd : null);
}
