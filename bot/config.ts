import { z } from 'zod';

/** An unset and an empty setting are the same. */
const text = z.string().trim().min(1);
const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
const list = z.string().transform((value) => value.split(/[\s,]+/).filter(Boolean));
const origin = z
  .url('must be an address, such as https://water.example.org')
  .transform((url) => url.replace(/\/$/, ''));

const schema = z
  .object({
    NODE_ENV: text.default('development'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(3978),
    HOST: text.optional(),
    PUBLIC_URL: origin.optional(),
    TRUST_PROXY: flag.default(false),
    SECRET_KEY: text
      .min(32, 'must have at least 32 characters; make one with: openssl rand -base64 48')
      .optional(),
    DATA_DIR: text.default('./data'),
    MONGODB_URI: z
      .string()
      .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
      .optional(),
    EMBEDDED_IN_PRODUCTION: flag.default(false),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    DISTRICT_DIR: text.default('./district'),
    SANDBOX_PASSWORD: text.min(8, 'must have at least 8 characters').optional(),
    CLOCK: z.iso
      .datetime({ offset: true, message: 'must be an ISO instant, such as 2026-11-23T09:00:00-08:00' })
      .optional(),
    DIRECTLINE_SECRET: text.min(16, 'must have at least 16 characters').optional(),
    TRUSTED_ORIGINS: list.pipe(z.array(origin)).default([]),
    MicrosoftAppType: z.enum(['SingleTenant', 'MultiTenant', 'UserAssignedMSI']).optional(),
    MicrosoftAppId: text.optional(),
    MicrosoftAppPassword: text.optional(),
    MicrosoftAppTenantId: text.optional(),
    AZURE_DIRECTLINE_SECRET: text.optional(),
    TWILIO_ACCOUNT_SID: z
      .string()
      .regex(/^AC[0-9a-f]{32}$/i, 'must be AC and 32 hexadecimal digits')
      .optional(),
    TWILIO_AUTH_TOKEN: text.optional(),
    TWILIO_FROM: z
      .string()
      .regex(/^\+[1-9]\d{4,14}$/, 'must be E.164, such as +15105550100')
      .optional(),
    TWILIO_MESSAGING_SERVICE_SID: z
      .string()
      .regex(/^MG[0-9a-f]{32}$/i, 'must be MG and 32 hexadecimal digits')
      .optional(),
    SMTP_URL: z
      .string()
      .regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')
      .optional(),
    MAIL_FROM: text.optional(),
    RECORDS_URL: origin.optional(),
    RECORDS_SECRET: text.min(32, 'must have at least 32 characters').optional(),
    HUB_WEBHOOK_URL: z
      .url({ protocol: /^https?$/, message: 'must be an address, such as https://hub.example.org/handoff' })
      .optional(),
    HUB_WEBHOOK_SECRET: text.min(16, 'must have at least 16 characters').optional(),
    STRIPE_SECRET_KEY: z
      .string()
      .regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a secret key of Stripe, sk_… or rk_…')
      .optional(),
    STRIPE_WEBHOOK_SECRET: z
      .string()
      .regex(/^whsec_\w+/, 'must be a webhook’s signing secret of Stripe, whsec_…')
      .optional(),
    PAGER_WEBHOOK_SECRET: text.min(16, 'must have at least 16 characters').optional(),
    WORK_WEBHOOK_URL: z
      .url({ protocol: /^https?$/, message: 'must be an address, such as https://work.example.org/orders' })
      .refine((url) => url.startsWith('https:') || isLoopback(new URL(url).origin), {
        message: 'must begin with https:// (http:// only for this machine)',
      })
      .optional(),
    WORK_WEBHOOK_SECRET: text.min(16, 'must have at least 16 characters').optional(),
  })
  .superRefine((env, context) => {
    const needs = (name: keyof typeof env, others: (keyof typeof env)[]) => {
      for (const other of others) {
        if (env[name] !== undefined && env[other] === undefined)
          context.addIssue({ code: 'custom', path: [other], message: `is needed where ${name} is set` });
      }
    };
    needs('TWILIO_ACCOUNT_SID', ['TWILIO_AUTH_TOKEN']);
    // An app is of one tenant unless it says otherwise, and the SDK then asks for it.
    if (env.MicrosoftAppType !== 'UserAssignedMSI') needs('MicrosoftAppId', ['MicrosoftAppPassword']);
    if (env.MicrosoftAppType !== 'MultiTenant') needs('MicrosoftAppId', ['MicrosoftAppTenantId']);
    // What the page writes there comes back by /api/messages.
    needs('AZURE_DIRECTLINE_SECRET', ['MicrosoftAppId']);
    needs('SMTP_URL', ['MAIL_FROM']);
    needs('RECORDS_URL', ['RECORDS_SECRET']);
    if (env.RECORDS_URL && !env.RECORDS_URL.startsWith('https:') && !isLoopbackHost(env.RECORDS_URL))
      context.addIssue({ code: 'custom', path: ['RECORDS_URL'], message: 'must begin with https://' });
    needs('HUB_WEBHOOK_URL', ['HUB_WEBHOOK_SECRET']);
    needs('STRIPE_SECRET_KEY', ['STRIPE_WEBHOOK_SECRET']);
    needs('WORK_WEBHOOK_URL', ['WORK_WEBHOOK_SECRET']);
    needs('WORK_WEBHOOK_SECRET', ['WORK_WEBHOOK_URL']);
    if (env.TWILIO_ACCOUNT_SID && !env.TWILIO_FROM && !env.TWILIO_MESSAGING_SERVICE_SID)
      context.addIssue({
        code: 'custom',
        path: ['TWILIO_FROM'],
        message: 'or TWILIO_MESSAGING_SERVICE_SID is needed',
      });
    if (env.NODE_ENV === 'production') {
      for (const name of ['SECRET_KEY', 'PUBLIC_URL'] as const)
        if (env[name] === undefined)
          context.addIssue({ code: 'custom', path: [name], message: 'is needed in production' });
      if (!env.MONGODB_URI && !env.EMBEDDED_IN_PRODUCTION)
        context.addIssue({
          code: 'custom',
          path: ['MONGODB_URI'],
          message:
            'is needed in production (EMBEDDED_IN_PRODUCTION=true takes the embedded store, for a small single machine)',
        });
    }
  });

export type Config = ReturnType<typeof loadConfig>;

/** The set-up is wrong: one message that lists every problem. */
export class ConfigError extends Error {}

/** The process's environment, and under it what a `.env` file says. */
export function environment(): NodeJS.ProcessEnv {
  try {
    process.loadEnvFile('.env');
  } catch {
    // No .env file: the environment alone counts.
  }
  return process.env;
}

/** With or without a path behind it. */
const isLoopbackHost = (url: string) => isLoopback(URL.parse(url)?.origin ?? '');
const isLoopback = (url: string) => /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(url);

/**
 * Reads all settings. Every default is here, and all problems are told together.
 * @throws ConfigError
 */
export function loadConfig(env: Record<string, string | undefined>) {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
    throw new ConfigError(`These settings are wrong (.env.example explains them):\n${problems.join('\n')}`);
  }
  const s = parsed.data;
  const publicUrl = s.PUBLIC_URL ?? `http://localhost:${s.PORT}`;
  const noCarrier = !s.TWILIO_ACCOUNT_SID && !s.SMTP_URL && !s.MicrosoftAppId;
  const sandbox = noCarrier && s.NODE_ENV !== 'production' && isLoopback(publicUrl);
  return {
    sandbox,
    production: s.NODE_ENV === 'production',
    http: {
      port: s.PORT,
      // The sandbox has a clock to move and sample passwords: it is never reached from another machine.
      host: sandbox ? '127.0.0.1' : (s.HOST ?? '0.0.0.0'),
      publicUrl,
      /** PORT is 0 in tests: the address is known only once the server listens. */
      publicUrlIsGiven: s.PUBLIC_URL !== undefined,
      trustProxy: s.TRUST_PROXY,
    },
    secretKey: s.SECRET_KEY,
    dataDir: s.DATA_DIR,
    store: { uri: s.MONGODB_URI, embeddedAllowed: s.NODE_ENV !== 'production' || s.EMBEDDED_IN_PRODUCTION },
    logLevel: s.LOG_LEVEL,
    districtDir: s.DISTRICT_DIR,
    sandboxPassword: s.SANDBOX_PASSWORD,
    clockStart: s.CLOCK ? new Date(s.CLOCK) : undefined,
    webchat: {
      directLineSecret: s.DIRECTLINE_SECRET,
      trustedOrigins: s.TRUSTED_ORIGINS,
      azureSecret: s.AZURE_DIRECTLINE_SECRET,
    },
    azure: s.MicrosoftAppId
      ? {
          MicrosoftAppType: s.MicrosoftAppType ?? 'SingleTenant',
          MicrosoftAppId: s.MicrosoftAppId,
          MicrosoftAppPassword: s.MicrosoftAppPassword,
          MicrosoftAppTenantId: s.MicrosoftAppTenantId,
        }
      : null,
    sms: s.TWILIO_ACCOUNT_SID
      ? {
          accountSid: s.TWILIO_ACCOUNT_SID,
          authToken: s.TWILIO_AUTH_TOKEN as string,
          from: s.TWILIO_FROM,
          messagingServiceSid: s.TWILIO_MESSAGING_SERVICE_SID,
          baseUrl: undefined as string | undefined,
        }
      : null,
    /** Signs the webhooks of people on call; without it those of the policy are not called. */
    pagerSecret: s.PAGER_WEBHOOK_SECRET,
    hub: s.HUB_WEBHOOK_URL ? { url: s.HUB_WEBHOOK_URL, secret: s.HUB_WEBHOOK_SECRET as string } : null,
    records: s.RECORDS_URL ? { url: s.RECORDS_URL, secret: s.RECORDS_SECRET as string } : null,
    stripe: s.STRIPE_SECRET_KEY
      ? { secretKey: s.STRIPE_SECRET_KEY, webhookSecret: s.STRIPE_WEBHOOK_SECRET as string }
      : null,
    work: s.WORK_WEBHOOK_URL ? { url: s.WORK_WEBHOOK_URL, secret: s.WORK_WEBHOOK_SECRET as string } : null,
    email: s.SMTP_URL ? { smtpUrl: s.SMTP_URL, from: s.MAIL_FROM as string } : null,
  };
}
