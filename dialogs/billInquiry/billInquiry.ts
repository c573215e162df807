import { formatMoney } from '../../services/money.ts';
import { sayDay, sayInstant, sayShortDay } from '../dates.ts';
import type { TaskDialog } from '../form/task.ts';
import { spokenLine, warnedUnits } from './lines.ts';
import { en } from './messages.en.ts';
import { es } from './messages.es.ts';

/** Tells a customer what they owe, by when, and what the bill is made of. */
export const billInquiry: TaskDialog = {
  kind: 'billInquiry',
  version: 1,
  intents: ['BillInquiry'],
  needs: 'bills',
  skill: 'billing',
  fields: [],
  async finish({ turn, services }) {
    const { language } = turn;
    const today = services.today();
    const accountId = turn.proof?.accountId ?? '';
    const due = await services.billing.amountDue(accountId);
    if (!due.ok) return { say: due.reason, person: true };
    const { bill, samePeriodLastYear } = due;
    const onTheWay = await services.payments.onTheWay(accountId);
    const money = (cents: number) => formatMoney(cents, language);
    const day = (local: string) => sayDay(local, language, today);
    return {
      say: due.accountState === 'closed' && due.status === 'credit' ? 'closedCredit' : due.status,
      with: {
        balance: money(Math.abs(due.balance)),
        dueOn: day(bill.dueOn),
        total: money(bill.total),
        periodStart: sayShortDay(bill.periodStart, language, today),
        periodEnd: sayShortDay(bill.periodEnd, language, today),
        days: bill.days,
        units: bill.units,
        lines: bill.lines.map((line) => spokenLine(line, language)),
        gallonsPerUnit: services.policy.units.gallonsPerUnit.toLocaleString('en-US'),
        warnedUnits: warnedUnits(bill.warnings, language),
        lastYearUnits: samePeriodLastYear?.units,
        autopayOn: due.autopayOn && day(due.autopayOn),
        onTheWay: onTheWay > 0 ? money(onTheWay) : undefined,
        estimated: bill.estimated,
        asOf: due.asOf && sayInstant(due.asOf, language, services.policy.district.timeZone),
      },
    };
  },
  words: { en, es },
};
