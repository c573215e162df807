import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail that arrived in the sandbox, as the mailbox shows it. */
export type SandboxMail = {
  at: Date;
  to: string[];
  subject: string;
  text: string;
  html: string;
  messageId: string;
  inReplyTo: string | null;
  references: string[];
};

const mostKept = 5_000;

export type SandboxMailbox = {
  smtpUrl: string;
  /** What an address received, oldest first; the same Message-ID twice is one mail. */
  mails(address: string): SandboxMail[];
  close(): Promise<void>;
};

/** A mail server in the process that takes what the District sends, so that real SMTP is spoken. */
export async function startSandboxMailbox(now: () => Date): Promise<SandboxMailbox> {
  const kept: SandboxMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: 20 * 1024 * 1024,
    onData(stream, session, done) {
      simpleParser(stream)
        .then((mail) => {
          const messageId = mail.messageId ?? '';
          if (!kept.some((other) => other.messageId === messageId)) {
            kept.push({
              at: now(),
              to: session.envelope.rcptTo.map(({ address }) => address.toLowerCase()),
              subject: mail.subject ?? '',
              text: mail.text ?? '',
              html: mail.html || '',
              messageId,
              inReplyTo: mail.inReplyTo ?? null,
              references: [mail.references ?? []].flat(),
            });
            if (kept.length > mostKept) kept.shift();
          }
          done();
        })
        .catch(done);
    },
  });
  server.on('error', () => {}); // a client that goes away is no matter of ours
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    mails: (address) => kept.filter((mail) => mail.to.includes(address.toLowerCase())),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
