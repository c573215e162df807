import { loadConfig } from '../../bot/config.ts';

const keys = { STRIPE_SECRET_KEY: 'sk_test_abc', STRIPE_WEBHOOK_SECRET: 'whsec_abc' };

it('takes payments by Stripe only with both of its keys, and says which is missing or wrong', () => {
  expect(loadConfig({}).stripe).toBeNull();
  expect(loadConfig(keys).stripe).toEqual({ secretKey: 'sk_test_abc', webhookSecret: 'whsec_abc' });
  expect(() => loadConfig({ STRIPE_SECRET_KEY: 'sk_test_abc' })).toThrow(/STRIPE_WEBHOOK_SECRET is needed/);
  expect(() => loadConfig({ ...keys, STRIPE_SECRET_KEY: 'pk_test_abc' })).toThrow(/secret key of Stripe/);
});
