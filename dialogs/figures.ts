import { addDays, createCalendar } from '../services/calendar.ts';
import type { Placeholder } from '../services/knowledge/placeholders.ts';
import { formatMoney, toCents } from '../services/money.ts';
import { inForce, type Policy, rateOn } from '../services/policy.ts';
import { sayDay, sayPhone, sayShortDay } from './dates.ts';
import { listed, sayHours, sayTime } from './hours.ts';

type Asked = { policy: Policy; today(): string; language: string };
type Figure = (asked: Asked) => string;

const money =
  (dollarsOf: (policy: Policy) => number): Figure =>
  ({ policy, language }) =>
    formatMoney(toCents(dollarsOf(policy)), language);
const number =
  (of: (policy: Policy) => number): Figure =>
  ({ policy }) =>
    of(policy).toLocaleString('en-US');
/** "1 business day", "2 business days". */
const businessDays =
  (of: (policy: Policy) => number): Figure =>
  ({ policy, language }) => {
    const days = of(policy);
    if (language === 'es') return days === 1 ? '1 día hábil' : `${days} días hábiles`;
    return days === 1 ? '1 business day' : `${days} business days`;
  };
const time =
  (of: (policy: Policy) => string): Figure =>
  ({ policy, language }) =>
    sayTime(of(policy), language);

/** How an answer of the knowledge says each figure of the policy. */
export const figures: Record<Placeholder, Figure> = {
  district: ({ policy }) => policy.district.name,
  phone: ({ policy }) => sayPhone(policy.district.phone),
  emergencyPhone: ({ policy }) => sayPhone(policy.district.emergencyPhone),
  office: ({ policy, language }) => sayHours(policy.hours.office, language),
  lobby: ({ policy, language }) => sayHours(policy.hours.lobby, language),
  nextHoliday,
  cycleDays: number(({ units }) => units.cycleDays),
  gallonsPerUnit: number(({ units }) => units.gallonsPerUnit),
  rates: ratesInWords,
  ratesSince: ({ policy, today, language }) =>
    sayShortDay(rateOn(policy, today()).effectiveOn, language, today()),
  serviceCharge,
  dueDays: number(({ billing }) => billing.dueDays),
  autopayDays: number(({ billing }) => billing.autopayDaysAfterBill),
  lateFee: money(({ billing }) => billing.lateFee.amount),
  lateFeeGraceDays: number(({ billing }) => billing.lateFee.graceDays),
  lateFeeWaiverMonths: number(({ billing }) => billing.lateFee.waivedOncePerMonths),
  returnedFirst: money(({ billing }) => billing.returnedPayment.first),
  returnedLater: money(({ billing }) => billing.returnedPayment.later),
  leakCreditPct: number(({ billing }) => billing.leakAdjustment.creditPct),
  leakMonths: number(({ billing }) => billing.leakAdjustment.perMonths),
  leakFixedDays: number(({ billing }) => billing.leakAdjustment.fixedWithinDays),
  leakClaimDays: number(({ billing }) => billing.leakAdjustment.claimedWithinDays),
  assistanceCredit: money(({ billing }) => billing.assistance.creditPerBill),
  assistanceMonths: number(({ billing }) => billing.assistance.recertifyMonths),
  assistanceProofs: ({ policy, language }) =>
    listed(
      policy.billing.assistance.proofs.map((proof) => proofs[language]?.[proof] ?? proof),
      language,
      'disjunction',
    ),
  povertyLevelPct: number(({ billing }) => billing.assistance.povertyLevelPct),
  extensionDays: number(({ plans }) => plans.extension.days),
  extensionsPerYear: number(({ plans }) => plans.extension.perYear),
  planMonths: number(({ plans }) => plans.bot.mostMonths),
  planMonthsCsr: number(({ plans }) => plans.csr.mostMonths),
  setupFee: money(({ start }) => start.setupFee),
  sameDayFee: money(({ start }) => start.sameDayFee),
  sameDayCutoff: time(({ start }) => start.sameDayCutoff),
  startNoticeDays: businessDays(({ start }) => start.noticeBusinessDays),
  startCutoff: time(({ start }) => start.cutoff),
  depositWithoutCredit: money(({ deposit }) => deposit.withoutCredit),
  depositCapBills: number(({ deposit }) => deposit.capAverageBills),
  depositMonths: number(({ deposit }) => deposit.refundAfterGoodMonths),
  stopNoticeDays: businessDays(({ stop }) => stop.noticeBusinessDays),
  finalBillDays: number(({ stop }) => stop.finalBillDays),
  refundDays: number(({ stop }) => stop.refundDays),
  droughtStage: ({ policy, today }) => String(inForce(policy.drought, today())?.stage ?? 0),
};

const proofs: Record<string, Record<string, string>> = { es: { income: 'ingresos' } };

/** The next day within a year on which the office is closed for a holiday. */
function nextHoliday({ policy, today, language }: Asked): string {
  const { holidayOn } = createCalendar(policy);
  const days = Array.from({ length: 366 }, (_, ahead) => addDays(today(), ahead));
  const next = days.find((day) => holidayOn(day) !== null) ?? today();
  return sayDay(next, language, today());
}

/** A price to its last digit: $4.596, $5.40. */
const perUnit = (dollars: number): string =>
  dollars.toLocaleString('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 4 });

function ratesInWords({ policy, today, language }: Asked): string {
  const rate = rateOn(policy, today());
  const isSpanish = language === 'es';
  if (rate.kind === 'uniform') {
    const { inside, outside } = rate.perUnit;
    return isSpanish
      ? `una unidad de agua cuesta ${perUnit(inside)} dentro del Distrito y ${perUnit(outside)} fuera`
      : `one unit of water costs ${perUnit(inside)} inside the District and ${perUnit(outside)} outside`;
  }
  const tiers = rate.tiers.map(({ upToGallonsPerDay: end, perUnit: price }) =>
    end === undefined
      ? `${perUnit(price)} ${isSpanish ? 'por encima' : 'above that'}`
      : `${perUnit(price)} ${isSpanish ? `hasta ${end} galones al día` : `up to ${end} gallons a day`}`,
  );
  return isSpanish
    ? `una unidad de agua en un hogar cuesta ${listed(tiers, 'es')}; para los demás, ${perUnit(rate.otherPerUnit)}`
    : `one unit of water in a home costs ${listed(tiers, 'en')}; for everybody else, ${perUnit(rate.otherPerUnit)}`;
}

function serviceCharge({ policy, today, language }: Asked): string {
  const { serviceCharge: charges, serviceChargePer } = rateOn(policy, today());
  const least = formatMoney(toCents(Math.min(...Object.values(charges))), language);
  if (language === 'es')
    return `${least} ${serviceChargePer === 'day' ? 'al día' : 'por período de facturación'}`;
  return `${least} ${serviceChargePer === 'day' ? 'a day' : 'a billing period'}`;
}
