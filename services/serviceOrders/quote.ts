import { addDays, type Day } from '../calendar.ts';
import { type Cents, toCents } from '../money.ts';
import { meterSizes } from '../policy/fields.ts';
import { rateBill } from '../rating.ts';
import type { OrderDates } from './dates.ts';
import type { PremiseChecks } from './premiseChecks.ts';
import type { Fee, OrderWindow, Quote, QuoteAnswer, QuoteRequest, ServiceOrderDeps } from './types.ts';

/** How many of a premise's former agreements are looked at for its average bill. */
const formerAgreements = 5;

/** What a start costs, and why, before anybody commits to it. */
export function createQuotes(deps: ServiceOrderDeps, dates: OrderDates, checks: PremiseChecks) {
  const { records, premises, agreements, policy } = deps;

  return async function quote(request: QuoteRequest): Promise<QuoteAnswer> {
    const { serviceLocationId, day, accountId = null } = request;
    const checked = dates.checkStartDate(day);
    if (!checked.ok) return checked;
    const account = accountId === null ? null : await records.accountById(accountId);
    if (accountId !== null && account === null) return { ok: false, reason: 'noAccount' };
    const refused = await checks.refusalAt(serviceLocationId, day, accountId);
    if (refused !== null) return { ok: false, reason: refused };
    const asked = toCents(
      account !== null || request.creditShown ? policy.deposit.amount : policy.deposit.withoutCredit,
    );
    const depositCap = asked > 0 ? await capOf(serviceLocationId, day) : null;
    return { ok: true, quote: toQuote(day, checked.sameDay, Math.min(asked, depositCap ?? 0), depositCap) };
  };

  function toQuote(day: Day, sameDay: boolean, deposit: Cents, depositCap: Cents | null): Quote {
    const { setupFee, sameDayFee, windows, proofs, fixturesOff } = policy.start;
    const all: Fee[] = [
      { label: 'setupFee', amount: toCents(setupFee) },
      { label: 'sameDayFee', amount: sameDay ? toCents(sameDayFee) : 0 },
      { label: 'deposit', amount: deposit },
    ];
    const fees = all.filter(({ amount }) => amount > 0);
    return {
      day,
      sameDay,
      fees,
      depositCap,
      total: fees.reduce((sum, { amount }) => sum + amount, 0),
      windows: windows.filter(({ name }) => isWindowOpen(name, sameDay)),
      proofNeeded: proofs,
      proofBy: dates.proofBy(day),
      fixturesOff,
    };
  }

  /** On the same day only what has not begun yet can be promised. */
  function isWindowOpen(name: OrderWindow, sameDay: boolean): boolean {
    const window = policy.start.windows.find((one) => one.name === name);
    return window !== undefined && (!sameDay || window.from > deps.clock.localTime().time);
  }

  /** So many average bills of the premise; where it never had one, of the least that a bill there can be. */
  async function capOf(serviceLocationId: string, day: Day): Promise<Cents> {
    const former = await agreements.latestAt(serviceLocationId, formerAgreements);
    const own = await Promise.all(
      former.map(async ({ accountId }) => {
        const account = await records.accountById(accountId);
        return account?.serviceLocationId === serviceLocationId ? deps.billTotals(accountId, day) : [];
      }),
    );
    const totals = own.flat();
    const average =
      totals.length > 0
        ? totals.reduce((sum, total) => sum + total, 0) / totals.length
        : await leastBill(serviceLocationId, day);
    return Math.floor(policy.deposit.capAverageBills * average);
  }

  async function leastBill(serviceLocationId: string, day: Day): Promise<Cents> {
    const [premise, meterSize] = await Promise.all([
      premises.byId(serviceLocationId),
      premises.meterSize(serviceLocationId),
    ]);
    const days = policy.units.cycleDays;
    const { total } = rateBill({
      // Not known: the smallest, as a cap must not be too high.
      meterSize: meterSize ?? meterSizes[0],
      units: 0,
      days,
      insideDistrict: premise?.insideDistrict ?? true,
      period: { start: addDays(day, -days), end: day },
      policy,
    });
    return total;
  }
}
