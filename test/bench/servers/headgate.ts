import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { createApp } from '../../../bot/app.ts';
import { loadConfig } from '../../../bot/config.ts';
import { createLogger } from '../../../bot/logger.ts';
import { createPlainRecogniser } from '../../../language/plain/plainRecogniser.ts';
import type { Recogniser } from '../../../language/recogniser.ts';
import { readAddress, storeDirectory } from '../../../models/store/embedded/address.ts';
import { answerBench, usage } from './answers.ts';
import { profiled } from './profiler.ts';
import { createStages, type PerStage } from './stages.ts';

/** Headgate as it is, on the store that its settings name; with INSTRUMENTED, followed stage by stage. */
const config = loadConfig(process.env);
const instruments = process.env.INSTRUMENTED ? createStages() : null;
const commands: PerStage = { receive: 0, turn: 0, commit: 0, deliver: 0, project: 0, other: 0 };
const names = new Map<string, number>();

const plain = createPlainRecogniser();
const followed: Recogniser = {
  recognise(text, language) {
    instruments?.enter('turn');
    return plain.recognise(text, language);
  },
};

if (instruments) {
  const connect = mongoose.connect.bind(mongoose);
  mongoose.connect = (uri, options) => connect(uri, { ...options, monitorCommands: true });
}
const app = await createApp(config, {
  log: createLogger('silent'),
  synchronous: 'FULL',
  ...(instruments ? { faults: instruments.faults, recogniser: followed } : {}),
});
if (instruments) {
  mongoose.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    const current = instruments.current();
    // What a socket's cursor reads after a hint of the change stream is on the way to the customer too.
    const isReading = current === 'other' && typeof command.filter?._id === 'string';
    const stage = isReading ? 'deliver' : current;
    const name = `${stage}: ${commandName} ${command[commandName]}`;
    commands[stage] += 1;
    names.set(name, (names.get(name) ?? 0) + 1);
  });
}

async function measured(argument: unknown) {
  const { ms } = argument as { ms: number };
  const before = { ...commands };
  names.clear();
  const times = await instruments?.measured(() => sleep(ms));
  const count = Object.fromEntries(
    Object.entries(commands).map(([stage, now]) => [stage, now - before[stage as keyof PerStage]]),
  );
  return { times, commands: count, names: Object.fromEntries(names) };
}

const ready = {
  url: `http://127.0.0.1:${app.port}`,
  store: app.store.kind,
  storePid: config.store.uri ? null : (readAddress(storeDirectory(config.dataDir))?.pid ?? null),
};
answerBench(ready, {
  usage,
  storeStats: () => app.store.stats(),
  measured,
  profiled: (ms) => profiled(ms as number),
  async stop() {
    if (process.env.DROP_DATABASE) await mongoose.connection.dropDatabase();
    await app.stop();
  },
});
