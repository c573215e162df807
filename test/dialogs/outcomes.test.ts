import { outcomeText } from '../../dialogs/notices/outcomes.ts';
import type { Outcome, OutcomeDetail } from '../../services/payments/told.ts';

const [amount, receiptNumber] = [13015, 'R-7K2M94QX'];
const planned = { planNumber: 'P-7K2M94QX', amount, dueOn: '2026-12-16' };
const details: OutcomeDetail[] = [
  { kind: 'paymentReceived', amount, receiptNumber, posted: true, drawn: false, balance: 0 },
  { kind: 'paymentReceived', amount, receiptNumber, posted: false, drawn: false, balance: null },
  { kind: 'paymentReceived', amount, receiptNumber, posted: true, drawn: true, balance: -5 },
  { kind: 'paymentPending', amount, receiptNumber, days: 3 },
  { kind: 'paymentDeclined', amount },
  ...(['again', 'newDetails', 'stop', 'askBank', 'cardOnly'] as const).map((next) => ({
    kind: 'paymentReturned' as const,
    amount,
    receiptNumber,
    fee: 2500,
    next,
  })),
  { kind: 'paymentReinstated', amount, receiptNumber },
  { kind: 'paymentRefunded', amount, receiptNumber },
  { kind: 'autopayOn' },
  { kind: 'autopayFailed' },
  { kind: 'autopayNotDrawn', amount },
  { kind: 'planMissed', ...planned },
  { kind: 'planBroken', ...planned },
  { kind: 'planKept', planNumber: planned.planNumber },
];
const outcome = (detail: OutcomeDetail): Outcome => ({
  key: 'k',
  accountId: 'a',
  conversationId: null,
  language: null,
  at: new Date('2026-11-23T20:00:00Z'),
  verified: true,
  late: true,
  ...detail,
});

describe('what a customer hears of a payment or a plan', () => {
  it.each(details)('is said in English and Spanish, whole, with its figures: %j', (detail) => {
    const said = ['en', 'es'].map((language) => outcomeText(outcome(detail), language, { private: true }));
    for (const { text, subject } of said) {
      expect(`${subject} ${text}`).not.toMatch(/undefined|null|NaN|\{|\}/);
      if ('amount' in detail) expect(text).toContain('$130.15');
      if ('receiptNumber' in detail) expect(text).toContain(receiptNumber);
      if (detail.kind === 'paymentReturned') expect(text).toContain('$25.00');
    }
    expect(said[0]?.text).not.toBe(said[1]?.text);
  });

  it('has neither balance nor fee for who may not know the account’s affairs', () => {
    for (const detail of details) {
      const { text } = outcomeText(outcome(detail), 'en', { private: false });
      expect(text).not.toMatch(/owe|credit|\$25\.00|come back|utomatic payment is off/);
    }
  });
});
