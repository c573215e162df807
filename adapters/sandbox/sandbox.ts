import type { EmailConfig } from '../email/mailer.ts';
import type { SmsConfig } from '../sms/smsGateway.ts';
import { type SandboxCarrier, sandboxAccount, startSandboxCarrier } from './carrier.ts';
import { type SandboxMailbox, startSandboxMailbox } from './mailbox.ts';

export type Sandbox = {
  carrier: SandboxCarrier;
  mailbox: SandboxMailbox;
  /** How the channels reach them; they do not know the difference. */
  sms: SmsConfig;
  email: EmailConfig;
  close(): Promise<void>;
};

/** Starts the carriers of the sandbox: a phone network and a mail server on loopback, and what the District sends from. */
export async function startSandbox(
  now: () => Date,
  from: { phone: string; mail: string } = { phone: sandboxAccount.from, mail: 'help@example.com' },
): Promise<Sandbox> {
  const [carrier, mailbox] = await Promise.all([startSandboxCarrier(now), startSandboxMailbox(now)]);
  return {
    carrier,
    mailbox,
    sms: { ...sandboxAccount, from: from.phone, baseUrl: carrier.baseUrl },
    email: { smtpUrl: mailbox.smtpUrl, from: from.mail },
    close: async () => void (await Promise.all([carrier.close(), mailbox.close()])),
  };
}
