import { ConfigurationError } from '../services/errors.ts';
import { type App, createApp } from './app.ts';
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
  if (app.sandbox) console.log(sandboxWords(app.url, app.sandbox));
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

/** What a newcomer tries first: the sample's own CSR and customer, whichever District it is. */
function sandboxWords(url: string, { password, sample }: NonNullable<App['sandbox']>): string {
  const csr = sample?.csrs.find(({ role }) => role === 'csr2') ?? sample?.csrs[0];
  const account = sample?.accounts.find(({ pin }) => pin !== undefined);
  const phone = account?.phone;
  return [
    '\nThis is the sandbox: nothing leaves this machine.',
    ...(csr ? [`  Desk sign-in          ${csr.email} / ${password}`] : []),
    ...(account
      ? [`  A sample account      ${account.accountNumber}, ZIP ${account.zip}, PIN ${account.pin}`]
      : []),
    ...(phone ? [`  Texts to its phone    ${url}/try/api/sms?phone=${encodeURIComponent(phone)}`] : []),
    '',
  ].join('\n');
}

main().catch((error: unknown) => {
  // Anything that stops the start is told in one message; a set-up fault needs no stack.
  console.error(error instanceof ConfigError || error instanceof ConfigurationError ? error.message : error);
  process.exit(1);
});
