import { formatMoney } from '../../services/money.ts';
import type { BillLine, BillWarning } from '../../services/rating.ts';

/** A line of a bill as the words use it: money and numbers as they are read in the customer's language. */
export type SpokenLine = {
  label: BillLine['label'];
  quantity: string;
  unit: string;
  rate: string;
  /** The rate where it is a share of other lines: 8. */
  percent: string;
  amount: string;
  tier: number;
  /** Where the line is not for all of the period's days. */
  partDays: number | null;
};
export type LineWords = Record<BillLine['label'], (line: SpokenLine) => string>;

export function spokenLine(line: BillLine, language: string): SpokenLine {
  return {
    label: line.label,
    quantity: spokenNumber(line.quantity, language),
    unit: line.unit,
    rate: asPrice(line.rate),
    percent: spokenNumber(Number(line.rate) * 100, language),
    amount: formatMoney(line.amount, language),
    tier: line.tier ?? 1,
    partDays: line.partDays ?? null,
  };
}

/** A price to its last digit, with cents at least: 4.596, 5.60. */
const asPrice = (rate: string) =>
  rate.replace(/^(-?\d+)(?:\.(\d))?$/, (_, whole, tenth = '0') => `${whole}.${tenth}0`);

/** Units above the drought's limit that were not charged, or undefined where there were none. */
export function warnedUnits(warnings: BillWarning[] = [], language: string): string | undefined {
  const units = warnings.reduce((sum, warning) => sum + warning.units, 0);
  return units > 0 ? spokenNumber(units, language) : undefined;
}

// As on the printed bill: three decimals are what a meter reads, in Spanish of the United States too.
const spokenNumber = (value: number, language: string) =>
  new Intl.NumberFormat(language.startsWith('es') ? 'es-US' : 'en-US', { maximumFractionDigits: 3 }).format(
    value,
  );
