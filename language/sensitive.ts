/** What stands in place of something that must not be kept. */
export const mask = '••••';

const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

/** How card numbers begin: Visa, Mastercard, American Express, Diners, JCB, Discover, UnionPay, Maestro. */
const issuer = /^(4|5[0-8]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[04-9]|6)/;

/** 13 to 19 digits, however they are spaced, that begin as a card's do and pass its check digit. */
const maskCards = (text: string): string =>
  text.replace(/(?<!\d)\d(?:[\s.\-–]{0,2}\d){12,18}(?!\d)/g, (run) => {
    const digits = run.replace(/\D/g, '');
    return issuer.test(digits) && passesLuhn(digits) ? mask : run;
  });

/** 123-45-6789 as it stands; nine bare digits only where the words around them say what they are. */
const maskSocialSecurity = (text: string): string =>
  text
    .replace(/(?<![\d-])(?!000|666|9\d\d)\d{3}[-. ](?!00)\d{2}[-. ](?!0000)\d{4}(?![\d-])/g, mask)
    .replace(
      /((?:\bssn\b|\bsocial(?:\s+security)?\b|seguro\s+social)[^\d\n]{0,25})(\d{9}|\d{3}[-. ]?\d{2}[-. ]?\d{4})(?!\d)/gi,
      `$1${mask}`,
    );

/** What follows "password is", "contraseña:" and the like. */
const maskPasswords = (text: string): string =>
  text.replace(
    /((?:\bpassword|\bpasscode|\bpasswd|contraseña|\bclave)\s*(?:is\b|es\b|was\b|:|=)\s*)(?!not\b|wrong\b|incorrect|no\b|lost\b|reset\b|expired)(\S+)/gi,
    `$1${mask}`,
  );

/** The text without card numbers, Social Security numbers and passwords; `found` says that there were some. */
export function maskSensitive(text: string): { text: string; found: boolean } {
  const masked = maskPasswords(maskSocialSecurity(maskCards(text)));
  return { text: masked, found: masked !== text };
}

const numberWord =
  '(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)';
const secretRuns = [
  /\d(?:[\s.,-]{0,2}\d){3,}/g,
  new RegExp(`\\b${numberWord}(?:[\\s,-]+${numberWord}){3,}\\b`, 'gi'),
];

/** How an answer stands when the open question asks for a PIN or a code: its digits, said or written, masked. */
export const hush = (text: string): string => secretRuns.reduce((rest, run) => rest.replace(run, mask), text);
