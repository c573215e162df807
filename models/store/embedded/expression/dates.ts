import { wholeNumber } from '../bson/numbers.ts';
import { typeOf, type Value } from '../bson/values.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { isNothing, type Make, named, takes } from './operator.ts';

const units: Record<string, number> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
};
const months: Record<string, number> = { month: 1, quarter: 3, year: 12 };

const asDate = (name: string, value: Value): Date => {
  if (value instanceof Date) return value;
  throw new CommandError(
    5166403,
    `${name} requires startDate to be convertible to a date, not ${typeOf(value)}`,
  );
};

const plusMonths = (date: Date, count: number): Date => {
  const result = new Date(date);
  result.setUTCDate(1);
  result.setUTCMonth(result.getUTCMonth() + count);
  const lastDay = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0)).getUTCDate();
  result.setUTCDate(Math.min(date.getUTCDate(), lastDay));
  return result;
};

const shifted =
  (name: string, sign: 1 | -1): Make =>
  (operand, compile) => {
    const given = named(name, operand, ['startDate', 'unit', 'amount'], ['timezone']);
    if (given.timezone !== undefined && given.timezone !== 'UTC')
      throw notImplemented(`a timezone in ${name}`);
    const [start, unit, by] = [given.startDate, given.unit, given.amount].map(compile) as [
      ReturnType<typeof compile>,
      ReturnType<typeof compile>,
      ReturnType<typeof compile>,
    ];
    return (scope) => {
      const [from, name_, count] = [start(scope), unit(scope), by(scope)];
      if (isNothing(from) || isNothing(name_) || isNothing(count)) return null;
      const amount = wholeNumber(count, `${name} amount`) * sign;
      const [ms, month] = [units[String(name_)], months[String(name_)]];
      if (ms !== undefined) return new Date(asDate(name, from).getTime() + ms * amount);
      if (month !== undefined) return plusMonths(asDate(name, from), month * amount);
      throw new CommandError(9, `unknown time unit value: ${String(name_)}`);
    };
  };

export const dateOperators: Record<string, Make> = {
  $dateAdd: shifted('$dateAdd', 1),
  $dateSubtract: shifted('$dateSubtract', -1),
  $toDate: takes('$toDate', 1, 1, ([value]) => {
    if (isNothing(value)) return null;
    if (value instanceof Date) return value;
    if (typeOf(value) === 'long' || typeOf(value) === 'double') return new Date(Math.trunc(Number(value)));
    throw notImplemented(`$toDate of a ${typeOf(value)}`);
  }),
};
