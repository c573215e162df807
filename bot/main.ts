import { createApp } from './app.ts';
import { ConfigError, environment, loadConfig } from './config.ts';
import { createLogger } from './logger.ts';

/** Starts Headgate, prints where it is, and stops in order when told to. */
async function main(): Promise<void> {
  const config = loadConfig(environment());
  const log = createLogger(config.logLevel);
  const app = await createApp(config, { log });
  console.log(
    `\nHeadgate is ready.\n  The District's page   ${app.url}/\n  The CSR desk          ${app.url}/console`,
  );
  if (app.sandbox) {
    console.log(
      `\nThis is the sandbox: nothing leaves this machine.\n  Desk sign-in          csr2@alder.example.com / ${app.sandbox.password}\n` +
        `  A sample account      10023414, ZIP 94538, PIN 4821\n  Texts to its phone    ${app.url}/try/api/sms?phone=%2B15105550101\n`,
    );
  }
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1); // a second signal does not wait
    stopping = true;
    log.info({ event: 'app.stopping', signal });
    app.stop().then(
      () => process.exit(0),
      (err) => {
        log.error({ err }, 'stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

main().catch((error: unknown) => {
  // Anything that stops the start is told in one message; a set-up fault needs no stack.
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
