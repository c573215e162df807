import { asDecimal, type Cents, divideHalfUp } from '../money.ts';

/**
 * An exact number, `over` being positive: a third of a service charge has no end as a decimal, and no binary
 * fraction is what it says.
 */
export type Exact = { top: bigint; over: bigint };

/** The exact value of a decimal number or text. */
export function exact(value: number | string): Exact {
  const { digits, scale } = asDecimal(value);
  return { top: digits, over: 10n ** BigInt(scale) };
}

export const none: Exact = { top: 0n, over: 1n };
export const one: Exact = { top: 1n, over: 1n };
/** So many of so many days. */
export const share = (part: number, whole: number): Exact =>
  part === whole ? one : { top: BigInt(part), over: BigInt(whole) };

export const times = (left: Exact, right: Exact): Exact => ({
  top: left.top * right.top,
  over: left.over * right.over,
});
export const plus = (left: Exact, right: Exact): Exact =>
  left.over === right.over
    ? { top: left.top + right.top, over: left.over }
    : { top: left.top * right.over + right.top * left.over, over: left.over * right.over };
export const minus = (left: Exact, right: Exact): Exact => plus(left, { top: -right.top, over: right.over });
export const over = (left: Exact, right: Exact): Exact => ({
  top: left.top * right.over,
  over: left.over * right.top,
});
export const least = (left: Exact, right: Exact): Exact =>
  left.top * right.over <= right.top * left.over ? left : right;
export const isAboveNone = ({ top }: Exact): boolean => top > 0n;

/** Dollars in whole cents, rounded half up (away from zero). */
export const toWholeCents = ({ top, over }: Exact): Cents => Number(divideHalfUp(top * 100n, over));

/** Rounded half up to so many decimals; the number nearest to that. */
export function rounded({ top, over }: Exact, decimals: number): number {
  const scale = 10n ** BigInt(decimals);
  return Number(divideHalfUp(top * scale, over)) / Number(scale);
}

/** As a decimal text where it ends, `4.596`, or as a fraction, `16/3`. */
export function inDigits(value: Exact): string {
  const { top, over } = lowest(value);
  let scale = 1n;
  let digits = 0;
  while (scale % over !== 0n && digits < 12) {
    scale *= 10n;
    digits += 1;
  }
  if (scale % over !== 0n) return `${top}/${over}`;
  const all = String((top * scale) / over)
    .replace('-', '')
    .padStart(digits + 1, '0');
  const whole = all.slice(0, all.length - digits);
  return `${top < 0n ? '-' : ''}${whole}${digits > 0 ? `.${all.slice(-digits)}` : ''}`;
}

function lowest({ top, over }: Exact): Exact {
  let [left, right] = [top < 0n ? -top : top, over];
  while (right > 0n) [left, right] = [right, left % right];
  return { top: top / left, over: over / left };
}
