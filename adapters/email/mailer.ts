import nodemailer from 'nodemailer';
import { CarrierUnavailable, type Channel } from '../channel.ts';

export type EmailConfig = { smtpUrl: string; from: string };

/** Connection, greeting and silence limits, in milliseconds. */
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** Mail by SMTP: at least once, with one Message-ID however often it is tried, so that receivers can tell. */
export function createEmailChannel(config: EmailConfig): Channel {
  const url = new URL(config.smtpUrl);
  const transport = nodemailer.createTransport({
    pool: true,
    host: url.hostname,
    port: Number(url.port || (url.protocol === 'smtps:' ? 465 : 587)),
    secure: url.protocol === 'smtps:',
    requireTLS: url.protocol === 'smtp:' && !/^(localhost|127\.)/.test(url.hostname),
    ignoreTLS: /^(localhost|127\.)/.test(url.hostname),
    ...(url.username
      ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
      : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...timeouts,
  });
  const domain = config.from.replace(/^.*@|>$/g, '');

  return {
    id: 'email',
    async deliver({ ref, to, text, subject }) {
      try {
        const messageId = `<${Buffer.from(ref).toString('base64url')}@${domain}>`;
        const sent = await transport.sendMail({
          from: config.from,
          to,
          subject: subject ?? '',
          text,
          messageId,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
        return { status: 'delivered', carrierId: sent.messageId };
      } catch (err) {
        const { responseCode } = err as { responseCode?: number };
        if (responseCode !== undefined && responseCode >= 500)
          return { status: 'failed', code: `smtp.${responseCode}` };
        throw new CarrierUnavailable('the mail server does not take it now', { cause: err });
      }
    },
    async close() {
      transport.close();
    },
  };
}
