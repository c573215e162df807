import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { addressFile, storeDirectory } from '../../models/store/embedded/address.ts';
import { closedLoop } from './load.ts';
import type { CallFrame, Profile, ProfileNode } from './servers/profiler.ts';
import { conversations, type Subject, startHeadgate, startPlain } from './subjects.ts';

const warmUpMs = 4_000;
const loadMs = 10_000;
const root = fileURLToPath(new URL('../../', import.meta.url));
const idle = new Set(['(idle)', '(root)']);

/** `node_modules/x/…` is the package, one of ours its file, anything else Node's own. */
function placeOf({ url, functionName }: CallFrame): string {
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url)?.[1];
  if (inPackage) return inPackage;
  if (url.startsWith('file:')) return fileURLToPath(url).replace(root, '');
  return url === '' ? functionName : 'node';
}

const lineOf = (frame: CallFrame): string =>
  `${frame.functionName || '(anonymous)'}  ${placeOf(frame)} ${frame.url.split('/').at(-1)}:${frame.lineNumber + 1}`;

/** Time in milliseconds by place (Node's own work is charged to whoever asked for it) and by function. */
function timesOf({ nodes, samples, timeDeltas }: Profile) {
  const self = new Map<number, number>();
  for (const [at, id] of samples.entries()) self.set(id, (self.get(id) ?? 0) + (timeDeltas[at] ?? 0) / 1000);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const places = new Map<string, number>();
  const functions = new Map<string, number>();
  const totals = new Map<string, number>();
  const add = (sums: Map<string, number>, name: string, ms: number) =>
    sums.set(name, (sums.get(name) ?? 0) + ms);
  const walk = (node: ProfileNode, above: Set<string>, asker: string): number => {
    const name = lineOf(node.callFrame);
    const own = idle.has(node.callFrame.functionName) ? 0 : (self.get(node.id) ?? 0);
    const { url } = node.callFrame;
    const place = url === '' || url.startsWith('node:') ? asker : placeOf(node.callFrame);
    add(places, own > 0 && node.callFrame.functionName === '(garbage collector)' ? 'garbage' : place, own);
    add(functions, name, own);
    const inside = above.has(name) ? above : new Set(above).add(name);
    const children = (node.children ?? []).map((id) => byId.get(id) as ProfileNode);
    const total = own + children.reduce((sum, child) => sum + walk(child, inside, place), 0);
    if (!above.has(name)) add(totals, name, total); // a function that calls itself counts once
    return total;
  };
  const busy = walk(nodes[0] as ProfileNode, new Set(), 'node');
  return { busy, places, functions, totals };
}

function print(what: string, sums: Map<string, number>, busy: number, turns: number): void {
  console.log(`\n${what}`);
  for (const [name, ms] of [...sums].sort(([, a], [, b]) => b - a).slice(0, 30))
    console.log(
      `${((100 * ms) / busy).toFixed(1).padStart(6)} % ${(ms / turns).toFixed(3).padStart(7)} ms  ${name}`,
    );
}

function report(whose: string, profile: Profile, turns: number): void {
  const { busy, places, functions, totals } = timesOf(profile);
  console.log(`\n== ${whose}: ${(busy / turns).toFixed(2)} ms a turn, waiting for the disk included`);
  print('By package and file, with what each asks of Node', places, busy, turns);
  print('Self time by function', functions, busy, turns);
  print('Time with what is called', totals, busy, turns);
}

async function underLoad({ child, customers }: Subject) {
  const talking = customers.slice(0, conversations);
  const warmUp = await closedLoop(talking, warmUpMs);
  const [profile, load] = await Promise.all([
    child.ask<Profile>('profiled', loadMs),
    closedLoop(talking, loadMs),
  ]);
  const turns = load.latencies.length;
  return { profile, turns, turnsInAll: turns + warmUp.latencies.length };
}

// The store is started here, not by the application, so that it can be told to write its profile at its end.
const directory = await mkdtemp(join(tmpdir(), 'headgate-profile-'));
const data = storeDirectory(directory);
const store = spawn(
  process.execPath,
  [
    '--cpu-prof',
    '--cpu-prof-name=store.cpuprofile',
    `--cpu-prof-dir=${directory}`,
    join(root, 'models/store/embedded/main.ts'),
    JSON.stringify({ directory: data, synchronous: 'FULL' }),
  ],
  { stdio: 'ignore' },
);
while (!existsSync(addressFile(data))) await sleep(50);
const subject = await startHeadgate({ dataDir: directory });
const headgate = await underLoad(subject);
const ended = once(store, 'exit');
await subject.stop();
await ended;

const plain = await startPlain();
const ofPlain = await underLoad(plain);
await plain.stop();

report('Headgate', headgate.profile, headgate.turns);
const ofStore = JSON.parse(await readFile(join(directory, 'store.cpuprofile'), 'utf8')) as Profile;
report('The embedded store, its start and warming up included', ofStore, headgate.turnsInAll);
report('The plain botbuilder bot', ofPlain.profile, ofPlain.turns);
await rm(directory, { recursive: true, force: true });
process.exit(0);
