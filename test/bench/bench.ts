import { cpus, loadavg } from 'node:os';
import { startChild } from './child.ts';
import { closedLoop, type Met, openLoop } from './load.ts';
import { type Figures, type Followed, measure, medianOf } from './measure.ts';
import { provenRound } from './proven.ts';
import { ratingRound } from './rating.ts';
import { printRating, printStages, printTable, printTargets, type Row } from './report.ts';
import { printScale, scaleRound } from './scale.ts';
import { conversations, type Subject, startHeadgate, startPlain } from './subjects.ts';
import { targetsOf } from './targets.ts';

const rounds = 3;
const roundMs = 5_000;
const warmUpMs = 3_000;
const open = { perSecond: 20, ms: 15_000 };
/** Whatever hangs, the bench ends. */
const longestMs = 235_000;

const watchdog = setTimeout(() => {
  console.error(`The bench did not end within ${longestMs / 1000} s.`);
  process.exit(1);
}, longestMs);

const closed = (subject: Subject, ms = roundMs) => closedLoop(subject.customers.slice(0, conversations), ms);

/** Rounds of all subjects by turns, so that what else the machine does meets all alike. */
async function sideBySide(subjects: Subject[]): Promise<Figures[]> {
  const figures: Figures[][] = subjects.map(() => []);
  for (const subject of subjects) await closed(subject, warmUpMs);
  for (let round = 0; round < rounds; round++) {
    for (const [at, subject] of subjects.entries())
      figures[at]?.push(await measure(subject, () => closed(subject)));
  }
  return figures.map(medianOf);
}

const opened = (subject: Subject): Promise<Figures> =>
  measure(subject, () => openLoop(subject.customers, open.perSecond, open.ms));

/** Where the time and the round trips of a turn go, from a server of its own that is followed. */
async function followed(uri?: string): Promise<{ told: Followed; turns: number }> {
  const subject = await startHeadgate({ uri, instrumented: true });
  await closed(subject, warmUpMs);
  const [told, met] = await Promise.all([
    subject.child.ask<Followed>('measured', { ms: roundMs }),
    closed(subject),
  ]);
  await subject.stop();
  return { told, turns: met.latencies.length };
}

async function bare(): Promise<Figures> {
  const child = await startChild('bare');
  const subject = { child, customers: [], storePid: null, url: '', stop: child.stop };
  await child.ask('run', { conversations, ms: 1_000 });
  const figures = await measure(subject, () => child.ask<Met>('run', { conversations, ms: 2_000 }));
  await child.stop();
  return { ...figures, loadCpuMs: Number.NaN };
}

console.log(
  `Node ${process.versions.node}, ${cpus().length} CPUs for servers, store and load together; ` +
    `${loadavg()[0]?.toFixed(1)} busy with other work when it began.`,
);
console.log(
  `${conversations} conversations at once, median of ${rounds} rounds of ${roundMs / 1000} s by turns; ` +
    `then ${open.perSecond} turns a second for ${open.ms / 1000} s, whether or not the server keeps up.\n`,
);

const [plain, headgate] = await Promise.all([startPlain(), startHeadgate()]);
const [plainClosed, headgateClosed] = (await sideBySide([plain, headgate])) as [Figures, Figures];
const rows: Row[] = [
  { name: '(a) plain botbuilder bot, keeps nothing', closed: plainClosed, open: await opened(plain) },
  { name: '(b) bare BotAdapter in memory, no HTTP', closed: await bare() },
  { name: '(c) Headgate, embedded store (FULL)', closed: headgateClosed, open: await opened(headgate) },
];
rows.push({ name: '(c) the same with proof by PIN', closed: await provenRound(headgate) });
await plain.stop();
await headgate.stop();

const { told, turns } = await followed();
const uri = process.env.MONGODB_URI;
if (uri) {
  const onMongo = await startHeadgate({ uri });
  const [figures] = (await sideBySide([onMongo])) as [Figures];
  rows.push({ name: '(c) Headgate, MongoDB', closed: figures, open: await opened(onMongo) });
  await onMongo.stop();
}

printTable(rows);
if (!uri) console.log('(c) Headgate, MongoDB: not run on MongoDB (set MONGODB_URI)');
console.log('\nHeadgate on the embedded store:');
printStages(told, turns, headgateClosed.serverCpuMs);
console.log('\nBilling:');
printRating(await ratingRound());
console.log('\nLooking up, as the District grows:');
printScale(await scaleRound([10_000, 100_000]));
console.log('\nTargets:');
printTargets(targetsOf({ plain: plainClosed, headgate: rows[2] as Row, told, turns }));
clearTimeout(watchdog);
process.exit(0);
