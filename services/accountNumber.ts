/** Eight digits, the last of them a Luhn check digit: a slip of the finger is noticed without any look-up. */
export function isAccountNumber(text: string): boolean {
  return /^\d{8}$/.test(text) && luhnSum(text) % 10 === 0;
}

/**
 * The account number in what a customer wrote, or null. Spaces, dashes and dots between the digits, "acct #"
 * and words round it do not matter; a longer run of digits (a card, a phone number) holds no account number,
 * and two different account numbers are none, as we would have to guess.
 */
export function asAccountNumber(text: string): string | null {
  const found = new Set<string>();
  for (const [run] of text.normalize('NFKC').matchAll(/\d(?:[\s.\-‐-―]{0,2}\d)*/g)) {
    if (isDate(run)) continue;
    for (const candidate of [
      run.replace(/\D/g, ''),
      ...run.split(/\s+/).map((part) => part.replace(/\D/g, '')),
    ]) {
      if (isAccountNumber(candidate)) found.add(candidate);
    }
  }
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : null;
}

// A day has eight digits too, and one in ten passes the check.
const isDate = (run: string) =>
  /^((19|20)\d\d[-.\s]\d\d?[-.\s]\d\d?|\d\d?[-.\s]\d\d?[-.\s](19|20)\d\d)$/.test(run);

/** The check digit that makes an account number of seven digits whole. */
export function checkDigit(sevenDigits: string): string {
  return String((10 - (luhnSum(`${sevenDigits}0`) % 10)) % 10);
}

function luhnSum(digits: string): number {
  return [...digits].reverse().reduce((sum, digit, place) => sum + weigh(Number(digit), place), 0);
}

function weigh(digit: number, place: number): number {
  const doubled = place % 2 === 0 ? digit : digit * 2;
  return doubled > 9 ? doubled - 9 : doubled;
}
