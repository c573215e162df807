import { flushCompileCache } from 'node:module';
import { createApp } from '../../bot/app.ts';
import { loadConfig } from '../../bot/config.ts';
import { createLogger } from '../../bot/logger.ts';
import type { Step } from '../../bot/turn/faults.ts';

/** Headgate as a process of its own that can be told to die at a step: `{ arm: step, after: n }`. */
type Order = { arm?: Step; after?: number };

let armed: Required<Order> | null = null;
process.on('message', (order: Order) => {
  if (order.arm) armed = { arm: order.arm, after: order.after ?? 1 };
});
process.on('disconnect', () => process.exit(0));

const app = await createApp(loadConfig(process.env), {
  log: createLogger(process.env.LOG_LEVEL ?? 'silent'),
  deliveryClaimMs: 2_000,
  ...(process.env.TEST_SANDBOX ? { sandbox: JSON.parse(process.env.TEST_SANDBOX) } : {}),
  faults: (step) => {
    process.send?.({ step, at: String(process.hrtime.bigint()) });
    if (armed?.arm !== step || --armed.after > 0) return;
    // No handler, no flush, no goodbye: the process is gone at this very step.
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  },
});
// Who is killed writes no cache for the next start.
flushCompileCache();
process.send?.({ port: app.port });
