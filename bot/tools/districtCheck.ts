import { access } from 'node:fs/promises';
import path from 'node:path';
import { spokenLine } from '../../dialogs/billInquiry/lines.ts';
import { sayDay, sayPhone } from '../../dialogs/dates.ts';
import { figures } from '../../dialogs/figures.ts';
import { addDays, isDay, localTime } from '../../services/calendar.ts';
import { readDistrictFolder } from '../../services/districtFolder.ts';
import type { Article } from '../../services/knowledge/load.ts';
import { formatMoney } from '../../services/money.ts';
import { meterSizes } from '../../services/policy/fields.ts';
import { inForce, type Policy } from '../../services/policy.ts';
import { rateBill } from '../../services/rating.ts';

/**
 * `npm run district:check -- FOLDER [YYYY-MM-DD]`: everything that the start would refuse, without starting; and where
 * nothing is wrong, what the District's customers are told on that day, so that somebody can read it over.
 */
const [dir = './district', day] = process.argv.slice(2);
if (day !== undefined && !isDay(day)) {
  console.error(`${day} is not a day, YYYY-MM-DD.`);
  process.exit(2);
}
const hasSample = await access(path.join(dir, 'sample-accounts.json')).then(
  () => true,
  () => false,
);
const read = await readDistrictFolder(dir, {
  now: day === undefined ? new Date() : new Date(`${day}T12:00:00Z`),
  sample: hasSample,
});
if (!read.ok) {
  for (const problem of read.problems) console.error(problem);
  console.error(read.problems.length === 1 ? 'One problem.' : `${read.problems.length} problems.`);
  process.exit(1);
}
const { policy, articles } = read.value;
const today = day ?? localTime(new Date(), policy.district.timeZone).day;
for (const line of summary(policy, articles, today)) console.log(line);
if (!hasSample) console.log('There is no sample-accounts.json, so it cannot be tried in the sandbox.');
console.log('ok');

function summary(policy: Policy, articles: Article[], today: string): string[] {
  const { district, rates } = policy;
  const say = (name: 'rates' | 'serviceCharge' | 'office' | 'lobby' | 'nextHoliday' | 'lateFee') =>
    figures[name]({ policy, today: () => today, language: 'en' });
  const later = rates.filter(({ effectiveOn }) => effectiveOn > today).map(({ effectiveOn }) => effectiveOn);
  const ids = [...new Set(articles.map(({ id }) => id))];
  const held = ids.map((id) =>
    inForce(
      articles.filter((one) => one.id === id),
      today,
    ),
  );
  const languages = [...new Set(articles.flatMap(({ answer }) => Object.keys(answer)))];
  const inLanguage = (language: string) => held.filter((one) => one?.answer[language] !== undefined).length;
  const toCome = articles.filter(({ effectiveOn }) => effectiveOn > today);
  return [
    `${district.name} on ${sayDay(today, 'en', '')} (${district.timeZone})`,
    `Phone ${sayPhone(district.phone)}, emergencies ${sayPhone(district.emergencyPhone)}`,
    `Office ${say('office')}; lobby ${say('lobby')}; next holiday ${say('nextHoliday')}`,
    `Rates: ${say('rates')}; service charge from ${say('serviceCharge')}`,
    ...(later.length > 0 ? [`Rates to come: ${later.sort().join(', ')}`] : []),
    ...exampleBill(policy, today),
    `Late fee ${say('lateFee')}; paged at night: ${policy.onCall.people.map(({ name }) => name).join(', ')}`,
    `${ids.length} answers: ${languages.map((language) => `${inLanguage(language)} ${language}`).join(', ')}`,
    ...toCome.map(({ id, effectiveOn }) => `Answer to come: ${id} on ${effectiveOn}`),
  ];
}

/** A bill that ends today, of 200 gallons a day, to compare with one that was worked out by hand. */
function exampleBill(policy: Policy, today: string): string[] {
  const { cycleDays: days, gallonsPerUnit, unit } = policy.units;
  const start = addDays(today, -days);
  const first = policy.rates.map(({ effectiveOn }) => effectiveOn).sort()[0] ?? '';
  if (start < first) return [];
  const meterSize = meterSizes.find((size) =>
    policy.rates.every(({ serviceCharge }) => size in serviceCharge),
  );
  if (meterSize === undefined) return [];
  const units = Math.max(1, Math.round((200 * days) / gallonsPerUnit));
  const { lines, total } = rateBill({
    meterSize,
    units,
    days,
    insideDistrict: true,
    period: { start, end: today },
    kind: 'residential',
    policy,
  });
  return [
    `A home's bill of ${units} ${unit} in ${days} days with a ${meterSize}" meter: ${formatMoney(total, 'en')}`,
    ...lines.map((line) => {
      const { label, quantity, rate, amount, partDays } = spokenLine(line, 'en');
      const part = partDays === null ? '' : ` for ${partDays} days`;
      return `  ${label}${line.tier ? ` ${line.tier}` : ''}${part}: ${quantity} x ${rate} = ${amount} (${line.source})`;
    }),
  ];
}
