/** An amount of money in whole cents; a minus is the customer's credit. */
export type Cents = number;

/** An exact decimal number: `digits` divided by ten to the power of `scale`. */
export type Decimal = { digits: bigint; scale: number };

/**
 * The product of exact decimals (a quantity, a rate in dollars), in cents, rounded half up: 0.5 of a cent goes
 * away from zero, so that a credit rounds as the charge that it takes back. Binary fractions never come into it.
 */
export function toCents(...factors: (number | string)[]): Cents {
  const product = factors
    .map(asDecimal)
    .reduce((left, right) => ({ digits: left.digits * right.digits, scale: left.scale + right.scale }), {
      digits: 100n,
      scale: 0,
    });
  return Number(divideHalfUp(product.digits, 10n ** BigInt(product.scale)));
}

/** An amount as customers read it, `$130.15`, in their language; a minus stands before the dollar sign. */
export function formatMoney(cents: Cents, language = 'en'): string {
  return formatterFor(language).format(cents / 100);
}

// The District bills in the United States: other languages get their words, and the amount as the bill prints it.
const formatterFor = (language: string) => (language.startsWith('es') ? inSpanish : inEnglish);
const inEnglish = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const inSpanish = new Intl.NumberFormat('es-US', { style: 'currency', currency: 'USD' });

export function asDecimal(value: number | string): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value));
  if (match === null) throw new RangeError('not a decimal number');
  const [, sign, whole, fraction = ''] = match;
  return { digits: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length };
}

export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = (size * 2n + denominator) / (denominator * 2n);
  return numerator < 0n ? -rounded : rounded;
}
