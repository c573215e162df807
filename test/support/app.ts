import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type App, type AppDependencies, createApp } from '../../bot/app.ts';
import { loadConfig } from '../../bot/config.ts';
import { createLogger } from '../../bot/logger.ts';

export const deskPassword = 'for the tests only';
/** A Monday morning on which the office is open. */
export const mondayMorning = '2026-11-23T09:00:00-08:00';

/** Settings of an app on a data directory of its own, at a Monday morning in the District. */
export const settings = (dataDir: string): Record<string, string> => ({
  PORT: '0',
  DATA_DIR: dataDir,
  LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
  CLOCK: mondayMorning,
  SANDBOX_PASSWORD: deskPassword,
});

export const makeDataDir = () => mkdtemp(path.join(tmpdir(), 'headgate-'));

/** Headgate in this process; `stop` also takes its data away. One per test file: mongoose has one connection. */
export async function startApp(
  dependencies: Partial<AppDependencies> = {},
  env: Record<string, string> = {},
): Promise<App> {
  const dataDir = await makeDataDir();
  const app = await createApp(loadConfig({ ...settings(dataDir), ...env }), {
    log: createLogger(process.env.TEST_LOG ?? 'silent'),
    // Nobody pulls the plug here; the tests that kill run processes of their own, with FULL.
    synchronous: 'NORMAL',
    ...dependencies,
  });
  return {
    ...app,
    stop: async () => {
      await app.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
