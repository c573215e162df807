import { formatMoney } from '../../services/money.ts';
import type { Outcome } from '../../services/payments/told.ts';
import { sentence } from '../say.ts';
import { dayText } from './figures.ts';
import { payments as en } from './payments.en.ts';
import { payments as es } from './payments.es.ts';

const words = { en, es };
/** What else came back, and whether the account pays automatically, is not told to who pays for another. */
const toOthers: Record<string, string> = { stop: 'askBank', cardOnly: 'newDetails' };

/**
 * An outcome of a payment or a plan in words. Who may not know the account's affairs is told of the payment alone,
 * without the account's balance and fees.
 */
export function outcomeText(
  outcome: Outcome,
  language: string,
  { private: isPrivate }: { private: boolean },
): { text: string; subject: string } {
  const money = (cents: number) => formatMoney(cents, language);
  const values: Record<string, string> = {};
  if ('amount' in outcome) values.amount = money(outcome.amount);
  if ('receiptNumber' in outcome) values.receiptNumber = outcome.receiptNumber;
  if ('planNumber' in outcome) values.planNumber = outcome.planNumber;
  if ('dueOn' in outcome) values.dueOn = dayText(outcome.dueOn, language);
  if (outcome.kind === 'paymentPending') values.days = String(outcome.days);
  if (outcome.kind === 'paymentReturned') {
    values.next = isPrivate ? outcome.next : (toOthers[outcome.next] ?? outcome.next);
    values.fee = isPrivate && outcome.fee > 0 ? money(outcome.fee) : '';
  }
  if (outcome.kind === 'paymentReceived')
    values.balance = isPrivate && outcome.balance !== null ? balanceText(outcome.balance, language) : '';
  const area = /^[a-z]+/.exec(outcome.kind)?.[0] ?? 'payment';
  return {
    text: sentence(words, language, keyOf(outcome), values),
    subject: sentence(words, language, `${area}Subject`),
  };
}

function keyOf(outcome: Outcome): string {
  if (outcome.kind === 'paymentReceived') {
    if (outcome.drawn) return 'paymentDrawn';
    return outcome.posted ? 'paymentReceived' : 'paymentReceivedUnposted';
  }
  return outcome.kind === 'paymentDeclined' && outcome.late ? 'paymentFailed' : outcome.kind;
}

function balanceText(balance: number, language: string): string {
  if (balance === 0) return sentence(words, language, 'balanceNone');
  const amount = formatMoney(Math.abs(balance), language);
  return sentence(words, language, balance > 0 ? 'balanceOwed' : 'balanceCredit', { amount });
}
