import { type Cents, toCents } from '../money.ts';
import type { Policy } from '../policy.ts';

export type AmountCheck =
  | { ok: true; amount: Cents }
  | { ok: false; reason: 'badAmount' }
  | { ok: false; reason: 'tooLittle'; least: Cents }
  | { ok: false; reason: 'tooMuch'; most: Cents };

/**
 * An amount as people type it, in dollars: `130.15`, `$130`, `1,301.50`; a comma before exactly two last digits is a
 * decimal point, as many who read Spanish write it. Null for anything else.
 */
export function asAmount(text: string): Cents | null {
  const plain = text
    .trim()
    .replace(/^\$\s*/, '')
    .replace(/\s*(\$|USD)$/i, '');
  const decimal = /^\d{1,7},\d{2}$/.test(plain) ? plain.replace(',', '.') : plain;
  if (!/^(\d{1,9}|\d{1,3}(,\d{3}){1,2})(\.\d{1,2})?$/.test(decimal)) return null;
  return toCents(decimal.replaceAll(',', ''));
}

/** The least and the most that may be paid at once; `owed` is null where the payer may not know it. */
export function limitsOf(
  { payments }: Pick<Policy, 'payments'>,
  owed: Cents | null,
): { least: Cents; most: Cents } {
  const most = toCents(payments.most);
  const least = toCents(payments.least);
  if (owed === null) return { least, most };
  return { least, most: Math.min(most, Math.max(owed, 0) + toCents(payments.mostAboveBalance)) };
}

/** Whether an amount may be paid, and if not, what may. */
export function checkAmount(
  amount: Cents | null,
  policy: Pick<Policy, 'payments'>,
  owed: Cents | null,
): AmountCheck {
  if (amount === null || !Number.isSafeInteger(amount)) return { ok: false, reason: 'badAmount' };
  const { least, most } = limitsOf(policy, owed);
  if (amount < least) return { ok: false, reason: 'tooLittle', least };
  if (amount > most) return { ok: false, reason: 'tooMuch', most };
  return { ok: true, amount };
}
