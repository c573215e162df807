import { type Logger, pino } from 'pino';

const personal = [
  'accountNumber',
  'phone',
  'email',
  'name',
  'address',
  'text',
  'token',
  'authorization',
  'cookie',
  'pin',
  'password',
];

/**
 * The one logger, handed down to every part. Redaction is the net below the rule: log ids and outcomes, never
 * an activity, a request body or a sentence made of what a customer said.
 */
export const createLogger = (level: string): Logger =>
  pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: [...personal, ...personal.map((key) => `*.${key}`)], censor: '[redacted]' },
  });
