import { spawnSync } from 'node:child_process';

/** The full counts of kills, races and fuzzing: the same tests as `npm test`, told by LONG=1 to go all the way. */
const { status } = spawnSync(
  process.execPath,
  [
    '--import',
    './bot/node24.js',
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    '--testTimeout=1800000',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: { ...process.env, LONG: '1' } },
);
process.exit(status ?? 1);
